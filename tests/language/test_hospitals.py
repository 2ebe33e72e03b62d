"""Hospitals by name: which one is meant, what level it has for the person, and what is only proposed."""

import pytest
from support.quick import is_quick

from bot.language import Reader, Understanding
from bot.language.places import Places
from bot.language.registry import Registry

from .conftest import LIBRARY, TODAY, Read

REGISTRY = Registry(LIBRARY.hospitals.values(), Places(LIBRARY.cities))
ROUTES_AWAY = ("away_filed", "away_unfiled", "away_emergency")


def told(said: Understanding) -> tuple[object, object, tuple[str, ...]]:
    """Return the level that is settled, the one that is proposed, and the hospitals meant."""
    return said.slots.get("hospital_level"), said.proposed.get("hospital_level"), said.hospitals


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("在湘雅医院住院", "中南大学湘雅医院", "provincial"),
        ("湘雅住院花了2万", "中南大学湘雅医院", "provincial"),
        ("湘雅2万块报多少", "中南大学湘雅医院", "provincial"),
        ("湘雅花3万医院报多少", "中南大学湘雅医院", "provincial"),
        ("在湘雅康复出院花了1万", "中南大学湘雅医院", "provincial"),
        ("在湘雅三天花了1万", "中南大学湘雅医院", "provincial"),
        ("湘雅2医院", "中南大学湘雅二医院", "provincial"),
        ("湘雅二住院", "中南大学湘雅二医院", "provincial"),
        ("湘雅第二医院", "中南大学湘雅二医院", "provincial"),
        ("香雅医院", "中南大学湘雅医院", "provincial"),
        ("香雅二医院", "中南大学湘雅二医院", "provincial"),
        ("长沙湘雅三医院", "中南大学湘雅三医院", "provincial"),
        ("长沙的附二", "中南大学湘雅二医院", "provincial"),
        ("湖南人民医院", "湖南省人民医院", "provincial"),
        ("省人民医院", "湖南省人民医院", "provincial"),
        ("省里的肿瘤医院", "湖南省肿瘤医院", "provincial"),
        ("省中医附一", "湖南中医药大学第一附属医院", "provincial"),
        ("南华附一", "南华大学附属第一医院", "level3_provincial"),
        ("南花附一", "南华大学附属第一医院", "level3_provincial"),
        ("衡阳附二医院", "南华大学附属第二医院", "level3_provincial"),
        ("415医院", "南华大学附属南华医院", "level3_provincial"),
        ("四一五医院", "南华大学附属南华医院", "level3_provincial"),
        ("衡阳市中心医院", "衡阳市中心医院", "level3"),
        ("衡阳的中心医院", "衡阳市中心医院", "level3"),
        ("我是衡阳人，在市中心医院住院", "衡阳市中心医院", "level3"),
        ("湘潭中心医院", "湘潭市中心医院", "level3"),
        ("恒阳市中心医院", "衡阳市中心医院", "level3"),
        ("湘潭市一医院住院", "湘潭市第一人民医院", "level3"),
        ("湘潭第一人民医院住院", "湘潭市第一人民医院", "level3"),
        ("省儿童医院", "湖南省儿童医院", "level3_provincial"),
        ("先在县医院，后来转到湘雅二医院", "中南大学湘雅二医院", "provincial"),
    ],
)
def test_a_hospital_that_is_sure_decides_the_level(read: Read, text: str, name: str, level: str) -> None:
    assert told(read(text)) == (level, None, (name,))


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("祁东县人民医院", "祁东县人民医院", "level2"),
        ("耒阳市人民医院住院花了8000", "耒阳市人民医院", "level2"),
        ("耒阳人名医院", "耒阳市人民医院", "level2"),
        ("衡阳市第一人民医院", "衡阳市第一人民医院", "level3"),
        ("衡阳县医院", "衡阳县人民医院", "level2"),
        ("169医院", "中国人民解放军联勤保障部队第九二二医院", "level3"),
        ("湘乡二医院", "湘乡市第二人民医院", "level2"),
        ("衡阳市中医院", "衡阳市中医医院", "level3"),
        ("我是耒阳的，在市人民医院住院", "耒阳市人民医院", "level2"),
        ("白地市医院", "祁东县第二人民医院", None),
        ("湘潭仁和医院", "湘潭仁和医院", None),
        ("南华大学附属第一人民医院", "南华大学附属第一医院", "level3_provincial"),
        ("衡阳市第一人名医院", "衡阳市第一人民医院", "level3"),
        ("南华大学附第一医院住院", "南华大学附属第一医院", "level3_provincial"),
        ("衡东人民医院", "衡东县人民医院", "level2"),
        ("在衡山人民医院住院", "衡山县人民医院", "level2"),
        ("祁东人民医院", "祁东县人民医院", "level2"),
        ("衡南人民医院", "衡南县人民医院", "level2"),
        ("衡东中医院", "衡东县中医医院", "level2"),
    ],
)
def test_a_hospital_that_is_not_sure_only_proposes_its_level(
    read: Read, text: str, name: str, level: str | None
) -> None:
    said = read(text)
    assert told(said) == (None, level, (name,))
    assert not said.unknown_hospital


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("祁东县人民医院，三级的", "level3"),
        ("169医院是三甲", "level3"),
        ("衡阳康复医院是二级医院", "level2"),
    ],
)
def test_a_grade_said_with_the_name_settles_what_the_registry_leaves_open(
    read: Read, text: str, level: str
) -> None:
    said = read(text)
    assert said.slots.get("hospital_level") == level
    assert not said.proposed


