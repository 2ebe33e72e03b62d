"""Random walks through the state machine: whatever comes, in whatever order, there is a way on."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from support import warm

from bot.dialogue import (
    KINDS,
    STATUSES,
    Chose,
    Dialogue,
    Event,
    Reply,
    Said,
    Sent,
    State,
    restored,
    saved,
)
from bot.policy.codes import INPUTS

STEPS = 20_000
WALKS = 20
AGAIN = 4
"""Of so many steps one is taken a second time, from what was never saved."""
MOST_BYTES = 8 * 1024
TODAY = date(2024, 5, 1)
ID_NUMBER = "430102199001011234"
PLAIN = (
    "衡阳",
    "湘潭",
    "长沙",
    "职工",
    "居民",
    "在职",
    "退休",
    "三级医院",
    "二级",
    "乡镇卫生院",
    "南华附一",
    "人民医院",
    "两万",
    "8000",
    "300",
    "1",
    "2",
    "3",
    "7",
    "0",
    "99",
    "1.5",
    "15年",
    "省内20年",
    "六十",
    "对",
    "不是",
    "没有",
    "不清楚",
    "不知道",
    "上一步",
    "重来",
    "取消",
    "转人工",
    "帮助",
    "改",
    "谢谢",
    "你好",
    "忘记我",
    "我的信息",
    "继续刚才的",
    "怎么算的",
    "省级统筹以后呢",
    "二级和三级差多少",
    "备案和不备案差多少",
    "职工和居民哪个报得多",
    "又住了一次院花了8000",
    "再算一次住院",
    "不对，是二级",
    "刚才说错了，退休的",
    "那退休的呢",
    "居民呢",
    "湘潭呢",
    "去年呢",
    "2022年6月10日出院",
    "如果不备案呢",
    "第二次住院呢",
    "五万呢",
    "其中自费3000",
    "自费九万",
    "自费不清楚",
    "住院2万，不知道有没有自费",
    "总费用25000，自费5000，乙类不清楚",
    "不知道是不是退休",
    "起付线是什么意思",
    "职工住院起付线是多少",
    "门诊花了300能报多少",
    "住院花了两万能报多少",
    "衡阳退休职工三级医院住院花了两万",
    "居民高血压拿药花了500能报多少",
    "特药花了十万",
    "慢特病门诊花了3000，限额还剩5000",
    "大病保险能报多少，自己付了五万",
    "剖宫产花了9000能报多少",
    "产假多少天",
    "生育津贴能拿多少，月基数6000",
    "灵活就业一个月交多少",
    "个人账户一个月进多少，养老金3000",
    "我男的，交了20年医保，退休还差几年",
    "连续交了6年，大病限额多少",
    "医保怎么办",
    "报销",
    "今天天气怎么样",
    "胸口痛喘不过气",
    "不想活了",
    ID_NUMBER,
    f"我身份证{ID_NUMBER}住院花了两万",
    "",
    "？？？",
    "😀",
    "<b>三级</b>{{7*7}}",
    "9" * 400,
    "好" * 5_000,
    "-500",
    "I am retired, how much for 20000 yuan in a level 3 hospital",
    "住院報銷幾多啊",
    "/start",
    "/start topic-employee_outpatient",
    "/start calc-inpatient-xiangtan",
    "/start topic-<script>",
    "/help",
    "/calc",
    "/calc 住院花了2万",
    "/calc@@@",
    "/policy",
    "/policy 门诊报多少",
    "/city",
    "/city 湘潭",
    "/city 北京",
    "/forget",
    "/privacy",
    "/cancel",
    "/foo",
    "/",
    "//",
    f"/calc {ID_NUMBER}",
    "换城市",
    "能问什么",
    "算一算",
    "隐私",
)


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return warm.app().dialogue


def _event(random: Random, reply: Reply | None) -> Event:
    if reply is not None and reply.choices and random.random() < 0.4:
        if random.random() < 0.5:
            return Chose(random.randint(0, len(reply.choices) + 1))
        return Said(random.choice(reply.choices))
    if random.random() < 0.03:
        return Sent(random.choice(sorted(KINDS)), random.choice(("", *PLAIN)))  # type: ignore[arg-type]
    texts = [random.choice(PLAIN) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    return Said(random.choice(("", "，", " ")).join(texts))


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_never_fails_and_every_state_is_kept_whole(dialogue: Dialogue, seed: int) -> None:
    random = Random(seed)
    today = TODAY
    state = dialogue.start({} if seed % 2 else {"city": "hengyang"})
    reply: Reply | None = None
    for step in range(STEPS // WALKS):
        if random.random() < 0.01:
            today += timedelta(days=random.choice((1, 400)))
        if random.random() < 0.01:
            state, reply = dialogue.start({}), None
        event = _event(random, reply)
        before = restored(saved(state))
        after, reply = dialogue.step(before, event, today)
        assert before == state, event
        if step % AGAIN == 0:
            assert dialogue.step(state, event, today) == (after, reply), event
        kept = saved(after)
        assert len(kept.encode()) <= MOST_BYTES, event
        assert ID_NUMBER not in kept + reply.text, event
        _check(after, reply, event)
        state = after


def _check(state: State, reply: Reply, event: Event) -> None:
    assert reply.status in STATUSES, event
    assert reply.text.strip(), event
    assert "{{" not in reply.text, event
    assert "None" not in reply.text, event
    if state.pending is not None:
        # No dead end: what is asked is an input, and has choices or takes a number.
        assert not state.done, event
        takes_number = state.pending in INPUTS and INPUTS[state.pending].kind not in {"code", "yes_no"}
        assert takes_number or state.options, (event, state.pending)


def _walked(dialogue: Dialogue, seed: int, steps: int) -> State:
    random = Random(seed)
    state, reply = dialogue.start({}), None
    for _ in range(steps):
        state, reply = dialogue.step(state, _event(random, reply), TODAY)
    return state


# A whole is no less than its parts, which may have been told before.
WHOLES = {"eligible_cost": "100000", "total_cost": "100000"}
ANSWERS = {"money": "1", "count": "2", "decimal": "6"}


@pytest.mark.parametrize("seed", range(60))
def test_from_anywhere_every_pending_question_can_be_answered(dialogue: Dialogue, seed: int) -> None:
    state = _walked(dialogue, 1_000 + seed, 15)
    for _ in range(25):
        if state.pending is None:
            break
        name = state.pending
        state = replace(state, clarifying=False)
        kind = INPUTS[name].kind if name in INPUTS else "code"
        event = Said(WHOLES.get(name, ANSWERS[kind])) if kind in ANSWERS else Chose(1)
        state, reply = dialogue.step(state, event, TODAY)
        assert reply.status not in {"asked_again", "stuck", "no_such_choice"}, (name, event, reply.text)
    assert state.pending is None


@pytest.mark.parametrize("seed", range(40))
def test_from_anywhere_one_can_leave_and_begin_anew(dialogue: Dialogue, seed: int) -> None:
    state = _walked(dialogue, 2_000 + seed, 12)
    state, _ = dialogue.step(state, Said("取消"), TODAY)
    state, reply = dialogue.step(state, Said("忘记我"), TODAY)
    state, reply = dialogue.step(state, Said("衡阳退休职工三级医院住院花了两万能报多少"), TODAY)
    assert reply.estimate is not None
    assert reply.estimate["amount"] == "16443.00"
