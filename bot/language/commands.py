"""Short texts that steer the talk, and bare numbers that choose."""

import re
from types import MappingProxyType

_SAID = {
    "cancel": (
        "取消 算了 不算了 不问了 退出 停 停止 结束 不弄了 不搞了 不查了 /cancel /stop cancel quit exit"
    ),
    "back": ("返回 上一步 回去 退回 退回去 上一题 回到上一步 后退 返回上一步 /back back"),
    "restart": (
        "重新开始 重来 重新来 重新算 从头来 从头开始 再来一次 重算 重新计算 重新来过 再算一次 "
        "/restart restart"
    ),
    "help": (
        "帮助 你能做什么 你会什么 你能干什么 怎么用 怎么使用 使用说明 菜单 功能 说明 你可以做什么 "
        "能问什么 可以问什么 你有什么用 /help help ?help"
    ),
    "greeting": (
        "你好 您好 在吗 在不在 在么 有人吗 早上好 上午好 中午好 下午好 晚上好 早 嗨 哈喽 哈啰 喂 "
        "你好你好 大家好 hi hello hey 你们好 /start 开始"
    ),
    "thanks": (
        "谢谢 谢谢你 谢谢您 多谢 多谢了 非常感谢 感谢 太感谢 麻烦你 辛苦 再见 拜拜 回见 好的谢谢 "
        "好谢谢 谢谢再见 明白了谢谢 知道了谢谢 3q thanks bye thx 没有了谢谢 没事谢谢 谢谢哈"
    ),
    "handoff": (
        "人工 转人工 找人工 要人工 人工客服 人工服务 客服 转客服 找客服 转接人工 我要人工 "
        "我要找人工 我要转人工 找真人 真人 真人客服 接人工 请转人工 /human"
    ),
    "unsure": (
        "不知道 不清楚 不晓得 搞不清 搞不清楚 不确定 说不准 忘了 忘记了 不记得 记不得 记不清 "
        "不太清楚 不太知道 我不知道 我不清楚 我不晓得 不懂 不明白 晓不得 没看 不好说 不知 弄不清"
    ),
    "yes": (
        "是 是的 对 对的 嗯 嗯嗯 好 好的 可以 要 行 有 有的 没错 当然 ok okay yes y 要得 是啊 确定 "
        "确认 正确 得行 好嘞 对头 是滴 中 可以的 好吧"
    ),
    "no": (
        "不 不是 不对 没有 没 不用 不要 否 不行 no n 不需要 不用了 冇 冇得 没得 无 都没有 不是的 "
        "没有的 错 错了 不必"
    ),
    "change": (
        "改 修改 更改 改一下 改条件 改一个 换一个 换条件 说错了 我说错了 我要改 我想改 要改 输错了 "
        "填错了 搞错了 改动 修改条件 /change"
    ),
    "forget": (
        "忘记我 删除我的数据 删除数据 清除记录 清空记录 删掉记录 删除记录 注销 忘掉我 删除我的信息 "
        "清除数据 清空数据 清空 把我的记录删了 删除我的记录 /forget /delete"
    ),
}

COMMANDS = MappingProxyType({text: command for command, texts in _SAID.items() for text in texts.split()})

_EDGES = " ,.!?;:、。~…\"'()·-"
_TAIL = "啊呀呢吧哦噢哈啦嘛咯哟"
_LONGEST = max(map(len, COMMANDS)) + 4

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_NUMBER = re.compile(
    r"(?:(?:我)?(?:选|要|是)?(?:择)?第?) ?(?P<n>\d{1,6}|"
    r"[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])"
    r" ?(?:个|项|种|条|号)?(?:吧|啊)?"
)


def find_command(text: str) -> str | None:
    """Return the command that normalised `text` is, particles and punctuation aside; None if it says more."""
    if len(text) > _LONGEST + 8:
        return None
    bare = text.strip(_EDGES).lower().replace(" ", "").replace(",", "")
    shorter = bare.rstrip(_TAIL)
    # 了 comes off last: 算了 is a command, and 算 is none.
    return COMMANDS.get(bare) or COMMANDS.get(shorter) or COMMANDS.get(shorter.rstrip("了"))


def find_number(text: str) -> int | None:
    """Return the number that is all `text` says: 2, 二, 第2个, 选2."""
    match = _NUMBER.fullmatch(text.strip(_EDGES)) if len(text) < 16 and text[:1] not in "-−" else None
    if not match:
        return None
    said = match["n"]
    if said.isdigit():
        return int(said)
    if "十" in said and said != "十":
        tens, _, ones = said.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS[said]
