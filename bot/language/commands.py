"""Short texts that steer the talk, and bare numbers that choose."""

import re
from collections.abc import Mapping

NAMES = frozenset(
    {"cancel", "back", "restart", "help", "greeting", "thanks", "handoff", "unsure", "yes", "no", "change",
     "forget", "calc", "policy", "city", "privacy"}
)  # fmt: skip
"""Every command there is."""

_EDGES = " ,.!?;:、。~…\"'()·-"
_TAIL = "啊呀呢吧哦噢哈啦嘛咯哟"
_MOST_AROUND = 12  # characters
_AGAIN = re.compile(r"(.{2,8}?)\1{1,3}")  # 不弄了不弄了
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_NUMBER = re.compile(
    r"(?:(?:我)?(?:选|要|是)?(?:择)?第?) ?(?P<n>\d{1,6}|"
    r"[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])"
    r" ?(?:个|项|种|条|号)?(?:吧|啊)?"
)


class Commands:
    """Knows a command by any of the texts that say it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._longest = max(map(len, texts), default=0) + _MOST_AROUND

    def find(self, text: str) -> str | None:
        """Return the command that normalised `text` is, particles and punctuation aside."""
        if len(text) > self._longest:
            return None
        bare = text.strip(_EDGES).lower().replace(" ", "").replace(",", "")
        shorter = bare.rstrip(_TAIL)
        said = self._texts.get
        # 了 comes off last: 算了 is a command, and 算 is none.
        found = said(bare) or said(shorter) or said(shorter.rstrip("了"))
        if found is None and (again := _AGAIN.fullmatch(shorter)):
            return said(again[1])
        return found


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
