"""English questions, read as the Chinese that everything else here reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SAYS_NOTHING = "-"
"""The key of the words that say nothing of the matter."""
EDGE = "…"
"""Where this stands before a reading it goes to the end of its clause, where it stands after to the front."""

_HAN = re.compile(r"[一-鿿]")
_LETTERS = re.compile(r"[a-z]{2}")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z\d])|(?<=\d)-(?=[a-z])")
_CURRENCY = r"(?:yuan|rmb|cny|renminbi|kuai)\b"
_SCALES = {"k": 1_000, "w": 10_000, "thousand": 1_000, "million": 1_000_000, "hundred": 100}
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TOKEN = re.compile(
    rf"(?:(?P<month>{'|'.join(_MONTHS)}),? (?P<of_year>(?:19|20)\d\d)\b)"
    rf"|(?P<sign>[¥¥] ?|{_CURRENCY} ?)?(?P<figure>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<id>x\b)?(?P<share>%)?(?P<scale> ?(?:[kw]|thousand|million|hundred)\b)?(?P<unit> ?{_CURRENCY})?"
    r"|(?P<word>[/]?[a-z]+(?:'[a-z]+)?'?)|(?P<stop>[,.;!?:])"
)
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPELT = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_NUMBER_WORD = rf"(?:{'|'.join(sorted((*_SPELT, *_LARGE), key=len, reverse=True))})"
_SPELT_OUT = re.compile(
    rf"(?<!\d )\b(?:an? (?=(?:hundred|thousand|million)\b))?{_NUMBER_WORD}"
    rf"(?: (?:and )?{_NUMBER_WORD}){{0,12}}\b"
    rf"(?P<money> {_CURRENCY})?"
)
# Where a cost told for a hospital is that of a stay, unless another kind of care is named.
_SPENT = frozenset({"花了", "费用", "总费用"})
_OTHER_CARE = re.compile(r"住院|门诊|急诊|生育|生$|产|药|病|症|血压|体检|疫苗|透析|化疗")
_LONGEST_SCALED = 12  # digits; more is no sum, whatever follows
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words that people put into Chinese talk; alone they make no English text.
_LOANS = frozenset(
    {"hi", "hello", "hey", "ok", "okay", "yes", "no", "bye", "thanks", "thx", "yuan", "rmb", "app", "vip"}
)
# What only asks, and says nothing of what.
_ONLY_ASKS = frozenset(
    {
        "是多少",
        "是什么",
        "怎么办",
        "在哪里办",
        "什么时候",
        "多久",
        "可以吗",
        "呢",
        "如果",
        "不是",
        "没有",
        "年",
        "天",
    }
)
_DANGER = frozenset({"胸口痛", "喘不过气", "昏迷了", "突发心梗", "突发中风", "大出血", "不想活了"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether a text is `english`, and its `chinese`, None where too little of it is understood."""

    english: bool = False
    chinese: str | None = None


@dataclass(slots=True)
class _Clause:
    front: list[str]
    middle: list[str]
    end: list[str]

    def add(self, reading: str) -> None:
        bare = reading.strip(EDGE)
        part = self.front if reading.endswith(EDGE) else self.end if reading.startswith(EDGE) else self.middle
        if bare not in part:
            part.append(bare)

    @property
    def text(self) -> str:
        return "".join([*self.front, *self.middle, *self.end])


class English:
    """Reads English by a list of phrases; built once, then only read."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        """Take phrase -> Chinese; see `SAYS_NOTHING` and `EDGE`."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, chinese in phrases.items():
            words = tuple(match[0] for match in _TOKEN.finditer(_plain(phrase)))
            if words:
                self._by_first.setdefault(words[0], []).append((words, chinese))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def read(self, text: str) -> Reading:
        """Return what normalised `text` is in Chinese; a text with any Han character isn't English."""
        lowered = _plain(text)
        if _HAN.search(text) or not _LETTERS.search(lowered):
            return Reading()
        tokens = list(_TOKEN.finditer(lowered))
        clauses = [_Clause([], [], [])]
        known: list[str] = []
        heard = missed = at = 0
        while at < len(tokens):
            token = tokens[at]
            entry = self._entry(tokens, at)
            if entry is not None:
                words, chinese = entry
                at += len(words)
                heard += 1
                if chinese != SAYS_NOTHING:
                    clauses[-1].add(chinese)
                    known.append(chinese.strip(EDGE))
                continue
            at += 1
            if token["stop"]:
                clauses.append(_Clause([], [], []))
            elif token["word"]:
                missed += token["word"] not in _LOANS
            elif said := _figure(token):
                clauses[-1].middle.append(said)
        if any("元" in clause.text for clause in clauses):
            _to_stay(clauses, known)
        chinese = ",".join(clause.text for clause in clauses if clause.text)
        figures = bool(re.search(r"\d", chinese))
        says = figures or not _ONLY_ASKS.issuperset(known)
        understood = bool(chinese) and says and (missed <= len(known) or not _DANGER.isdisjoint(known))
        return Reading(_is_english(tokens, heard, missed), chinese if understood else None)

    def _entry(self, tokens: list[re.Match[str]], at: int) -> tuple[tuple[str, ...], str] | None:
        """Return the longest phrase that stands at a token."""
        for words, chinese in self._by_first.get(tokens[at][0], ()):
            if len(words) <= len(tokens) - at and all(
                tokens[at + offset][0] == word for offset, word in enumerate(words)
            ):
                return words, chinese
        return None


def _plain(text: str) -> str:
    return _SPELT_OUT.sub(_in_figures, _HYPHEN.sub(" ", text.lower().replace("’", "'")))


def _in_figures(match: re.Match[str]) -> str:
    """Return an amount in words as figures; a number without money or a large unit stays as it is."""
    words = match[0].split()
    if not (match["money"] or _LARGE.keys() & set(words)):
        return match[0]
    total = part = 0
    for word in words:
        if word in _SPELT:
            part += _SPELT[word]
        elif word == "hundred":
            part = (part or 1) * _LARGE[word]
        elif word in _LARGE:
            total, part = total + (part or 1) * _LARGE[word], 0
    return f"{total + part} yuan"


def _to_stay(clauses: list[_Clause], known: list[str]) -> None:
    """Say that a hospital whose bill is told was for a stay, where no other care is named."""
    if _SPENT.isdisjoint(known) or any(map(_OTHER_CARE.search, known)):
        return
    for clause in clauses:
        if any(said.endswith("医院") for said in clause.middle):
            clause.middle.append("住院")
            return


def _is_english(tokens: list[re.Match[str]], heard: int, missed: int) -> bool:
    words = [token["word"] for token in tokens if token["word"]]
    if len(words) == 1:
        return bool(heard) and words[0] not in _LOANS and len(words[0]) > 2
    return bool(heard) and heard * 3 >= missed


def _figure(token: re.Match[str]) -> str:
    """Return a number as it is written in Chinese: 20000元 for 20k, 2022年 for a year."""
    if token["month"]:
        return f"{token['of_year']}年{_MONTHS.index(token['month']) + 1}月"
    figure = token["figure"].replace(",", "")
    if token["id"] or token["share"]:
        return figure + (token["id"] or token["share"])
    money = token["sign"] or token["unit"]
    if token["scale"] and len(figure) <= _LONGEST_SCALED:
        figure = f"{Decimal(figure) * _SCALES[token['scale'].strip()]:f}"
        figure = figure.rstrip("0").rstrip(".") if "." in figure else figure
        money = True
    if money:
        return f"{figure}元"
    return f"{figure}年" if _YEAR.fullmatch(figure) else figure
