"""Numbers that are nobody's business: of identity cards, bank cards and telephones, and passwords.

What is found here is replaced before anything is stored or logged, so a number too many is masked rather
than one too few; only sums, days and hot-lines are left as they stand.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.language.folding import Folded, fold, without_unseen
from bot.language.telephones import BRACKETED, telephone_end, without_lead

CARD = "〔证件号〕"
"""What stands in masked text for a number of a card or a person, and for a password."""
TELEPHONE = "〔电话〕"
"""What stands in masked text for a telephone number."""

_LEAST_NUMERIC = 4  # characters; fewer can't be any of these, whatever they unfold to
_SECRET = re.compile(r"密码|口令|验证码|(?i:\b(?:password|passcode|pwd|pin)\b)")

# Digits said in characters; 幺 is said for 一 on the telephone.
_HAN = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_HAN_RUN = re.compile(rf"[{_HAN}](?:[ -]*[{_HAN}])*(?:[ -]*[Xx叉])?")
_HAN_DIGIT = re.compile(rf"[{_HAN}]")
_LEAST_HAN = 11

_LEAD = r"(?:是|为|就是|改成了?|改为|设成了?|设为|[:,= ])*"
_TYPED = r"[0-9A-Za-z!@#$%^&*_+~.?-]"
_PASSWORD = re.compile(
    rf"(?:密码|口令|验证码){_LEAD}(?P<secret>(?={_TYPED}{{0,9}}[0-9A-Za-z])"
    rf"{_TYPED}{{4,}})"
    r"|(?i:\b(?:password|passcode|pwd|pin)(?: code| number)?(?: is |[:= ]))[: ]?"
    r"(?P<word>(?=[!-~]{0,30}\d)[!-~]{4,})"
)
# A number said to be one of a card or a person, however long; a day right after it is none.
_NUMBERED = re.compile(
    rf"(?:卡号码?|[账帐]号|社会?保障?号码?|社保号码?|医保号码?|身份证号?码?|证号码?|护照号?码?|个人编号){_LEAD}"
    r"(?P<number>(?!(?:19|20)\d\d-\d{1,2}-\d{1,2}(?![ -]*\d))"
    rf"[A-Za-z]{{0,2}}[\d{_HAN}](?:[ -]*[\d{_HAN}]){{5,}}[Xx]?)"
    r"|(?i:\b(?:id|card|account|passport)(?: card)? ?(?:number|num|no\.?|is|#|:)(?: ?is)?)[:=# ]{0,3}"
    r"(?P<english>[A-Za-z]{0,2}\d(?:[ -]*\d){5,}[Xx]?)"
)

_RUN = re.compile(r"\d(?:[ -]*\d)*(?:[ -]*[Xx])?")
_GROUP = re.compile(r"\d+")
_DAY = re.compile(r"(?:19|20)\d\d(?:-\d{1,2}-\d{1,2}|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)")
_MONEY_AFTER = re.compile(r" ?[元块万亿圆]")
_LEAST_CARD, _MOST_CARD = 15, 19  # digits
_LONGEST_PLAIN = 8  # digits of a number that may stand in a list beside days and telephones
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d)"
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(
    rf"{_PROVINCE}\d{{4}}(?:(?:18|19|20)\d\d{_MONTH_AND_DAY}\d{{3}}[\dX]|\d\d{_MONTH_AND_DAY}\d{{3}})"
)
_IDENTITY_LENGTHS = (15, 18)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """One number of a run: a telephone's, a day, or one group of digits."""

    start: int
    end: int
    kind: str


def masked(text: str) -> str:
    """Return `text` with `CARD` for numbers of cards and persons and passwords, `TELEPHONE` for telephones.

    Digits are found however they are grouped or written; sums of money, days and hot-lines are left. What a
    reader can't see is dropped; line breaks of every kind become a newline. Masking twice changes nothing.
    """
    return _settled(without_unseen(text))


def says_private(text: str) -> bool:
    """Tell whether a text has, or had before it was masked, a number of a card or a person, or a password."""
    return CARD in _settled(text)


def without_telephones(text: str) -> str:
    """Return normalised `text` without telephone numbers, masked or not, and what only leads to them."""
    text = _replaced(text, lambda span: TELEPHONE if span.token == TELEPHONE else None)
    if TELEPHONE not in text:
        return text
    *before, last = text.split(TELEPHONE)
    parts = [*map(without_lead, before), last]
    return ",".join(part for each in parts if (part := each.strip(" ,。;")))


def _settled(text: str) -> str:
    """Return `text` masked until nothing is found; the numbers beside a telephone may be those of a card."""
    while (clean := _replaced(text, lambda span: span.token)) != text:
        text = clean
    return text


def _replaced(text: str, token: Callable[[_Span], str | None]) -> str:
    folded = fold(text)
    out: list[str] = []
    position = 0
    for span in _spans(folded):
        new = token(span)
        if new is None:
            continue
        start, end = folded.place(span.start, span.end)
        out += [text[position:start], new]
        position = end
    return "".join([*out, text[position:]]) if out else text


