"""Each message comes to one of the named statuses, and each of these comes about."""

from datetime import date

import pytest
from support import warm

from bot.dialogue import STATUSES, Chose, Dialogue, Said, Sent

TODAY = date(2024, 5, 1)
RESULT = "衡阳退休职工三级医院住院花了两万能报多少"
OPEN = "衡阳职工住院花了两万能报多少"

COMES_TO: dict[str, list[str | Chose | Sent]] = {
    "answered": ["职工医保住院起付线是多少"],
    "explained": ["起付线是什么意思"],
    "estimated": [RESULT],
    "compared": [RESULT, "二级和三级差多少"],
    "asked": [OPEN],
    "asked_again": [OPEN, "随便吧"],
    "stuck": [OPEN, "随便吧", "都可以啊"],
    "clarified": ["异地的钱"],
    "rephrase": ["这个东西是那样的吗"],
    "handed_over": ["这个东西是那样的吗", "就是那个东西啊"],
    "not_held": ["湘潭退休职工2019年5月1日三级医院住院花了两万能报多少"],
    "steered": ["取消"],
    "no_such_choice": [OPEN, Chose(9)],
    "bad_amount": ["住院花了-500能报多少"],
    "unreadable": ["？？？"],
    "not_text": [Sent("photo")],
    "private": ["我的身份证430102199001011234"],
    "danger": ["我爸胸口痛喘不过气"],
    "despair": ["我不想活了"],
    "foreign": ["今天天气怎么样"],
    "elsewhere": ["北京职工医保住院报多少"],
}


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return warm.app().dialogue


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_every_status_comes_about(dialogue: Dialogue, status: str) -> None:
    state = dialogue.start({})
    for each in COMES_TO[status]:
        state, reply = dialogue.step(state, Said(each) if isinstance(each, str) else each, TODAY)
    assert reply.status == status, reply.text


@pytest.mark.parametrize(
    ("before", "below"),
    [
        ([OPEN], True),
        (["/calc 衡阳退休职工三级医院住院"], True),  # a sum is asked for, and nothing to choose from
        ([RESULT], True),
        ([], False),
    ],
)
def test_a_choice_of_before_is_no_fault_and_leads_to_what_stands_below(
    dialogue: Dialogue, before: list[str], below: bool
) -> None:
    state = dialogue.start({})
    for each in before:
        state, _ = dialogue.step(state, Said(each), TODAY)
    after, reply = dialogue.step(state, Chose(0, outdated=True), TODAY)
    assert (after.slots, after.pending) == (state.slots, state.pending)
    assert reply.text.startswith("前面的选项已经过去了")
    assert ("请看下面的" in reply.text) == below == (reply.asked is not None or bool(reply.choices))
    assert "不能用" not in reply.text


def test_what_is_asked_back_can_be_chosen_in_any_way(dialogue: Dialogue) -> None:
    _, reply = dialogue.step(dialogue.start({}), Said("医保"), TODAY)
    assert reply.outcome == "clarify"
    assert "选一个" in reply.text
    assert [way for way in ("数字", "点", "按") if way in reply.text] == []
