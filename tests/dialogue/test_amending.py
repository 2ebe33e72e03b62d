"""An input of a result is asked for anew, whatever was told of it."""

from datetime import date

import pytest
from support import warm

from bot.dialogue import Amend, Chose, Dialogue, Reply, Said, State, restored, saved
from bot.rendering import ResultSheet

TODAY = date(2024, 5, 1)
APP = warm.app()
DIALOGUE: Dialogue = APP.dialogue
BILL = "2023年在衡阳三级医院住院总费用80000，自费一万，退休职工"
ALLOWANCE = "衡阳，帮我算生育津贴，单位月平均缴费基数6000，顺产一个"
TYPED = {"date", "total_cost", "excluded_cost", "monthly_base"}
STALE = "no_such_choice"


def after(*texts: str) -> tuple[State, Reply]:
    """Return where a talk stands."""
    state = DIALOGUE.start({}, introduced=True)
    for text in texts:
        state, reply = DIALOGUE.step(state, Said(text), TODAY)
    return state, reply


def taken(reply: Reply) -> dict[str, str]:
    """Return what a result was made of, by the names of inputs."""
    assert isinstance(reply.sheet, ResultSheet), reply.text
    return {each.name: each.value for each in reply.sheet.taken if each.name}


ALL = [(text, name) for text in (BILL, ALLOWANCE) for name in taken(after(text)[1])]


@pytest.mark.parametrize(("text", "name"), ALL)
def test_every_input_that_is_shown_can_be_asked_for_anew(text: str, name: str) -> None:
    state, _ = after(text)
    asked, reply = DIALOGUE.step(state, Amend(name), TODAY)
    assert (reply.outcome, reply.asked, asked.pending) == ("question", name, name)
    assert asked.slots == state.slots, "what was told stands until it is told anew"
    assert reply.choices[-1] == "不改了，看刚才的结果"
    assert (len(reply.choices) == 1) == (name in TYPED)
    assert restored(saved(asked), APP.library) == asked


@pytest.mark.parametrize(("text", "name"), ALL)
def test_whoever_goes_back_has_the_result_as_it_was(text: str, name: str) -> None:
    state, result = after(text)
    asked, _ = DIALOGUE.step(state, Amend(name), TODAY)
    back, reply = DIALOGUE.step(asked, Said("返回"), TODAY)
    assert reply.estimate == result.estimate
    assert back.slots == state.slots
    assert back.pending is None


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("city", "湘潭", "湘潭"),
        ("insurance", "居民医保", "居民医保"),
        ("status", "在职", "在职"),
        ("hospital_level", "二级", "二级医院"),
        ("total_cost", "90000元", "90000.00元"),
        ("excluded_cost", "5000", "5000.00元"),
        ("date", "2024-03-01", "2024-03-01"),
        ("date", "2024年3月1日", "2024-03-01"),
        ("date", "今天", "2024-05-01"),
    ],
)
def test_an_answer_changes_that_input_and_no_other(name: str, answer: str, value: str) -> None:
    state, result = after(BILL)
    asked, _ = DIALOGUE.step(state, Amend(name), TODAY)
    _, reply = DIALOGUE.step(asked, Said(answer), TODAY)
    before, now = taken(result), taken(reply)
    assert now[name] == value
    # Residents are neither at work nor retired.
    same = before.keys() - {name} - ({"status"} if name == "insurance" else set())
    assert {each: now[each] for each in same} == {each: before[each] for each in same}


def test_the_scheme_of_what_is_for_one_alone_is_shown_and_cannot_be_changed() -> None:
    state, reply = after(ALLOWANCE)
    assert isinstance(reply.sheet, ResultSheet)
    [scheme] = [each for each in reply.sheet.taken if each.value == "职工医保"]
    assert (scheme.name, scheme.label) == ("", "医保种类")
    assert DIALOGUE.step(state, Amend("insurance"), TODAY)[1].status == STALE


def test_a_choice_answers_too() -> None:
    state, _ = after(BILL)
    asked, question = DIALOGUE.step(state, Amend("hospital_level"), TODAY)
    label = question.choices.index("二级医院") + 1
    _, reply = DIALOGUE.step(asked, Chose(label), TODAY)
    assert taken(reply)["hospital_level"] == "二级医院"


def test_one_input_after_the_other_is_changed() -> None:
    state, _ = after(BILL)
    for name, answer in (("date", "2024-03-01"), ("hospital_level", "二级"), ("status", "在职")):
        state, _ = DIALOGUE.step(state, Amend(name), TODAY)
        state, reply = DIALOGUE.step(state, Said(answer), TODAY)
    straight = after("2024年3月1日在衡阳二级医院住院总费用80000，自费一万，在职职工")[1]
    assert reply.estimate == straight.estimate


def test_another_input_may_be_asked_for_before_the_first_is_answered() -> None:
    state, _ = after(BILL)
    state, _ = DIALOGUE.step(state, Amend("city"), TODAY)
    state, reply = DIALOGUE.step(state, Amend("status"), TODAY)
    assert reply.asked == "status"
    _, reply = DIALOGUE.step(state, Said("在职"), TODAY)
    assert taken(reply)["status"] == "在职"
    assert taken(reply)["city"] == "衡阳"


@pytest.mark.parametrize("answer", ["不知道", "9999-12-31", "嗯"])
def test_a_day_that_is_none_is_asked_for_again(answer: str) -> None:
    state, _ = after(BILL)
    asked, _ = DIALOGUE.step(state, Amend("date"), TODAY)
    still, reply = DIALOGUE.step(asked, Said(answer), TODAY)
    assert (still.pending, reply.asked) == ("date", "date")
    assert still.slots == state.slots


@pytest.mark.parametrize("name", ["", "nothing", "wage", "preview", "prior_paid", "CITY", "city "])
def test_what_was_not_taken_cannot_be_asked_for(name: str) -> None:
    state, result = after(BILL)
    same, reply = DIALOGUE.step(state, Amend(name), TODAY)
    assert reply.status == STALE
    assert same.slots == state.slots
    assert reply.choices == result.choices


@pytest.mark.parametrize("name", ["city", "date", "benefit"])
@pytest.mark.parametrize("texts", [(), ("你好",), ("居民医保一年交多少",), (BILL, "取消")])
def test_where_nothing_is_calculated_there_is_nothing_to_change(texts: tuple[str, ...], name: str) -> None:
    state = after(*texts)[0] if texts else DIALOGUE.start({}, introduced=True)
    if state.calculating:
        return
    after_it, reply = DIALOGUE.step(state, Amend(name), TODAY)
    assert reply.status == STALE
    assert after_it.pending is None


@pytest.mark.parametrize("text", [BILL, ALLOWANCE])
def test_the_question_speaks_of_what_is_calculated(text: str) -> None:
    state, _ = after(text)
    for name in taken(after(text)[1]):
        _, reply = DIALOGUE.step(state, Amend(name), TODAY)
        assert not reply.text.startswith("生孩子"), "a stay for another reason is no birth"
