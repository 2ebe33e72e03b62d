"""Names of places: Hunan's cities and counties from the library, and regions whose rules we don't hold."""

import re
from collections.abc import Iterable, Mapping

from bot.policy.library import City

_REGIONS = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 "
    "山东 河南 湖北 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 "
    "西藏 宁夏 新疆 广州 深圳 东莞 佛山 珠海 惠州 中山 汕头 江门 湛江 茂名 "
    "肇庆 韶关 清远 杭州 宁波 温州 嘉兴 绍兴 金华 台州 义乌 南京 苏州 无锡 "
    "常州 南通 徐州 扬州 盐城 镇江 长春 沈阳 大连 哈尔滨 大庆 鞍山 石家庄 唐山 "
    "保定 邯郸 太原 大同 郑州 洛阳 开封 南阳 武汉 宜昌 襄阳 荆州 黄石 南昌 "
    "九江 赣州 萍乡 宜春 合肥 芜湖 蚌埠 阜阳 福州 厦门 泉州 漳州 莆田 济南 "
    "青岛 烟台 潍坊 临沂 淄博 成都 绵阳 南充 宜宾 贵阳 遵义 昆明 大理 西安 "
    "宝鸡 咸阳 兰州 西宁 银川 乌鲁木齐 呼和浩特 包头 拉萨 南宁 桂林 柳州 北海 海口 "
    "三亚"
)
_COUNTRIES = "美国 英国 日本 韩国 德国 法国 加拿大 澳大利亚 新加坡 泰国 俄罗斯 香港 澳门"

ELSEWHERE = tuple(_REGIONS.split())
"""Other provinces and their larger cities."""

ABROAD = tuple(_COUNTRIES.split())

# Names that also stand within other words (医保定点). A pattern that begins with its name stays quick.
_NOT_WITHIN = {"保定": "保定(?!点)"}

# 北京路 and 衡山大道 are streets; 长沙路远 and 蒸湘街道 still speak of the place.
_STREET = r"路(?![上费远程途过])|街(?!道)|大道"


def is_elsewhere(text: str) -> bool:
    """Tell whether normalised `text` is no more than the name of a place whose rules we don't hold."""
    return text.strip(" ,。!?").removesuffix("市").removesuffix("省") in {*ELSEWHERE, *ABROAD}


class Places:
    """The names by which people call places: `codes` has the city of each name of Hunan."""

    def __init__(self, cities: Mapping[str, City]) -> None:
        self.codes = {name: city.code for city in cities.values() for name in (city.short, *city.within)}
        self._cities = frozenset(city.short for city in cities.values())
        self.any_city = _any_of(self.codes)
        """Finds any name in `codes`."""
        self.any_place = _any_of({*self.codes, *ELSEWHERE})
        """Finds any name in `codes` or `ELSEWHERE`."""

    def is_city(self, name: str) -> bool:
        """Whether the name is that of a whole city, not of a county in it."""
        return name in self._cities


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    # The longest first; a library without places has none to find.
    ordered = sorted(names, key=lambda name: (-len(name), name))
    names_ = "|".join(_NOT_WITHIN.get(name, name) for name in ordered) or r"(?!)"
    return re.compile(rf"(?:{names_})(?!{_STREET})")
