"""Files of dialogues: what may stand in them, how they are played, and what the command tells.

`scenarios_bad/<name>.yaml` is a file that is wrong in a single place; beside it stands the whole message, to
be reviewed like code. The test of a case without its message fails and shows what is said today.
"""

import errno
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from support import warm
from support.forked import PROGRAM, baoduoshao

from bot.app import App
from bot.channels.scenarios import (
    USUAL_DAY,
    Difference,
    Scenario,
    ScenarioProblem,
    differences,
    load,
    load_input,
    play,
    played,
)
from bot.dialogue import Chose, Dialogue, Said

BAD = Path(__file__).parent / "scenarios_bad"
WRITTEN = sorted(path.stem for path in BAD.glob("*.yaml"))

GOOD = """\
- name: A stay
  preset: {city: hengyang}
  turns:
    - {say: 退休职工三级医院住院花了两万能报多少, outcome: estimate, amount: "16443.00"}
    - {choose: 1, outcome: estimate, slots: {route: away_filed}}

- name: A word of thanks
  turns:
    - {say: 谢谢, outcome: command, intent: thanks}
"""
FAILING = GOOD.replace("16443.00", "16444.00")
TOLD = """\
{file}:1: A stay
  turn 1 ({file}:4): 退休职工三级医院住院花了两万能报多少
    expected: amount 16444.00
    came:     amount 16443.00
    reply:
      我按"""


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app()


@pytest.fixture(scope="module")
def dialogue(app: App) -> Dialogue:
    return app.dialogue


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "talks.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def differing(dialogue: Dialogue, file: Path) -> list[tuple[int, int, str, str]]:
    return [
        (each.turn, each.line, each.expected, each.came)
        for scenario in load(file)
        for each in play(dialogue, scenario, USUAL_DAY)
    ]


def run(*arguments: str, given: bytes = b"", **settings: str) -> tuple[int, str, str]:
    done = baoduoshao("converse", *arguments, given=given, environment=surroundings(**settings))
    return done.returncode, done.stdout, done.stderr