@pytest.mark.parametrize(
    "text",
    [
        "湘雅常德医院",
        "常德湘雅医院",
        "湘雅博爱康复医院",
        "湘雅四医院",
        "在湘雅萍矿医院住院",
        "湘雅博爱医院",
        "湘雅康乐医院",
        "湘雅仁和医院",
        "南华新医院",
        "湘潭仁爱医院",
        "浙江省人民医院",
        "北京中医药大学第一附属医院",
        "桂阳县人民医院",
        "吉安市中心医院住院",
        "郴州市中心医院",
        "衡阳市第九人民医院",
        "衡阳人民医院",
        "湘潭市第九医院",
        "衡阳康复医院",
        "在雁峰区妇幼保健院生孩子",
        "长沙爱心医院住院",
        "南华大学附属医院",
        "在广州中山大学附属第一医院住院",
    ],
)
def test_a_name_that_is_not_registered_is_no_other_hospital(read: Read, text: str) -> None:
    assert told(read(text)) == (None, None, ())
    assert read(text).unknown_hospital


@pytest.mark.parametrize(
    "text",
    [
        "住在湘雅路，住院花了2万",
        "全省人民都能报吗",
        "省人民政府的文件",
        "医院怎么报销",
        "大医院住院报多少",
        "去哪个医院报得多",
        "定点医院有哪些",
        "我妈在外地医院住院",
        "私立医院能报吗",
        "当地医院",
        "在同一家医院住院",
        "在职职工医院住院报多少",
        "长沙的医院住院",
        "衡阳的三甲医院",
        "湘潭哪家医院是定点",
        "人民医院",
        "儿童医院能报吗",
        "妇幼保健院生孩子",
        "三级医院",
        "中医院住院",
        "专科医院",
        "付一万押金",
        "在湘雅附近的医院住院",
        "在中心医院对面的私人医院住院花2万",
        "在中南大学湘雅医院附近的小诊所",
        "衡阳市中心医院旁边的药店",
        "县医院隔壁的诊所",
        "中医院门口的药房",
        "在衡阳市第一人民医院后面的诊所",
        "市六医院住院",
        "到省城大医院看病",
        "大医院和小医院有什么差别",
        "非医保定点医院抢救",
        "合作医疗县医院住院",
        "住院花2万医院报多少",
        "在部队医院住院",
        "二医院",
        "出院以后去医院报销",
        "今年第二次住院",
    ],
)
def test_a_kind_of_hospital_or_another_thing_names_none(read: Read, text: str) -> None:
    said = read(text)
    assert said.hospitals == ()
    assert not said.unknown_hospital


@pytest.mark.parametrize("text", ["中心医院住院", "在附一住院", "市中医院", "附二医院花了2万"])
def test_a_name_of_several_towns_decides_nothing_while_the_city_is_not_known(read: Read, text: str) -> None:
    said = read(text)
    assert said.slots.get("hospital_level") is None
    assert not said.proposed
    assert len(said.hospitals) > 1


@pytest.mark.parametrize(
    ("text", "city", "name"),
    [
        ("中心医院住院", "hengyang", "衡阳市中心医院"),
        ("中心医院住院", "xiangtan", "湘潭市中心医院"),
        ("住在市中心医院", "loudi", "娄底市中心医院"),
        ("在附一住院", "hengyang", "南华大学附属第一医院"),
        ("在附一住院", "changsha", "湖南中医药大学第一附属医院"),
        ("去长沙看病，住的中心医院", "hengyang", "长沙市中心医院"),
        ("湘潭中心医院", "hengyang", "湘潭市中心医院"),
        ("市里的中心医院", "hengyang", "衡阳市中心医院"),
        ("退休市中心医院2万", "hengyang", "衡阳市中心医院"),
    ],
)
def test_a_name_of_several_towns_is_the_one_of_the_place_that_is_known(
    reader: Reader, text: str, city: str, name: str
) -> None:
    assert reader.read(text, TODAY, city).hospitals == (name,)


