"""Names of places: Hunan's prefectures with the counties we know, and regions whose rules we don't hold."""

import re
from types import MappingProxyType

CITIES = MappingProxyType(
    {
        "衡阳": "hengyang", "衡南": "hengyang", "衡山": "hengyang", "衡东": "hengyang", "祁东": "hengyang",
        "耒阳": "hengyang", "常宁": "hengyang", "南岳": "hengyang", "雁峰": "hengyang", "石鼓": "hengyang",
        "珠晖": "hengyang", "蒸湘": "hengyang",
        "湘潭": "xiangtan", "湘乡": "xiangtan", "韶山": "xiangtan", "雨湖": "xiangtan", "岳塘": "xiangtan",
        "长沙": "changsha", "株洲": "zhuzhou", "邵阳": "shaoyang", "岳阳": "yueyang", "常德": "changde",
        "张家界": "zhangjiajie", "益阳": "yiyang", "郴州": "chenzhou", "永州": "yongzhou",
        "怀化": "huaihua", "娄底": "loudi", "湘西": "xiangxi", "吉首": "xiangxi",
    }
)  # fmt: skip
"""Name as said -> code of the prefecture."""

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

ANY_CITY = re.compile("|".join(sorted(CITIES, key=len, reverse=True)))
"""Finds any name in `CITIES`."""
ANY_PLACE = re.compile("|".join(sorted({*CITIES, *ELSEWHERE}, key=len, reverse=True)))
"""Finds any name in `CITIES` or `ELSEWHERE`."""
