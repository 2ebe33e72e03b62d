import pytest

from bot.language.normalise import MAX_CHARACTERS, normalise


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  职工医保  ", "职工医保"),
        ("職工醫保住院報銷", "职工医保住院报销"),
        ("１２３４５元", "12345元"),
        ("２．３Ｗ", "2.3W"),
        ("职工\u200b医\u200d保\ufeff", "职工医保"),
        ("职工\n\t医保", "职工 医保"),
        ("职工\x00医保\x1b", "职工医保"),
        ("医保\ud800卡", "医保卡"),
        ("\u202e医保\u202c", "医保"),
        ("报多少？", "报多少?"),
        ("两　万", "两万"),
        ("在 职", "在职"),
        ("三 级 医 院", "三级医院"),
        ("住 院,花 了 2 万", "住院,花了2万"),
        ("退休职工 衡阳 住院 2万", "退休职工 衡阳 住院 2万"),
        ("男 在职", "男 在职"),
        ("How much for 20 000 yuan", "How much for 20 000 yuan"),
        ("20 000 元", "20 000 元"),
        ("2  万", "2 万"),
        ("", ""),
        ("\n \t", ""),
    ],
)
def test_text_comes_out_in_one_spelling(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


def test_text_is_capped() -> None:
    assert len(normalise("医" * 5000)) == MAX_CHARACTERS
    assert len(normalise("\ufdfa" * 5000)) <= MAX_CHARACTERS


def test_normal_text_stays_as_it_is() -> None:
    text = normalise("我是衡陽嘅，住院花咗２萬３😀，報幾多？")
    assert normalise(text) == text
