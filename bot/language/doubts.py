"""What a person says they do not know."""

import re
from collections.abc import Iterator

_DONT_KNOW = re.compile(r"不知道|不晓得|不清楚|搞不清|说不准|忘了|记不得|记不清|不记得|不确定")
_TOPICS = (
    ("hospital_level", r"几级|等级|级别|什么级|哪级"),
    ("insurance", r"哪种医保|什么医保|职工还是|居民还是|哪个医保|医保类型|险种"),
    ("status", r"在职还是|退没退"),
    ("excluded_cost", r"自费(?!了)|目录外"),
    ("first_pay_cost", r"先自付|先行自付|乙类"),
    ("eligible_cost", r"范围内|合规"),
    ("prior_paid", r"报了多少|已经?报|之前报|今年报"),
    ("prior_stays_same_level", r"第几次|住过几次|几次院"),
    ("prior_deductible", r"起付线(?:付|交|扣|用)|付过多少起付"),
    ("route", r"备没备案|备案没|有没有备案|转没转诊"),
    ("designated", r"是不是定点|定不定点"),
    ("hardship", r"是不是低保"),
    ("mutual_aid", r"有没有(?:交|买).{0,3}互助|互助(?:交|买)没"),
)  # fmt: skip
_TOPIC = tuple((field, re.compile(pattern)) for field, pattern in _TOPICS)

_WHICH = r"(?:是|住的?|在|去的?){0,3}(?:什么|哪[个家所]|么子|啥)(?:样的?)?医院"
_FORGOTTEN = r"(?:不记得|记不得|记不[清起]|不晓得|不知道|不清楚|忘了|忘记)"
_HOSPITAL_FORGOTTEN = re.compile(
    rf"{_FORGOTTEN}(?:了)?{_WHICH}(?:了|咯|哒|啊)?(?=\W|\Z)|{_WHICH}(?:了)?(?:我|都|也)*{_FORGOTTEN}"
)


def find_unknown(text: str) -> Iterator[str]:
    """Yield the fields that stand near a 'don't know'."""
    if _HOSPITAL_FORGOTTEN.search(text):
        yield "hospital_level"
    for match in _DONT_KNOW.finditer(text):
        around = text[max(0, match.start() - 14) : match.end() + 14]
        for field, pattern in _TOPIC:
            if pattern.search(around):
                yield field