def test_a_county_hospital_is_level_2_by_its_kind(read: Read) -> None:
    assert told(read("我是衡阳的，在县医院住院"))[:2] == ("level2", None)
    assert told(read("我是祁东的，在县医院住院"))[:2] == ("level2", None)
    assert told(read("乡镇卫生院和县医院报销差别")) == (None, None, ())


def test_what_kind_the_hospital_before_was_says_nothing_of_an_unknown_one(read: Read) -> None:
    assert told(read("先在卫生院看，后来住衡阳康复医院")) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "city", "level"),
    [
        ("南华附一", None, "level3_provincial"),
        ("南华附一", "hengyang", "level3_provincial"),
        ("南华附一", "xiangtan", "level3"),
        ("我是湘潭的，在南华附一住院", None, "level3"),
        ("省儿童医院", "hengyang", "level3"),
        ("省儿童医院", "changsha", "level3_provincial"),
        ("湘雅医院", "hengyang", "provincial"),
        ("湘雅医院", "changsha", "provincial"),
        ("湘潭市中心医院", "hengyang", "level3"),
    ],
)
def test_the_level_goes_by_the_city_where_one_is_insured(
    reader: Reader, text: str, city: str | None, level: str
) -> None:
    assert reader.read(text, TODAY, city).slots.get("hospital_level") == level


@pytest.mark.parametrize(
    ("text", "city", "route"),
    [
        ("南华附一住院", "xiangtan", ROUTES_AWAY),
        ("我是湘潭的，在南华附一住院", None, ROUTES_AWAY),
        ("我是湘潭的，在南华附一住院，备案了", None, "away_filed"),
        ("我是衡阳的，湘潭市中心医院住院", None, ROUTES_AWAY),
        ("省儿童医院住院", "hengyang", ROUTES_AWAY),
        ("祁东县人民医院", "xiangtan", ROUTES_AWAY),
        ("南华附一住院", "hengyang", None),
        ("南华附一住院", None, None),
        ("湘雅医院住院", "hengyang", None),
        ("不是南华附一", "xiangtan", None),
    ],
)
def test_a_hospital_in_another_city_is_care_away_but_for_the_six(
    reader: Reader, text: str, city: str | None, route: object
) -> None:
    assert reader.read(text, TODAY, city).slots.get("route") == route


def test_a_hospital_of_another_city_is_no_new_home(reader: Reader) -> None:
    said = reader.read("长沙市第四医院住院花了2万", TODAY, "hengyang")
    assert "city" not in said.slots
    assert said.slots["route"] == ROUTES_AWAY
    assert reader.read("长沙市第四医院住院花了2万", TODAY).slots["city"] == "changsha"


@pytest.mark.parametrize(
    ("text", "tcm"),
    [
        ("省中医附一", True),
        ("衡阳市中医医院", True),
        ("衡阳市中西医结合医院", True),
        ("县中医院转到南华附一", None),
        ("南华附一", None),
        ("中医院", True),
        ("不是中医医院", False),
        ("不是中医院，是二级医院", False),
        ("不是衡阳市中医医院，是二级医院", False),
        ("不是县中医院", False),
        ("从中医院转到二级医院", None),
        ("从二级医院转到中医院", True),
        ("以前在中医院看过，这次二级", None),
        ("以前在二级医院看过，这次中医院", True),
        ("中医院对面的二级医院", None),
    ],
)
def test_a_hospital_of_chinese_medicine_is_told_by_its_name(read: Read, text: str, tcm: bool | None) -> None:
    assert read(text).slots.get("tcm") == tcm


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("不是湘雅，是南华附一", "level3_provincial"),
        ("没去湘雅，在县医院住的", "level2"),
        ("不是南华附一，是衡阳市中心医院", "level3"),
        ("湘雅和南华附一哪个报得多", None),
        ("以前在县医院看过，这次三级", "level3"),
        ("先在县医院住院花3000，后转到南华附一花2万", "level3_provincial"),
        ("这次在三级医院花了3万，上次在县医院花了2万", "level3"),
        ("在三级医院，第一次花2万，第二次花1万5", "level3"),
        ("在县医院对面的卫生院看病", "grassroots"),
        ("在县医院后面又转到湘雅二医院", "provincial"),
        ("衡阳市中心医院和湘潭市中心医院", "level3"),
    ],
)
def test_a_denied_hospital_does_not_count_and_unlike_ones_settle_nothing(
    read: Read, text: str, level: str | None
) -> None:
    assert read(text).slots.get("hospital_level") == level


@pytest.mark.parametrize(
    "seed",
    [
        "中心医院",
        "湘雅",
        "附一",
        "省人民",
        "衡阳市",
        "医院",
        "县人民医院",
        "南华大学附属",
        "人民第一",
        "长沙市爱心",
    ],
)
def test_hostile_text_is_read_quickly(seed: str) -> None:
    text = (seed * 10_000)[:10_000]
    assert is_quick(lambda: REGISTRY.find(text, "hengyang"), 0.05)
