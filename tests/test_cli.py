"""The command line as other programs and people call it: real processes, real streams."""

import json
import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from support.forked import PROGRAM, baoduoshao

STAY = {
    "benefit": "inpatient",
    "city": "hengyang",
    "date": "2024-05-01",
    "insurance": "employee",
    "status": "retired",
    "hospital_level": "level3",
    "eligible_cost": 20000,
}


def run(*arguments: str, given: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
    data = given.encode() if isinstance(given, str) else given
    return baoduoshao(*arguments, given=data, environment=surroundings(**settings))


def run_anew(*arguments: str, given: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run it as people do, from Python's start to its end, on pipes."""
    environment = surroundings(**settings)
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run([PROGRAM, *arguments], input=data, capture_output=True, env=environment, timeout=60)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def surroundings(**settings: str) -> dict[str, str]:
    return {**os.environ, "BAODUOSHAO_TODAY": "2024-05-01", "LC_ALL": "C", **settings}


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_case_is_estimated_as_json() -> None:
    [reply] = lines(run("estimate", "--json", *(f"{name}={value}" for name, value in STAY.items())))
    assert reply["outcome"] == "ok"
    assert reply["amount"] == "16443.00"
    assert reply["own"] == "3557.00"
    assert reply["unit"] == "yuan"
    assert reply["layers"][0] == {"id": "basic", "amount": "16443.00"}
    step = next(step for step in reply["steps"] if step["label"] == "起付线")
    assert step == {
        "label": "起付线",
        "value": "1100.00",
        "because": "三级医院",
        "source": {"document": "湘政办发〔2022〕66号", "article": "三、医保住院待遇"},
    }
    assert {"document": "湘政办发〔2022〕66号", "article": "三、医保住院待遇"} in reply["sources"]
    assert {"route", "prior_stays_same_level"} <= {a["code"] for a in reply["assumptions"]}
    assert [c["code"] for c in reply["cautions"]] == ["effective_date_inferred"]
    assert reply["policy_version"]


def test_one_case_is_told_to_people() -> None:
    done = run("estimate", *(f"{name}={value}" for name, value in STAY.items()))
    assert done.returncode == 0
    assert "医保大约付：16443.00元" in done.stdout


def test_what_a_case_lacks_is_told_so_that_a_person_can_complete_it() -> None:
    done = run("estimate", "benefit=inpatient", "city=hengyang", "insurance=employee")
    assert done.returncode == 0
    assert "hospital_level=…  医院级别：" in done.stdout
    assert "level3（三级医院）" in done.stdout
    assert "eligible_cost=…  政策范围内费用" in done.stdout


def test_a_field_of_one_case_may_stand_there_once() -> None:
    [reply] = lines(run("estimate", "--json", "city=hengyang", "city=xiangtan"))
    assert reply["outcome"] == "invalid"
    assert [error["field"] for error in reply["errors"]] == ["city"]


def test_every_line_gets_a_line_in_order_and_keeps_its_id() -> None:
    given = "\n".join(
        [
            json.dumps({"id": "a", **STAY}),
            "not json",
            json.dumps({"id": 2, **STAY, "eligible_cost": "19999.99"}),
            "",
            "[1, 2]",
            json.dumps({"id": 1.5, "benefit": "inpatient"}),
            json.dumps({"id": {"x": [1]}, **STAY, "foo": 1}),
            '{"id": 7, "benefit": "inpatient", "eligible_cost": NaN}',
            '{"id": 8, "benefit": "inpatient", "eligible_cost": ' + "9" * 5000 + "}",
            "[" * 100_000,
        ]
    )
    replies = lines(run_anew("estimate", "--jsonl", "-", given=given))
    assert [reply.get("id") for reply in replies] == [
        "a",
        None,
        2,
        None,
        None,
        1.5,
        {"x": [1]},
        7,
        8,
        None,
    ]
    assert [reply["outcome"] for reply in replies] == [
        "ok", "invalid", "ok", "invalid", "invalid", "needs", "invalid", "invalid", "invalid", "invalid",
    ]  # fmt: skip
    assert replies[5]["missing"][:2] == ["city", "insurance"]
    assert replies[6]["errors"][0]["field"] == "foo"


def test_ids_come_back_as_they_were_written() -> None:
    written = ["1e999", "9" * 5000, "1.50", r'"\ud800"', '"中"', '{"a": [1e5]}']
    given = "\n".join(f'{{"text": "谢谢", "id": {each}}}' for each in written)
    done = run("ask", "--jsonl", "-", given=given)
    assert [line[: len(each) + 9] for line, each in zip(done.stdout.splitlines(), written, strict=True)] == [
        f'{{"id": {each}, ' for each in written
    ]
    assert done.returncode == 0


@pytest.mark.parametrize("command", ["estimate", "ask", "converse"])
def test_a_field_written_twice_spoils_only_its_line(command: str) -> None:
    given = '{"city": "hengyang", "city": "xiangtan", "id": 1}\n{"id": 2}\n'
    first, second = lines(run(command, "--jsonl", "-", given=given))
    assert (first["id"], first["outcome"]) == (1, "invalid")
    assert [error["field"] for error in first["errors"]] == ["city"]
    assert "两次" in first["errors"][0]["message"]
    assert second["id"] == 2


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    marked = b"\xef\xbb\xbf" + json.dumps({"id": 1, **STAY}).encode() + b"\n"
    file = tmp_path / "cases.jsonl"
    file.write_bytes(marked)
    for done in (run("estimate", "--jsonl", "-", given=marked), run("estimate", "--jsonl", str(file))):
        assert [(reply["id"], reply["outcome"]) for reply in lines(done)] == [(1, "ok")]


@pytest.mark.parametrize("command", ["estimate", "ask"])
def test_a_reader_that_goes_away_ends_the_run_quietly(command: str, tmp_path: Path) -> None:
    line = {"estimate": STAY, "ask": {"text": "谢谢"}}[command]
    file = tmp_path / "lines.jsonl"
    file.write_text((json.dumps(line) + "\n") * 3000, encoding="utf-8")
    process = subprocess.Popen(
        [PROGRAM, command, "--jsonl", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())
    process.stdout.close()
    try:
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.stderr.close()


def test_bytes_that_are_no_text_spoil_only_their_line() -> None:
    good = json.dumps({"id": 1, **STAY}).encode()
    replies = lines(run_anew("estimate", "--jsonl", "-", given=b"\xff\xfe\x00{\n" + good + b"\n"))
    assert [reply["outcome"] for reply in replies] == ["invalid", "ok"]


def test_a_question_is_answered_as_json() -> None:
    [reply] = lines(run_anew("ask", "--json", "衡阳职工住院起付线是多少"))
    assert reply["outcome"] == "answer"
    assert reply["intent"] == "employee_inpatient_deductible"
    assert 0 < reply["confidence"] <= 1
    assert "1100元" in reply["text"]
    assert reply["sources"][0]["document"] == "湘政办发〔2022〕66号"
    assert reply["slots"]["insurance"] == "employee"
    assert reply["candidates"][0] == reply["intent"]
    assert reply["elapsed_ms"] > 0


def test_a_range_is_told_as_json() -> None:
    text = "衡阳退休职工三级医院住院花了一万多，能报多少"
    [asked] = lines(run("ask", "--jsonl", "-", given=json.dumps({"id": 1, "text": text})))
    [talked] = lines(run("converse", "--jsonl", "-", given=json.dumps({"id": 1, "turns": [text]})))
    for reply in (asked, talked["replies"][0]):
        assert reply["estimate"]["outcome"] == "range"
        low, high = reply["slots"]["eligible_cost"]
        assert float(low) < float(high)


@pytest.mark.parametrize("text", ["-5元", "--help me", "-h", "--citty=hengyang"])
def test_a_question_may_begin_with_a_dash(text: str) -> None:
    [reply] = lines(run("ask", "--city", "hengyang", text, "--json"))
    assert reply["text"]


def test_choices_are_printed_with_word_that_nothing_is_remembered() -> None:
    done = run("ask", "退休职工三级医院住院花了两万能报多少")
    assert done.returncode == 0
    assert "\n  1. 衡阳\n  2. 湘潭\n" in done.stdout
    assert "不记得前面的话" in done.stdout


@pytest.mark.parametrize(
    "text", ["谢谢", "衡阳职工住院起付线是多少", "衡阳退休职工三级医院住院花了两万能报多少"]
)
def test_an_answer_needs_no_word_that_nothing_is_remembered(text: str) -> None:
    done = run("ask", text)
    assert done.returncode == 0
    assert "不记得前面的话" not in done.stdout


def test_a_lines_own_city_date_and_scheme_win() -> None:
    question = {"text": "职工门诊能报多少"}
    given = "\n".join(
        json.dumps(each, ensure_ascii=False)
        for each in (
            {"id": 1, **question},
            {"id": 2, **question, "city": "xiangtan"},
            {"id": 3, **question, "city": "xiangtan", "date": "2022-09-30"},
            {"id": 4, **question, "city": "nowhere"},
            {"id": 5, **question, "date": "2023-02-30"},
            {"id": 6},
        )
    )
    replies = lines(run("ask", "--jsonl", "-", "--city", "hengyang", given=given))
    assert [r["outcome"] for r in replies] == ["answer", "answer", "refused", "invalid", "invalid", "invalid"]
    assert "湘政办发〔2022〕66号" in replies[0]["text"]
    assert "潭政办发〔2022〕36号" in replies[1]["text"]
    assert [r["id"] for r in replies] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "text",
    [
        "住院花了10^400元能报多少",
        "住院花了1" + "0" * 400 + "元能报多少",
        "住院花了-5元能报多少",
        "{{7*7}}",
        "{% for i in range(9) %}x{% endfor %}",
        "430405199001011234",
        "我的身份证430405199001011234，住院花了两万",
        "",
        "   ",
        "住院" * 2500,
        "<script>alert(1)</script>住院",
        "*_[]()~`>#+-=|{}.!",
        "\u202e\u200b\x07医保",
        "😀" * 200,
    ],
)
def test_hostile_questions_get_a_kind_reply_with_nothing_raw(text: str) -> None:
    [reply] = lines(run("ask", "--json", text))
    assert reply["outcome"] in {"answer", "question", "clarify", "unknown", "refused", "command"}
    assert reply["text"]
    for raw in ("{{", "{%", "<script", "430405199001011234", "10^400", "0" * 50, "\u202e"):
        assert raw not in json.dumps(reply, ensure_ascii=False)


def test_a_dialogue_runs_turn_by_turn() -> None:
    given = json.dumps(
        {
            "id": "d",
            "turns": [
                "我是退休职工，在三甲住院花了两万，能报多少",
                {"choice": 1},
                {"choice": 99},
                {},
                None,
                7,
                {"choice": True},
                {"text": "不对，是二级"},
            ],
        }
    )
    [reply] = lines(run("converse", "--jsonl", "-", given=given))
    replies = reply["replies"]
    assert reply["id"] == "d"
    assert len(replies) == 8
    assert replies[0]["outcome"] == "question"
    assert replies[0]["choices"]
    assert replies[1]["estimate"]["amount"] == "16443.00"
    assert all(each["text"] for each in replies)
    assert replies[-1]["estimate"]["amount"] == "17664.00"


def test_a_file_is_read_as_well_as_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"id": 1, **STAY}), encoding="utf-8")
    assert lines(run("estimate", "--jsonl", str(file)))[0]["amount"] == "16443.00"


