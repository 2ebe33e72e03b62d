"""What makes a text plain for everybody; each check returns the faults it finds, in words."""

import re
from collections.abc import Iterator

from opencc import OpenCC

MOST_IN_A_SENTENCE = 45  # characters
MOST_IN_A_LIST_LINE = 60
MOST_BEFORE_A_LIST = 3  # sentences

# The words of the offices, as patterns, and what an explanation of it looks like.
EXPLAINED = {
    "起付线": r"起付线就是|起付线（[^）]*门槛",
    "统筹基金": r"统筹基金就是",
    "政策范围内费用": r"政策范围内费用就是",
    "大病保险": r"大病保险是医保报完|再报一次（大病保险）",
    "(?<!符)合规": r"合规费用就是|合规自付就是",
    "先行自付": r"先行自付就是",
    "最高支付限额": r"最高支付限额就是",
    "乙类": r"先[^。\n]*乙类|乙类[^。\n]*先",
    "甲类": r"甲类[^。\n]*不用先",
    "定点": r"和医保签了?约",
    "备案": r"备案就是|备案（",
    "参保地": r"参保地就是|参保地（",
    "缴费基数": r"缴费基数就是|缴费基数（",
    "缴费基准值": r"缴费基准值是",
    "视同缴费": r"视同缴费就是",
    "一站式结算": r"一站式结算就是",
    "特药": r"特药就是",
    "慢特病": r"慢特病就是|也叫慢特病",
    "等待期": r"等待期就是",
    "单建统筹": r"不设个人账户的（单建统筹）",
    "省级统筹": r"省级统筹就是",
    "省部属": r"湘雅[^。\n]{0,6}省部属|省部属医院（湘雅|省部属医院只有",
    "双通道": r"双通道[^。\n]*（",
    "集采药": r"集采药就是|集采药（",
    "国家谈判药": r"国家谈判药（",
    "医疗救助": r"医疗救助是",
    "大病医疗互助": r"互助[^。]*另外|另外[^。]*互助",
    "生育津贴": r"生育津贴 =|生育津贴（",
    "手工报账": r"手工报账，就是",
}
# There is a plain word for each of these; commands and blame need none.
NEVER_SAID = re.compile(
    r"经办机构|不予|予以|应当|必须|务必|不得|之日起|须|凭有效|若干|违规|您错|输入错误|无效|没说清楚"
)
ALLOWED_LATIN = frozenset({"CT", "App"})

_APART = ("【", "依据：", "提醒：", "拿不准可以打")
_TITLE = re.compile(r"《[^》]*》(?:（[^）]*）)?")
_QUOTED = re.compile(r"“[^”]*”")
_simplified = OpenCC("t2s").convert


def parts_of(text: str) -> list[list[str]]:
    """Return the lines of each part of an answer, without its heading, its basis and its cautions."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith(("【", "依据：")):
            parts.append([])
        if line.strip() and not line.startswith(_APART):
            parts[-1].append(line)
    return [part for part in parts if part]


def sentences_of(line: str) -> list[str]:
    """Return the sentences of a line without their full stops."""
    return [sentence for sentence in re.split(r"[。？]", line) if sentence]


def long_sentences(lines: list[str]) -> Iterator[str]:
    for line in lines:
        bare = _TITLE.sub("", line)
        if bare.startswith("- "):
            if len(bare) - 2 > MOST_IN_A_LIST_LINE:
                yield f"a long list line: {line}"
        else:
            yield from (
                f"a long sentence: {each}" for each in sentences_of(bare) if len(each) > MOST_IN_A_SENTENCE
            )


def late_lists(lines: list[str]) -> Iterator[str]:
    first = next((at for at, line in enumerate(lines) if line.startswith("- ")), 0)
    if sum(len(re.findall(r"[。？]", line)) for line in lines[:first]) > MOST_BEFORE_A_LIST:
        yield f"too much before the list: {lines[:first]}"


def broken_lists(lines: list[str]) -> Iterator[str]:
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"-\s*[。：；，]?", line.strip()):
            yield "an empty list line"
        if line.endswith("：") and not after.startswith("- "):
            yield f"no list where one is promised: {line}"


def repeated(lines: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for sentence in (each for line in lines for each in sentences_of(line)):
        if sentence in seen:
            yield f"said twice: {sentence}"
        seen.add(sentence)


def unexplained(text: str) -> Iterator[str]:
    """Yield the words of the offices that a text uses and doesn't explain by the end of that part."""
    said = ""
    for part in parts_of(text):
        said += _QUOTED.sub("", _TITLE.sub("", "\n".join(part))) + "\n"
        for term, explanation in EXPLAINED.items():
            if re.search(term, said) and not re.search(explanation, said):
                yield f"not explained: {term}"


def unkind(text: str, latin: frozenset[str] = ALLOWED_LATIN) -> Iterator[str]:
    """Yield what no text may have: shouting, other scripts, words of the offices that have plain ones."""
    if re.search(r"[!！]", text):
        yield "an exclamation mark"
    if _simplified(text) != text:
        yield "Traditional characters"
    yield from (f"a foreign word: {word}" for word in re.findall(r"[A-Za-z]+", text) if word not in latin)
    yield from (f"never said: {word}" for word in NEVER_SAID.findall(text))


def faults(text: str) -> list[str]:
    """Return all that keeps an answer from being plain; nothing for a plain one."""
    found = [*unkind(_TITLE.sub("", _without_basis(text))), *unexplained(text)]
    for lines in parts_of(text):
        found += [*long_sentences(lines), *late_lists(lines), *broken_lists(lines), *repeated(lines)]
    meanings = [line for line in text.splitlines() if re.match(r"[^，。]{2,9}(?:就是|是医保报完)", line)]
    return found + [f"explained twice: {line}" for line in {*meanings} if meanings.count(line) > 1]


def _without_basis(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("依据："))
