"""Lines of questions and dialogues, answered in this process."""

import json
from datetime import date
from typing import Any

import pytest
from support import warm

from bot.app import App
from bot.channels.batch import Batch
from bot.dialogue import Event, Reply, State
from bot.settings import Settings

RANGE = "衡阳退休职工三级医院住院花了一万多，能报多少"


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app(Settings(fixed_day=date(2024, 5, 1)))


def asked(app: App, **line: Any) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(Batch(app).ask_line(json.dumps(line)))
    return reply


def talked(app: App, *turns: Any, **line: Any) -> Any:
    return json.loads(Batch(app).converse_line(json.dumps({"id": 1, "turns": turns, **line})))


def fields(reply: dict[str, Any]) -> list[str]:
    assert reply["outcome"] == "invalid"
    assert all(error["message"] for error in reply["errors"])
    return [error["field"] for error in reply["errors"]]


def test_an_amount_known_by_its_bounds_is_told_as_both() -> None:
    app = warm.app(Settings(fixed_day=date(2024, 5, 1)))
    for reply in (asked(app, id=1, text=RANGE), *talked(app, RANGE)["replies"]):
        assert reply["outcome"] == "estimate"
        low, high = (float(amount) for amount in reply["slots"]["eligible_cost"])
        assert 10000 <= low < high < 20000
        assert reply["estimate"]["outcome"] == "range"
        least, most = (float(amount) for amount in reply["estimate"]["amount"])
        assert 0 < least < most < high


def test_a_question_takes_no_field_it_does_not_know(app: App) -> None:
    assert fields(asked(app, id=1, text="住院", citty="hengyang", turns=[])) == ["citty", "turns"]
    assert fields(talked(app, "住院", text="住院")) == ["text"]
    reply = asked(app, text="住院", **{"430405199001011234": 1})
    assert fields(reply) == ["?"]
    assert "430405" not in json.dumps(reply)


@pytest.mark.parametrize("text", [5, None, ["住院"], {}, True, 1.5])
def test_a_question_is_a_text(app: App, text: Any) -> None:
    assert fields(asked(app, id=1, text=text)) == ["text"]


@pytest.mark.parametrize("turns", [None, "住院", {}, 1])
def test_turns_are_a_list(app: App, turns: Any) -> None:
    reply = json.loads(Batch(app).converse_line(json.dumps({"id": 1, "turns": turns})))
    assert fields(reply) == ["turns"]


def test_every_wrong_field_is_named(app: App) -> None:
    assert fields(asked(app, text="住院", city="nowhere", date="soon", insurance=3)) == [
        "city",
        "date",
        "insurance",
    ]


def test_a_choice_may_be_written_in_several_ways(app: App) -> None:
    opening = "职工三级医院退休住院花了两万能报多少"
    plain = talked(app, opening, {"choice": 1})["replies"][1]
    assert plain["slots"]["city"] == "hengyang"
    for choice in ("1", " 1 ", 1.0):
        reply = talked(app, opening, {"choice": choice})["replies"][1]
        assert reply["slots"] == plain["slots"]
        assert reply["text"] == plain["text"]


@pytest.mark.parametrize("choice", ["99", 0, -1, 10**400, 99.0, 1e300, "999999999"])
def test_a_choice_that_is_not_there_is_told(app: App, choice: Any) -> None:
    opening = "职工三级医院退休住院花了两万能报多少"
    reply = talked(app, opening, {"choice": choice})["replies"][1]
    assert reply["text"] == talked(app, opening, {"choice": 99})["replies"][1]["text"]
    assert reply["choices"]


@pytest.mark.parametrize(
    "turn", [{}, None, 7, [], {"choice": True}, {"choice": "x"}, {"choice": 1.5}, {"text": 5}, {"choice": []}]
)
def test_what_is_neither_text_nor_choice_is_an_empty_text(app: App, turn: Any) -> None:
    opening = "职工三级医院退休住院花了两万能报多少"
    reply = talked(app, opening, turn)["replies"][1]
    assert reply["text"] == talked(app, opening, "")["replies"][1]["text"]


def test_lone_surrogates_are_met_kindly(app: App) -> None:
    reply = asked(app, id="\ud800", text="住院\udfff能报多少")
    assert reply["id"] == "\ud800"
    assert reply["text"]


def test_a_defect_costs_one_line_only(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = app.dialogue.step

    def fails(state: State, event: Event, today: date) -> tuple[State, Reply]:
        if "坏" in getattr(event, "text", ""):
            raise KeyError("broken")
        return step(state, event, today)

    monkeypatch.setattr(app.dialogue, "step", fails)
    batch = Batch(app)
    replies = [
        json.loads(batch.ask_line(json.dumps({"id": n, "text": text})))
        for n, text in enumerate(("谢谢", "坏", "谢谢"))
    ]
    assert [reply["id"] for reply in replies] == [0, 1, 2]
    assert [reply["outcome"] for reply in replies] == ["command", "invalid", "command"]
    assert replies[1]["errors"] == [{"field": "line", "message": "这一行出了意外，没有算出来"}]
    assert talked(app, "你好", "坏")["outcome"] == "invalid"
    assert "KeyError: 'broken'" in capsys.readouterr().err


def test_a_dialogue_begins_with_who_speaks_and_what_is_never_needed(app: App) -> None:
    first, second = talked(app, "住院花了两万能报多少", "衡阳")["replies"]
    assert "不是官方机构" in first["notice"]
    assert all(word in first["notice"] for word in ("身份证号", "卡号", "密码"))
    assert "notice" not in second


def test_danger_comes_before_who_speaks(app: App) -> None:
    first, second = talked(app, "我爸胸口痛喘不过气", "住院花了两万能报多少")["replies"]
    assert first["status"] == "danger"
    assert "notice" not in first
    assert "notice" in second


def test_a_single_question_is_no_chat_to_introduce(app: App) -> None:
    assert "notice" not in asked(app, id=1, text="职工住院起付线是多少")


def test_every_reply_names_its_status(app: App) -> None:
    replies = talked(app, "退休职工住院花了两万能报多少", "随便吧", "取消", city="hengyang")["replies"]
    assert [reply["status"] for reply in replies] == ["asked", "asked_again", "steered"]