def run_anew(*arguments: str) -> tuple[int, str, str]:
    """Run it as people do, from Python's start to its end, on pipes."""
    command = [str(PROGRAM), "converse", *arguments]
    done = subprocess.run(command, input=b"", capture_output=True, env=surroundings(), timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def surroundings(**settings: str) -> dict[str, str]:
    environment = {**os.environ, "LC_ALL": "C"}
    environment.pop("BAODUOSHAO_TODAY", None)
    return {**environment, **settings}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_wrong_is_refused_with_place_and_mend(name: str, app: App) -> None:
    shown_as = Path("scenarios") / f"{name}.yaml"
    with pytest.raises(ScenarioProblem) as caught:
        load(BAD / f"{name}.yaml", app.library.cities, shown_as)
    expected = BAD / f"{name}.txt"
    assert f"{caught.value}\n" == (expected.read_text("utf-8") if expected.exists() else "")


def test_each_message_belongs_to_a_case() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == WRITTEN


@pytest.mark.parametrize("message", sorted(BAD.glob("*.txt")), ids=lambda path: path.stem)
def test_a_message_shows_the_line_and_ends_with_the_mend(message: Path) -> None:
    first, *_, mend = message.read_text("utf-8").splitlines()
    assert re.match(rf"scenarios/{message.stem}\.yaml:[1-9]\d*:[1-9]\d*: \S", first)
    assert re.fullmatch(r"  [A-Z].*[.?]", mend)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        ("- name: 医保\n".encode("gb18030"), "is not UTF-8"),
        (b"- name: \x1b[2J\n", "the character U+001B stands here"),
        (b"- " * 10_000, "nested deeper than"),
        (b"# " + b"x" * 600_000, "the file is larger than 512 KiB"),
        (b"[" + b"a," * 100_000 + b"]", "more than 50000 nodes"),
    ],
    ids=["empty", "other encoding", "control character", "deep", "large", "many"],
)
def test_hostile_bytes_get_one_short_message(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "talks.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioProblem, match=re.escape(words)) as caught:
        load(file)
    assert len(str(caught.value)) < 1000


def test_a_file_becomes_scenarios_with_their_lines(written: Callable[[str], Path]) -> None:
    stay, thanks = load(written(GOOD))
    assert (stay.name, stay.line, stay.today, stay.preset) == ("A stay", 1, None, {"city": "hengyang"})
    assert [turn.line for turn in stay.turns] == [4, 5]
    assert [turn.event for turn in stay.turns] == [Said("退休职工三级医院住院花了两万能报多少"), Chose(1)]
    assert (thanks.line, thanks.turns[0].intent) == (7, "thanks")


def test_days_may_be_written_with_quotes_or_without(written: Callable[[str], Path]) -> None:
    turns = "\n  turns: [{say: 好, outcome: unknown}]\n"
    for day in ("2022-06-10", '"2022-06-10"'):
        [found] = load(written(f"- name: A day\n  today: {day}\n  preset: {{date: {day}}}{turns}"))
        assert (found.today, found.preset) == (date(2022, 6, 10), {"date": "2022-06-10"})


def test_a_text_may_stand_there_many_times(written: Callable[[str], Path]) -> None:
    [found] = load(written("- {name: Long, turns: [{say: 住院, times: 2500, outcome: unknown}]}"))
    assert found.turns[0].event == Said("住院" * 2500)


def test_days_pass_before_what_is_said_beside_them(
    dialogue: Dialogue, written: Callable[[str], Path]
) -> None:
    text = """\
- name: Days
  today: 2024-02-28
  turns:
    - {say: 谢谢, outcome: command}
    - {say: 谢谢, days_later: 1, outcome: command}
    - {days_later: 2}
    - {say: 谢谢, outcome: command}
"""
    [scenario] = load(written(text))
    went = [(each.number, each.day) for each in played(dialogue, scenario, USUAL_DAY)]
    assert went == [(1, date(2024, 2, 28)), (2, date(2024, 2, 29)), (4, date(2024, 3, 2))]


def test_a_scenario_without_a_day_is_played_on_the_day_given(
    dialogue: Dialogue, written: Callable[[str], Path]
) -> None:
    [scenario, _] = load(written(GOOD))
    [first, *_] = played(dialogue, scenario, date(2023, 7, 8))
    assert "2023-07-08" in first.reply.text


def test_what_goes_as_written_differs_in_nothing(dialogue: Dialogue, written: Callable[[str], Path]) -> None:
    assert differing(dialogue, written(GOOD)) == []


STAY = "say: 衡阳退休职工三级医院住院花了两万能报多少"


@pytest.mark.parametrize(
    ("turn", "expected", "came"),
    [
        (f"{STAY}, outcome: answer", "outcome answer", "outcome estimate"),
        (f"{STAY}, status: answered", "status answered", None),
        (f"{STAY}, intent: thanks", "intent thanks", "intent employee_inpatient_rate"),
        ("say: 哈哈哈哈, intent: thanks", "intent thanks", "no intent"),
        (f"{STAY}, has: [医保大约付, 天上]", "has 天上", "it isn't in the reply"),
        (f"{STAY}, lacks: [天上, 医保大约付]", "lacks 医保大约付", "it is in the reply"),
        (
            f"{STAY}, order: [医保大约付, 您大约自己付]",
            "order: 您大约自己付 after 医保大约付",
            "it isn't there",
        ),
        (f"{STAY}, order: [天上, 医保大约付]", "order: 天上", "it isn't in the reply"),
        (f"{STAY}, order: [医保大约付, 医保大约付]", "order: 医保大约付 after 医保大约付", "it isn't there"),
        (f"{STAY}, slots: {{status: employed}}", "slot status: employed", "slot status: retired"),
        (f"{STAY}, slots: {{tcm: true}}", "slot tcm: true", "it isn't set"),
        (f"{STAY}, slots: {{route: unknown}}", "slot route: unknown", "it isn't set"),
        (f"{STAY}, no_slots: [tcm, status]", "no slot status", "slot status: retired"),
        (f'{STAY}, amount: "1.00"', "amount 1.00", "amount 16443.00"),
        (f'{STAY}, own: "1.00"', "own 1.00", "own 3557.00"),
        (f'{STAY}, own: ["1.00", "3557.00"]', "own 1.00 / 3557.00", "own 3557.00"),
        (f'{STAY}, range: ["1.00", "2.00"]', "range 1.00 / 2.00", "amount 16443.00"),
        ('say: 谢谢, amount: "1.00"', "amount 1.00", "no estimate"),
        ("say: 谢谢, choices: [衡阳]", "choice 衡阳", "nothing is offered"),
        (f"{STAY}, sources: [湘政办发〔2022〕66号, 甲]", "source 甲", "cited: 湘政办发〔2022〕66号"),
        ("say: 谢谢, sources: [甲]", "source 甲", "nothing is cited"),
        ("say: 住院花了两万能报多少, alone: true", "nothing is offered with it", "offered: 衡阳 / 湘潭"),
        ("say: 住院花了两万能报多少, choices: [株洲]", "choice 株洲", "offered: 衡阳 / 湘潭"),
        ("say: 住院花了两万能报多少, all_choices: [衡阳]", "all choices 衡阳", "offered: 衡阳 / 湘潭"),
    ],
)
def test_each_kind_of_difference_is_told(
    turn: str, expected: str, came: str | None, dialogue: Dialogue, written: Callable[[str], Path]
) -> None:
    [found] = differing(dialogue, written(f"- name: One\n  turns:\n    - {{{turn}}}\n"))
    assert found[:3] == (1, 3, expected)
    assert came is None or found[3].startswith(came)


@pytest.mark.parametrize(
    "turn",
    [
        f'{STAY}, outcome: estimate, own: "3557.00", order: [您大约自己付, 医保大约付], no_slots: [tcm]',
        f"{STAY}, sources: [湘政办发〔2022〕66号], slots: {{status: retired, eligible_cost: '20000.00'}}",
        "say: 我爸昏迷了, outcome: command, alone: true, has: ['120']",
        "say: 住院花了两万能报多少, all_choices: [衡阳, 湘潭, 湖南其他城市]",
    ],
)
def test_each_expectation_can_be_met(turn: str, dialogue: Dialogue, written: Callable[[str], Path]) -> None:
    assert differing(dialogue, written(f"- name: One\n  turns:\n    - {{{turn}}}\n")) == []


def test_the_status_of_a_reply_is_compared(dialogue: Dialogue, written: Callable[[str], Path]) -> None:
    [scenario] = load(written("- {name: One, turns: [{say: 谢谢, status: steered}]}"))
    [exchange] = played(dialogue, scenario, USUAL_DAY)
    assert differences(exchange) == ()
    other = replace(exchange, reply=replace(exchange.reply, status="rephrase"))
    assert [(each.expected, each.came) for each in differences(other)] == [
        ("status steered", "status rephrase")
    ]


def test_what_a_person_does_not_know_is_a_value_of_its_own(
    dialogue: Dialogue, written: Callable[[str], Path]
) -> None:
    text = """\
- name: Not known
  turns:
    - {say: 衡阳退休职工住院花了两万能报多少, outcome: question}
    - {say: 不清楚, slots: {hospital_level: LEVEL}, range: ["15088.00", "18810.00"]}
"""
    assert differing(dialogue, written(text.replace("LEVEL", "unknown"))) == []
    assert differing(dialogue, written(text.replace("LEVEL", "level3"))) == [
        (2, 4, "slot hospital_level: level3", "slot hospital_level: unknown")
    ]


def test_a_difference_holds_the_whole_reply(dialogue: Dialogue, written: Callable[[str], Path]) -> None:
    stay: Scenario = load(written(FAILING))[0]
    [found] = play(dialogue, stay, USUAL_DAY)
    assert isinstance(found, Difference)
    assert found.text.startswith("我按衡阳")
    assert found.text.endswith("可以打 12393。")


def test_standard_input_is_read_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD.encode())))
    assert [each.name for each in load_input()] == ["A stay", "A word of thanks"]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"name: A stay")))
    with pytest.raises(ScenarioProblem, match="<stdin>:1:1: a list is expected here"):
        load_input()