@pytest.mark.parametrize(
    "arguments",
    [
        ("estimate",),
        ("estimate", "nonsense"),
        ("estimate", "--jsonl", "/no/such/file"),
        ("estimate", "--jsonl", "-", "benefit=inpatient"),
        ("ask",),
        ("ask", "--city", "atlantis", "住院"),
        ("ask", "--date", "soon", "住院"),
        ("converse",),
        ("frobnicate",),
        ("estimate", "--nope"),
        ("estimate", "-5元"),
        ("ask", "--nope", "住院"),
        ("ask", "--city"),
        ("converse", "--nope"),
    ],
)
def test_unusable_arguments_exit_with_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cant_be_used_is_told_without_a_traceback() -> None:
    done = run_anew("ask", "住院", BAODUOSHAO_TODAY="tomorrow")
    assert done.returncode == 1
    assert "BAODUOSHAO_TODAY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_policy_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("hotline: no\n", encoding="utf-8")
    done = run_anew("policy", "check", BAODUOSHAO_POLICIES=str(tmp_path))
    assert done.returncode == 1
    assert "places.yaml:1:10" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_policy_check_counts_what_holds() -> None:
    done = run("policy", "check")
    assert done.returncode == 0
    assert "provisions" in done.stdout


def test_the_chat_reads_lines_from_a_pipe_and_ends_with_them() -> None:
    done = run_anew("chat", given="衡阳退休职工三级医院住院花了两万能报多少\n谢谢\n")
    assert done.returncode == 0
    assert "不是官方机构" in done.stdout
    assert "16443.00元" in done.stdout


