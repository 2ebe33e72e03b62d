import pytest

from bot.language.slashes import MENU, Slash, find_slash

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "slash"),
    [
        ("/calc", Slash("calc")),
        ("/CALC", Slash("calc")),
        ("/calc@baoduoshao_bot", Slash("calc")),
        ("/calc@baoduoshao_bot 住院花了2万", Slash("calc", "住院花了2万")),
        ("/calc住院花了2万", Slash("calc", "住院花了2万")),
        ("/calc@@@", Slash("calc")),
        ("/start topic-employee_outpatient", Slash("start", "topic-employee_outpatient")),
        ("/foo_1 衡阳", Slash("foo_1", "衡阳")),
        ("/", None),
        ("//", None),
        ("/ calc", None),
        ("/2", None),
        ("/住院", None),
        ("住院/calc", None),
        (f"/{'a' * 33}", None),
        ("", None),
    ],
)
def test_a_slash_and_a_name_are_a_command_and_what_follows_is_the_rest(
    text: str, slash: Slash | None
) -> None:
    assert find_slash(text) == slash


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("/start calc-inpatient-hengyang", "calc-inpatient-hengyang"),
        (f"/start {'a' * 64}", "a" * 64),
        (f"/start {'a' * 65}", None),
        ("/start topic-<script>", None),
        ("/start 430102199001011234", None),
        ("/start 住院", None),
        ("/start", None),
        ("/calc calc-inpatient", None),
    ],
)
def test_only_start_carries_a_code_of_a_link(text: str, code: str | None) -> None:
    slash = find_slash(text)
    assert slash is not None
    assert slash.code == code


@pytest.mark.parametrize(
    ("text", "carries"),
    [
        ("/start calc-inpatient-hengyang", True),
        ("/start topic-<script>", True),
        ("/start 2024_spring", True),
        (f"/start {'a' * 65}", True),
        ("/start", False),
        ("/start 你好", False),
        ("/start topic-住院", False),
        ("/start help me", False),
        ("/calc calc-inpatient", False),
    ],
)
def test_a_link_of_whatever_age_is_told_from_a_text(text: str, carries: bool) -> None:
    slash = find_slash(text)
    assert slash is not None
    assert slash.carries_link is carries


def test_what_follows_a_command_is_read_like_any_text(read: Read) -> None:
    said = read("／CALC@baoduoshao_bot 衡阳退休职工三级医院住院花了2万")
    assert (said.command, said.slash) == ("calc", Slash("calc", said.text))
    assert said.text == "衡阳退休职工三级医院住院花了2万"
    assert said.slots["city"] == "hengyang"
    assert said.slots["hospital_level"] == "level3"


def test_a_command_within_the_text_that_another_takes_is_that_command(read: Read) -> None:
    assert (read("/calc 取消").command, read("/calc 取消").slash) == ("cancel", None)
    assert read("/forget 取消").command == "forget"


def test_an_unknown_command_is_told_from_a_text(read: Read) -> None:
    said = read("/foo 取消")
    assert (said.slash, said.command) == (Slash("foo", "取消"), None)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("/calc", None),
        ("/help", None),
        ("/help 今天天气怎么样", None),
        ("/calc 今天天气怎么样", "foreign"),
        ("/start topic-employee_outpatient", None),
        ("/calc 430102199001011234", "private"),
        ("/start 430102199001011234", "private"),
        ("/foo 我的密码是abc12345", "private"),
        ("/help 我爸胸口痛喘不过气", "danger"),
        ("/city 我不想活了", "despair"),
    ],
)
def test_a_command_is_no_way_around_what_must_be_heeded(read: Read, text: str, gate: str | None) -> None:
    assert read(text).gate == gate


def test_a_link_is_no_text_in_a_foreign_language(read: Read) -> None:
    assert not read("/start topic-employee_outpatient").english
    assert not read("/start calc-inpatient-hengyang").slots


@pytest.mark.parametrize("name", MENU)
def test_every_name_of_the_menu_is_known(read: Read, name: str) -> None:
    assert read(f"/{name}").command is not None