def test_standard_input_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(size: int) -> bytes:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=fail)))
    with pytest.raises(ScenarioProblem, match="<stdin>:1:1: standard input can't be read: Is a directory"):
        load_input()
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ScenarioProblem, match="<stdin>:1:1: the file is empty"):
        load_input()


def test_dialogues_that_go_as_written_are_counted(written: Callable[[str], Path]) -> None:
    assert run(str(written(GOOD))) == (0, "2 scenarios, 0 failed\n", "")


def test_one_that_differs_is_told_with_its_line_and_reply(written: Callable[[str], Path]) -> None:
    file = written(FAILING)
    code, out, _ = run_anew(str(file))
    assert code == 1
    assert out.startswith(TOLD.format(file=file))
    assert "      这只是估算" in out
    assert "        1. 异地就医已备案" in out
    assert "A word of thanks" not in out
    assert out.endswith("\n2 scenarios, 1 failed\n")


def test_a_whole_talk_is_shown_as_people_read_it(written: Callable[[str], Path]) -> None:
    code, out, _ = run("--show", str(written(GOOD)))
    assert code == 0
    talk = [
        ":1: A stay\n\n> 退休职工三级医院住院花了两万能报多少\n\n我按衡阳",
        "可以打 12393。\n  1. 异地就医已备案\n  2. ",
        "\n\n> 1. 异地就医已备案\n\n我按衡阳",
        ":7: A word of thanks\n\n> 谢谢\n\n",
        "\n\n2 scenarios, 0 failed\n",
    ]
    places = [out.find(piece) for piece in talk]
    assert -1 not in places
    assert places == sorted(places)


