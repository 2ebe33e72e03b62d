import pytest

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("取消", "cancel"),
        ("算了吧", "cancel"),
        ("/cancel", "cancel"),
        ("返回", "back"),
        ("上一步", "back"),
        ("重新开始", "restart"),
        ("重来", "restart"),
        ("帮助", "help"),
        ("HELP", "help"),
        ("你能做什么？", "help"),
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("在吗", "greeting"),
        ("/start", "greeting"),
        ("谢谢", "thanks"),
        ("謝謝您", "thanks"),
        ("再见", "thanks"),
        ("转人工", "handoff"),
        ("人工", "handoff"),
        ("不知道", "unsure"),
        ("不晓得哦", "unsure"),
        ("是", "yes"),
        ("是的。", "yes"),
        ("好", "yes"),
        ("嗯嗯", "yes"),
        ("不是", "no"),
        ("没有", "no"),
        ("不用了", "no"),
        ("改一下", "change"),
        ("说错了", "change"),
        ("忘记我", "forget"),
        ("删除我的数据", "forget"),
        ("算了不算了", "cancel"),
        ("不弄了不弄了", "cancel"),
        ("要得要得要得", "yes"),
        ("/CALC", "calc"),
        ("/policy@baoduoshao_bot", "policy"),
        ("／ｃｉｔｙ", "city"),
        ("/privacy", "privacy"),
        ("/delete 吧", "forget"),
        ("算一算", "calc"),
        ("能问什么？", "policy"),
        ("换城市", "city"),
        ("隐私", "privacy"),
        ("会不会泄露啊", "privacy"),
    ],
)
def test_a_command_said_alone_is_that_command(read: Read, text: str, command: str) -> None:
    assert read(text).command == command


@pytest.mark.parametrize(
    "text",
    [
        "我想取消医保怎么办",
        "你好，住院报多少",
        "不知道自费多少",
        "不是三级，是二级",
        "好多钱",
        "谢谢，那门诊呢",
        "有低保",
    ],
)
def test_a_text_that_merely_holds_a_command_is_none(read: Read, text: str) -> None:
    assert read(text).command is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("２", 2),
        ("二", 2),
        ("第2个", 2),
        ("选2", 2),
        ("第二", 2),
        ("两", 2),
        ("②", 2),
        ("十二", 12),
        ("20000", 20000),
        ("0", 0),
        ("2万", None),
        ("-2", None),
        ("第二次", None),
        ("2天", None),
        ("两三个", None),
    ],
)
def test_a_bare_number_is_offered_as_a_choice(read: Read, text: str, number: int | None) -> None:
    assert read(text).number == number