def _spans(folded: Folded) -> list[_Span]:
    """Return what is private in order, none touching another's characters."""
    text = folded.text
    if folded.numeric < _LEAST_NUMERIC and not _SECRET.search(text):
        return []
    found = sorted(
        (
            span
            for part in (_passwords, _numbered, _bracketed, _in_characters, _in_runs)
            for span in part(text)
        ),
        key=lambda span: span.start,
    )
    out: list[_Span] = []
    for span in found:
        if out and span.start < out[-1].end:
            last = out.pop()
            token = CARD if CARD in (last.token, span.token) else span.token
            span = _Span(last.start, max(last.end, span.end), token)
        out.append(span)
    return out


def _passwords(text: str) -> Iterator[_Span]:
    for match in _PASSWORD.finditer(text):
        yield _Span(*match.span("secret" if match["secret"] else "word"), CARD)


def _numbered(text: str) -> Iterator[_Span]:
    for match in _NUMBERED.finditer(text):
        yield _Span(*match.span("number" if match["number"] else "english"), CARD)


def _bracketed(text: str) -> Iterator[_Span]:
    for match in BRACKETED.finditer(text):
        yield _Span(*match.span(), TELEPHONE)


def _in_characters(text: str) -> Iterator[_Span]:
    for match in _HAN_RUN.finditer(text):
        digits = len(_HAN_DIGIT.findall(match[0]))
        if digits >= _LEAST_HAN:
            yield _Span(*match.span(), CARD if digits >= _LEAST_CARD else TELEPHONE)


def _in_runs(text: str) -> Iterator[_Span]:
    """Yield what is private in each run of digits that only blanks and dashes part."""
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        if sum(end - start for start, end in groups) < 7:
            continue
        pieces = list(_pieces(text, groups))
        card = _card(text, run, groups, pieces)
        if card is not None:
            yield card
        for piece in pieces:
            if piece.kind == "telephone" and (card is None or piece.start >= card.end):
                plus = text[piece.start - 1 : piece.start] == "+"
                yield _Span(piece.start - plus, piece.end, TELEPHONE)


def _pieces(text: str, groups: list[tuple[int, int]]) -> Iterator[_Piece]:
    index = 0
    while index < len(groups):
        start, end = groups[index]
        if day := _DAY.match(text, start):
            while index < len(groups) and groups[index][0] < day.end():
                index += 1
            yield _Piece(start, day.end(), "day")
            continue
        after = telephone_end(text, groups, index)
        if after is not None:
            yield _Piece(start, groups[after - 1][1], "telephone")
            index = after
            continue
        yield _Piece(start, end, "plain")
        index += 1


def _card(text: str, run: re.Match[str], groups: list[tuple[int, int]], pieces: list[_Piece]) -> _Span | None:
    """Return the part of a run that is the number of a card, however long the run."""
    whole = _digits(run[0])
    if len(whole) < _LEAST_CARD:
        return None
    span = _Span(run.start(), run.end(), CARD)
    if _IDENTITY.fullmatch(whole):
        return span
    if _is_list(pieces) and not _has_identity(text, pieces):
        return None
    if len(groups) == 1:
        return None if _is_number(text, *run.span(), whole) else span
    if not _MONEY_AFTER.match(text, run.end()):
        return span
    if _by_threes(groups):
        return None
    # 6222021001111111 2000元: the last number is a sum.
    rest = groups if groups[-1][1] - groups[-1][0] >= _LEAST_CARD else groups[:-1]
    if sum(end - start for start, end in rest) < _LEAST_CARD:
        return None
    return _Span(run.start(), rest[-1][1], CARD)


def _digits(said: str) -> str:
    return said.replace(" ", "").replace("-", "").upper()


def _is_list(pieces: list[_Piece]) -> bool:
    """Tell whether a run is days or telephones with short numbers between."""
    return any(piece.kind != "plain" for piece in pieces) and all(
        piece.kind != "plain" or piece.end - piece.start <= _LONGEST_PLAIN for piece in pieces
    )


def _has_identity(text: str, pieces: list[_Piece]) -> bool:
    """Tell whether some pieces in a row make an identity card's number: 430402 1990-01-01 1234."""
    said = [_digits(text[piece.start : piece.end]) for piece in pieces]
    if any(piece.kind == "telephone" and text[piece.start : piece.end].isdigit() for piece in pieces):
        return False
    for first in range(len(said)):
        row = ""
        for each in said[first:]:
            row += each
            if len(row) > _IDENTITY_LENGTHS[-1]:
                break
            if len(row) in _IDENTITY_LENGTHS and _IDENTITY.fullmatch(row):
                return True
    return False


def _is_number(text: str, start: int, end: int, digits: str) -> bool:
    """Tell whether digits in one piece are a sum or a fraction; too large a sum is refused as such."""
    if len(digits) > _MOST_CARD:
        return not _IDENTITY.search(digits)
    fraction = start > 1 and text[start - 1] == "." and text[start - 2].isdigit()
    return fraction or digits.endswith("000000") or bool(_MONEY_AFTER.match(text, end))


def _by_threes(groups: list[tuple[int, int]]) -> bool:
    return all(end - start == 3 for start, end in groups[1:]) and groups[0][1] - groups[0][0] <= 3
