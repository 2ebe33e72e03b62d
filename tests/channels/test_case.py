"""A case at the command line, told to a person who can then complete it."""

from datetime import date

import pytest
from support import warm

from bot.app import App
from bot.channels import case
from bot.engine import Invalid, Needs
from bot.policy.codes import BENEFITS
from bot.settings import Settings


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app(Settings(fixed_day=date(2024, 5, 1)))


def told(app: App, *fields: str) -> str:
    return case.told(app, case.worked_out(app, fields))


def test_what_is_missing_is_told_with_its_codes(app: App) -> None:
    text = told(app, "benefit=inpatient", "city=hengyang", "status=retired")
    first, _, rest = text.partition("\n\n")
    assert first == app.estimates.question("insurance")
    lines = rest.splitlines()[1:]
    assert [line.split("=")[0].strip() for line in lines] == ["insurance", "hospital_level", "eligible_cost"]
    assert "医保种类" in lines[0]
    assert "employee（职工医保）、resident（居民医保）" in lines[0]
    assert "level3（三级医院）" in lines[1]
    assert "政策范围内费用" in lines[2]


def test_a_case_can_be_completed_by_what_is_told(app: App) -> None:
    """Whatever the benefit, writing the first code offered for each field comes to an end."""
    for benefit in BENEFITS:
        fields = [f"benefit={benefit}"]
        for _ in range(20):
            result = case.worked_out(app, fields)
            if not isinstance(result, Needs):
                break
            told_lines = case.told(app, result).partition("\n\n")[2].splitlines()[1:]
            assert len(told_lines) == len(result.missing)
            name, _, codes = told_lines[0].strip().partition("=…")
            code = codes.partition("：")[2].partition("（")[0] or "3"
            fields.append(f"{name}={code}")
        assert not isinstance(result, Needs | Invalid), (benefit, fields)


def test_who_it_may_be_depends_on_the_benefit(app: App) -> None:
    text = told(app, "benefit=maternity_subsidy", "city=hengyang", "average_cost=3000")
    assert "flexible_woman" in text
    assert "employer" not in text
    assert "flexible_woman" not in told(app, "benefit=contribution", "city=hengyang")


def test_places_are_offered_by_their_codes(app: App) -> None:
    text = told(app, "benefit=inpatient")
    assert "city=…" in text
    assert "xiangxi（湘西）" in text


def test_what_is_wrong_is_told_by_name(app: App) -> None:
    text = told(app, "benefit=inpatient", "city=beijing", "tcm=maybe", "eligible_cost=-5", "foo=1")
    lines = text.splitlines()
    assert lines[0].startswith("city（参保城市）：没有这个选项")
    assert "hengyang（衡阳）" in lines[1]
    assert lines[2].startswith("tcm（是不是中医医院）：请写 true 或 false")
    assert "true（中医医院）" in lines[3]
    assert lines[4] == "eligible_cost（政策范围内费用）：不能是负数。"
    assert lines[5].startswith("foo：没有这一项")


def test_a_field_written_twice_is_told_once(app: App) -> None:
    result = case.worked_out(app, ("city=hengyang", "city = hengyang", "city=x", "benefit=inpatient"))
    assert isinstance(result, Invalid)
    assert [(error.field, error.code) for error in result.errors] == [("city", "twice")]
    assert case.told(app, result) == "city（参保城市）：这一项写了两次，请只留一个。"


def test_what_was_typed_in_place_of_a_name_is_not_repeated(app: App) -> None:
    for fields in (("430405199001011234=1",) * 2, ("430405199001011234=1",)):
        assert "430405" not in told(app, *fields)
