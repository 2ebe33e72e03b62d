"""One question understood and answered."""

from datetime import date

from bot.app import App
from bot.dialogue import Said

from .timing import Call, one_by_one

TODAY = date(2024, 6, 1)
QUESTIONS = {
    "answer": (
        "职工住院起付线是多少",
        "职工门诊报销比例",
        "退休职工住院报几成",
        "异地就医怎么备案",
        "职工大病保险怎么报",
        "慢特病门诊报多少",
        "湘雅医院住院报多少",
        "第二次住院起付线减半吗",
        "个人账户能给家人用吗",
        "灵活就业怎么交医保",
        "急诊转住院怎么报",
        "没定点的医院能报吗",
        "门诊一年最多报多少",
        "单位交多少医保",
    ),
    "estimate": (
        "退休职工三级医院住院花了两万能报多少",
        "在职职工二级医院住院用了8000元报多少",
        "职工在社区医院住院3000能报多少，在职",
        "在职职工三级医院门诊花了1500能报多少",
        "退休职工在二级医院看门诊600元报多少",
    ),
    "question": (
        "住院花了两万能报多少",
        "职工住院花了一万五能报多少",
        "退休职工三级医院住院能报多少钱",
        "门诊花了800能报多少",
    ),
    "other": ("你好", "今天天气怎么样", "医保卡丢了怎么办", "asdfgh"),
}


def _step(app: App, text: str) -> Call:
    state = app.dialogue.start({"city": "hengyang"})
    said = Said(text)
    return lambda: app.dialogue.step(state, said, TODAY)


_TOLD = (
    "您好,我是一名退休工人,在厂里干了三十多年,今年六十八了,身体一直不太好。",
    "上个月底半夜突然不舒服,儿子打车把我送到医院,医生讲要住院观察,前前后后住了十来天。",
    "屋里老伴也有慢性病,两个人的药钱加起来每个月不少,日子过得紧巴巴的,孩子在外面打工也不容易。",
    "住院的时候护士让我先交了押金,出院结账的时候窗口排了好长的队,单子上的字太小我也看不清楚。",
    "回来以后邻居说各个医院报的不一样,有的说报得多,有的说报得少,我们老人家也搞不明白。",
)
_ASKED = "请问{},麻烦您抽空回复一下,谢谢了,祝工作顺利。"


def stories(app: App, rounds: int = 10) -> list[float]:
    """Return the microseconds of every single answer to questions inside a story of about 300 characters."""
    calls = {text: _step(app, "".join(_TOLD) + _ASKED.format(text)) for text in QUESTIONS["answer"]}
    return [each for times in one_by_one(calls, rounds).values() for each in times]


def first_times(app: App) -> list[float]:
    """Return the microseconds that each question takes when it is met for the first time."""
    calls = {text: _step(app, text) for texts in QUESTIONS.values() for text in texts}
    _step(app, "您好")()
    return [times[0] for times in one_by_one(calls, 1).values()]


def again(app: App, rounds: int = 40) -> dict[str, list[float]]:
    """Return the microseconds of every single answer, by kind of question; questions take turns."""
    calls = {text: _step(app, text) for texts in QUESTIONS.values() for text in texts}
    times = one_by_one(calls, rounds)
    return {kind: [each for text in texts for each in times[text]] for kind, texts in QUESTIONS.items()}
