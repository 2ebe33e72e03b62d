"""Telephone numbers among groups of digits, as people write them."""

import re

_MOBILE = re.compile(r"(?P<abroad>(?:00)?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")
_FROM_ABROAD = re.compile(r"(?:00)?(?:86(?:10\d{8}|2\d{9}|[3-9]\d{9,10})|85[23]\d{8}|886\d{8,9})")
_ANY = re.compile(f"{_MOBILE.pattern}|{_LANDLINE.pattern}|{_FROM_ABROAD.pattern}")
BRACKETED = re.compile(r"\(0\d{2,3}\)[ -]*\d(?:[ -]*\d){6,7}(?!\d)")
"""Pattern of a number whose area code stands in brackets: (0734)1234567."""
_LEAST_DIGITS, _MOST_DIGITS = 10, 15
_FIRST = frozenset("018")

# With other groups a row of sums may have eleven digits too: 1500 3000 200.
_USUAL = {(11,), (3, 8), (3, 4, 4), (3, 4, 2, 2), (3, 2, 2, 2, 2), (3, 3, 3, 2), (1,) * 11}
_RANGES = {(4, 7), (5, 6), (6, 5)}  # 13000-200000 is from one sum to another

_LEAD = re.compile(
    r"(?:电话(?!费)|手机(?!费)|联系方式|联系人?|号码|微信|(?i:qq|tel|phone|mobile))"
    r"(?:号码?|方式)?(?:number|是|为|就是|改成了?|换成了?|[:,.= ]){0,4}\Z"
)
_LEAST_LED = 7  # digits of a number that is said to be a telephone's; a hot-line has fewer
_LONGEST_LEAD = 14

_SUM_AFTER = re.compile(r" ?(?:元(?![旦宵月])|块|圆)|\.\d\d?(?!\d)(?! ?[月年日号])")

_OWN_LEAD = re.compile(
    r"(?:我们?|他|她|本人|家里?)?(?:家|爸|妈|老公|老婆|崽|儿子|女儿)?的?(?:联系)?(?:电话|手机|方式|号码|微信)"
    r"(?:号码?)?(?:是|为|就是|[:= ]){0,2}\Z"
)


def _has_lead(text: str, start: int) -> bool:
    """Tell whether what stands before `start` says that a telephone number follows."""
    return bool(_LEAD.search(text, max(0, start - _LONGEST_LEAD), start))


def _is_sum_after(text: str, end: int) -> bool:
    """Tell whether the digits before `end` are a sum of money by what follows."""
    return bool(_SUM_AFTER.match(text, end))


def without_lead(text: str) -> str:
    """Return `text` without the words at its end that only lead to a telephone number."""
    lead = _OWN_LEAD.search(text, max(0, len(text) - _LONGEST_LEAD))
    return text[: lead.start()] if lead else text


def telephone_end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Return the index after the last group of the telephone number that begins at `first`, None without.

    `groups` are the spans of digits that only blanks and dashes part.
    """
    start = groups[first][0]
    led = first == 0 and _has_lead(text, start)
    if not led and text[start] not in _FIRST:
        return None
    if first and _size(groups, first) == _size(groups, first - 1) == 1:
        return None  # amid single digits no number begins
    plus = text[start - 1 : start] == "+"
    said = ""
    sizes: list[int] = []
    longest: int | None = None
    for index in range(first, len(groups)):
        begin, end = groups[index]
        if len(said) + end - begin > _MOST_DIGITS:
            break
        said += text[begin:end]
        sizes.append(end - begin)
        if (
            len(said) >= _LEAST_DIGITS
            and _ANY.fullmatch(said)
            and _is_telephone(text, groups, (first, index + 1), said, sizes, led=led, plus=plus)
        ):
            return index + 1
        if led and _LEAST_LED <= len(said) <= 13 and (longest is None or said[0] == "1"):
            longest = index + 1
    return longest


def _is_telephone(
    text: str,
    groups: list[tuple[int, int]],
    span: tuple[int, int],
    said: str,
    sizes: list[int],
    *,
    led: bool,
    plus: bool,
) -> bool:
    first, after = span
    end = groups[after - 1][1]
    if not led and not plus and _is_sum_after(text, end):
        return False
    if _LANDLINE.fullmatch(said) or (_FROM_ABROAD.fullmatch(said) and (plus or said.startswith("00"))):
        return True
    mobile = _MOBILE.fullmatch(said)
    if mobile is None:
        return False
    if led or plus or mobile["abroad"] or sizes == [11]:
        return True
    before = text[groups[first - 1][1] : groups[first][0]] if first else ""
    behind = text[end : groups[after][0]] if after < len(groups) else ""
    if "-" in before + behind:
        return False
    grouping = tuple(sizes)
    if sizes[0] == 1 and after < len(groups) and _size(groups, after) == 1:
        return False
    if grouping in _USUAL:
        return True
    return "-" in text[groups[first][0] : end] and grouping not in _RANGES


def _size(groups: list[tuple[int, int]], index: int) -> int:
    return groups[index][1] - groups[index][0]
