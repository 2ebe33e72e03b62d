import pytest

from bot.language.homophones import Homophones
from bot.language.intents import load
from bot.language.learned import read
from bot.language.lexicon import Lexicon
from bot.language.sounds import Sounds, as_heard

from .conftest import INTENTS

LEARNED = read(INTENTS)
SOUNDS = Sounds(LEARNED.syllables)
MENDING = Homophones(LEARNED.terms, [*LEARNED.lexicon, *LEARNED.kept, *LEARNED.natural], SOUNDS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("住院报消多少", "住院报销多少"),
        ("住院的起付现", "住院的起付线"),
        ("医宝怎么交", "医保怎么交"),
        ("门珍能报吗", "门诊能报吗"),
        ("灵活旧业怎么参保", "灵活就业怎么参保"),
        ("意地就医背案", "异地就医备案"),
        ("生鱼津贴", "生育津贴"),
        ("高血牙拿药", "高血压拿药"),
        ("省及统筹", "省级统筹"),
        ("大病保显", "大病保险"),
        ("起付先起付限起付县", "起付线起付线起付线"),
    ],
)
def test_a_slip_of_ear_or_keyboard_is_read_as_the_term(said: str, meant: str) -> None:
    assert MENDING.mend(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "医院有36种药不能报",
        "医保不办可以吗",
        "开了一包药",
        "这个很重要",
        "已报了八千",
        "工商银行",
        "眼睛手术",
        "急着出门",
        "主要是自己出钱",
        "大家都在这里住",
        "",
        "abc 123 。。。😀",
    ],
)
def test_what_is_a_word_of_its_own_stays(text: str) -> None:
    assert MENDING.mend(text) == text


def test_a_short_term_needs_one_right_character_and_the_very_sound() -> None:
    mending = Homophones(["医保", "起付线"], [], SOUNDS)
    assert mending.mend("一包") == "一包"
    assert mending.mend("医包") == "医保"
    assert mending.mend("起户县") == "起付线"  # hu for fu, in a longer term


def test_no_phrase_of_the_files_is_changed() -> None:
    """Whoever wrote them made no slips; what sounds like a term there is kept."""
    changed = {
        phrase for said in load(INTENTS).phrases.values() for phrase in said if MENDING.mend(phrase) != phrase
    }
    assert changed == set()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("zhong", "zong"),
        ("chi", "ci"),
        ("shi", "si"),
        ("nan", "lan"),
        ("ying", "yin"),
        ("feng", "fen"),
        ("hua", "fa"),
        ("hu", "fu"),
        ("hui", "fei"),
        ("bao", "bao"),
    ],
)
def test_sounds_confused_in_hunan_are_one(said: str, heard: str) -> None:
    assert as_heard(said) == heard


def test_what_has_no_syllable_is_like_nothing() -> None:
    assert SOUNDS.exact("a1医") == ["", "", "yi"]
    assert SOUNDS.heard("😀") == [""]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("恰好上县医院", "恰好上县医院"),
        ("好久没用", "好久没用"),
        ("呷药要几多", "吃药要多少"),
        ("今年头一次", "今年头一次"),
    ],
)
def test_a_variant_inside_a_word_that_stays_is_no_variant(said: str, plain: str) -> None:
    assert Lexicon(LEARNED.lexicon, LEARNED.kept).read(said)[0] == plain
