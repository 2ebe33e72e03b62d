"""Sheets for tests: those of real dialogues, one that never changes, and any that could be."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from bot.app import App
from bot.channels import scenarios
from bot.rendering.sheets import (
    Basis,
    ComparisonSheet,
    PartShown,
    ReadingShown,
    ResultSheet,
    RowShown,
    Sheet,
    StepShown,
    Taken,
)
from bot.settings import Settings

MOST = 9_999_999_999  # fen
DAY = date(2026, 6, 1)
FUND = ("basic", "catastrophic", "mutual_aid")
PERSON = ("excluded", "first_pay", "deductible", "co_payment", "above_limit", "not_paid")

RESULT = ResultSheet(
    title="住院报销估算",
    line="我按衡阳、职工医保、退休、住院、三级医院、目录内费用20000.00元算。",
    taken=(
        Taken("city", "城市", "衡阳"),
        Taken("insurance", "医保种类", "职工医保"),
        Taken("hospital_level", "医院级别", "三级医院"),
        Taken("eligible_cost", "目录内费用", "20000.00元"),
        Taken("date", "日期", "2026-06-01"),
    ),
    unit="yuan",
    amount=1_644_300,
    low=None,
    own=355_700,
    own_high=None,
    readings=(),
    by_fund=(PartShown("basic", "统筹基金", 1_644_300, "能报的部分付87%"),),
    by_person=(
        PartShown("deductible", "起付线", 110_000, "先由您自己付的门槛"),
        PartShown("co_payment", "按比例自付", 245_700, "目录内、按比例由您承担的部分"),
    ),
    preview="",
    steps=(StepShown("起付线", "1100.00元", "三级医院"), StepShown("起付线以上的部分", "", "费用减起付线")),
    explained=("起付线是先由您自己付的部分",),
    assumptions=("按今年第一次住院算",),
    others=("按在参保地正常就医算",),
    cautions=("这里用到的规定后来可能有变化，请打电话核实。",),
    basis=(
        Basis(
            "d0",
            "湘政办发〔2022〕66号",
            "通知",
            ("三、医保住院待遇",),
            ("a",),
            date(2023, 1, 1),
            None,
            True,
            "in_force",
        ),
    ),
    hotline="12393",
    day=DAY,
    head="您大约自己付：3557.00元\n医保大约付：16443.00元",
    text="全文",
)
COMPARISON = ComparisonSheet(
    title="住院，按医院级别比较（都是估算）",
    line="我按衡阳、职工医保、退休算。",
    unit="yuan",
    billed=True,
    rows=(
        RowShown(
            "二级医院", now=True, held=True, low=1_766_400, high=1_766_400, own_low=233_600, own_high=233_600
        ),
        RowShown("三级医院", False, True, 1_644_300, 1_700_000, 300_000, 355_700, "比二级医院少报1221.00元"),
        RowShown("省部属医院", now=False, held=False),
    ),
    bare_cost=True,
    assumptions=("按今年第一次住院算",),
    cautions=(),
    basis=RESULT.basis,
    hotline="12393",
    day=DAY,
    head="二级医院：医保付 17664.00元",
    text="全文",
)

_WORDS = "医保付的一级南华大学附属第二医院，。（）“”〔〕、；：1234567.89元% abRX·−"
TEXT = st.text(st.sampled_from(_WORDS), max_size=80)
NAME = st.text(st.sampled_from(_WORDS), min_size=1, max_size=40).filter(str.strip)
FEN = st.integers(0, MOST) | st.integers(0, 200)


def _some(each: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(each, max_size=most).map(tuple)


BASES = st.builds(
    Basis,
    st.just("d"),
    NAME,
    NAME,
    _some(NAME),
    st.just(()),
    st.dates(),
    st.none() | st.dates(),
    st.booleans(),
    st.sampled_from(["in_force", "draft", "planned", "information"]),
)


def _parts(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[PartShown, ...]]:
    return st.lists(
        st.builds(PartShown, st.sampled_from(ids), NAME, st.integers(1, MOST), TEXT),
        max_size=len(ids),
        unique_by=lambda part: part.id,
    ).map(tuple)


def _whole(sheet: ResultSheet) -> ResultSheet:
    """Return a sheet whose amounts go together: a range has both ends, and no bill no parts."""
    if sheet.own is None:
        sheet = replace(sheet, own_high=None, by_fund=(), by_person=())
    else:
        sheet = replace(sheet, unit="yuan")
    if sheet.low is None or (sheet.own is not None and sheet.own_high is None):
        sheet = replace(sheet, low=None, own_high=None, readings=())
    return sheet


RESULTS = st.builds(
    ResultSheet,
    title=NAME,
    line=TEXT,
    taken=st.lists(
        st.builds(Taken, st.sampled_from(["city", "hospital_level", "eligible_cost"]), NAME, NAME), max_size=8
    ).map(tuple),
    unit=st.sampled_from(["yuan", "yuan/month", "yuan/year", "days", "years"]),
    amount=FEN,
    low=st.none() | FEN,
    own=st.none() | FEN,
    own_high=st.none() | FEN,
    readings=st.lists(st.builds(ReadingShown, FEN, TEXT), max_size=4).map(tuple),
    by_fund=_parts(FUND),
    by_person=_parts(PERSON),
    preview=st.just("") | _some(NAME, 6).map(lambda lines: "\n".join(("【征求意见稿】", *lines))),
    steps=st.lists(st.builds(StepShown, NAME, TEXT, TEXT), max_size=12).map(tuple),
    explained=_some(TEXT),
    assumptions=_some(TEXT),
    others=_some(TEXT),
    cautions=_some(TEXT),
    basis=st.lists(BASES, max_size=5).map(tuple),
    hotline=st.just("12393"),
    day=st.dates(),
    head=TEXT,
    text=TEXT,
).map(_whole)
COMPARISONS = st.builds(
    ComparisonSheet,
    title=NAME,
    line=TEXT,
    unit=st.sampled_from(["yuan", "yuan/month", "days"]),
    billed=st.booleans(),
    rows=st.lists(
        st.builds(RowShown, NAME, st.booleans(), st.booleans(), FEN, FEN, FEN, FEN, TEXT).map(
            lambda row: replace(row, high=max(row.low, row.high), own_high=max(row.own_low, row.own_high))
        ),
        max_size=7,
    ).map(tuple),
    bare_cost=st.booleans(),
    assumptions=_some(TEXT),
    cautions=_some(TEXT),
    basis=st.lists(BASES, max_size=3).map(tuple),
    hotline=st.just("12393"),
    day=st.dates(),
    head=TEXT,
    text=TEXT,
)


@cache
def of_dialogues() -> tuple[Sheet, ...]:
    """Return every sheet that the written dialogues come to, each once."""
    app = App(Settings())
    found: dict[str, Sheet] = {}
    for path in sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml")):
        for scenario in scenarios.load(path):
            day = scenario.today or scenarios.USUAL_DAY
            for exchange in scenarios.played(app.dialogue, scenario, day):
                if exchange.reply is not None and exchange.reply.sheet is not None:
                    found[exchange.reply.sheet.text] = exchange.reply.sheet
    return tuple(found.values())