@pytest.mark.parametrize("word", ["退出", " 再见。", "exit", "Quit"])
def test_a_word_leaves_the_chat(word: str) -> None:
    done = run_anew("chat", given=f"退休职工三级医院住院花了两万能报多少\n{word}\n谢谢\n")
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("好的，再见，祝您和家人平安。")
    assert "不客气" not in done.stdout


def test_the_chat_says_how_to_leave() -> None:
    assert "离开" in run_anew("chat").stdout


def test_a_very_long_line_does_not_break_the_chat() -> None:
    done = run_anew("chat", given="\ufeff" + "住院" * 200_000 + "\n谢谢\n")
    assert done.returncode == 0
    assert "不客气" in done.stdout


def test_ctrl_c_leaves_the_chat_when_piped() -> None:
    process = subprocess.Popen(
        [PROGRAM, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        while "离开" not in process.stdout.readline().decode():
            pass
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        assert (process.returncode, told) == (0, b"")
    finally:
        process.kill()


@pytest.mark.parametrize("key", [b"\x04", b"\x03", "退出\r".encode()])
def test_the_chat_talks_on_a_terminal_and_leaves_on_a_key_or_word(key: bytes) -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "BAODUOSHAO_TODAY": "2024-05-01", "TERM": "xterm"}
    process = subprocess.Popen(
        [PROGRAM, "chat", "--city", "hengyang"], stdin=slave, stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    try:
        _wait_for(master, "不是官方机构")
        os.write(master, "退休职工三级医院住院花了两万能报多少\r".encode())
        _wait_for(master, "16443.00元")
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            # Pressed before the prompt is back, the key is lost: a person would press it again.
            os.write(master, key)
            _drain(master)
        assert process.returncode == 0
    finally:
        process.kill()
        os.close(master)


def _wait_for(master: int, text: str, seconds: float = 20) -> None:
    seen = b""
    end = time.monotonic() + seconds
    while text.encode() not in seen:
        assert time.monotonic() < end, seen.decode(errors="replace")
        seen += _drain(master)


def _drain(master: int) -> bytes:
    """Return what the terminal shows within a moment; nothing once the program has gone."""
    if not select.select([master], [], [], 0.2)[0]:
        return b""
    try:
        return os.read(master, 65536)
    except OSError:
        return b""


def test_ctrl_c_leaves_the_chat_at_once_while_the_pipe_stays_open() -> None:
    process = subprocess.Popen(
        [PROGRAM, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        process.stdin.write("谢谢\n".encode())
        process.stdin.flush()
        while "不客气" not in process.stdout.readline().decode():
            pass
        time.sleep(0.5)  # until it waits for the next line
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.communicate()


def test_the_chat_ends_quietly_once_nobody_reads_it() -> None:
    process = subprocess.Popen(
        [PROGRAM, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        while "离开" not in process.stdout.readline().decode():
            pass
        process.stdout.close()
        process.stdin.write("谢谢\n".encode())
        process.stdin.flush()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()


@pytest.mark.parametrize("key", [b"\x04", b"\x03"])
def test_a_key_that_leaves_the_chat_leaves_nothing_on_the_error_stream(key: bytes) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen([PROGRAM, "chat"], stdin=slave, stdout=slave, stderr=subprocess.PIPE)
    os.close(slave)
    assert process.stderr is not None
    try:
        _wait_for(master, "离开")
        _wait_for(master, ">")
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            os.write(master, key)
            _drain(master)
        assert process.returncode == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        os.close(master)