def test_a_long_message_is_shown_in_short_and_a_new_day_by_its_date() -> None:
    text = """\
- name: Long
  turns:
    - {say: 好, times: 5000, outcome: unknown}
    - {choose: 7, days_later: 2, outcome: command}
"""
    code, out, _ = run("--show", "-", given=text.encode())
    assert code == 0
    assert out.startswith(f"<stdin>:1: Long\n\n> {'好' * 300}…\n\n")
    assert "\n\n(2024-05-03)\n> 7\n\n" in out


def test_the_fixed_day_is_that_of_scenarios_without_one(written: Callable[[str], Path]) -> None:
    _, out, _ = run("--show", str(written(GOOD)), BAODUOSHAO_TODAY="2023-07-08")
    assert "今天（2023-07-08）" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("/no/such/file.yaml",),
            "/no/such/file.yaml:1:1: the file can't be read: No such file or directory",
        ),
        (("/",), "/:1:1: this is no ordinary file"),
        ((str(BAD / "duplicate_key.yaml"),), "duplicate_key.yaml:3:53: the key 'has' stands twice"),
        ((str(BAD / "unknown_city.yaml"),), "unknown_city.yaml:2:18: no city is called 'henyang'"),
        (("-",), "<stdin>:1:1: the file is empty"),
        (("-", "--jsonl", "-"), "don't go with --jsonl"),
        (("--show", "--jsonl", "-"), "don't go with --jsonl"),
        (("--show",), "name files of dialogues"),
        (("-", "--city", "hengyang"), "says itself for whom and when"),
    ],
)
def test_what_cannot_be_used_exits_with_2_and_one_message(arguments: tuple[str, ...], words: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    # The help around a wrong argument breaks its line where it likes.
    assert words in " ".join(err.split())
    assert "Traceback" not in err


def test_a_slip_in_the_last_file_is_told_before_anything_is_played(written: Callable[[str], Path]) -> None:
    code, out, err = run(str(written(FAILING)), str(BAD / "float.yaml"))
    assert (code, out) == (2, "")
    assert "as a number that is not exact" in err
