"""The two fictitious shops and what they sell. Prices in minor units, whole on purpose: 129900 is 1,299.00."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo_shop.texts import unbroken

Words = Mapping[str, str]


@dataclass(frozen=True)
class Product:
    """``picture`` is the name of a drawing under ``static/goods``."""

    id: str
    price: int
    name: Words
    line: Words
    details: Words

    @property
    def picture(self) -> str:
        return f"goods/{self.id}.svg"


@dataclass(frozen=True)
class Shop:
    """One brand. ``locale`` is what a first visitor reads; ``prefix`` begins its order numbers;
    goods above ``loan_from`` are offered with a loan."""

    key: str
    name: Words
    claim: Words
    about: Words
    locale: str
    currency: str
    prefix: str
    loan_from: int
    products: tuple[Product, ...]

    def product(self, product_id: str) -> Product | None:
        return next((one for one in self.products if one.id == product_id), None)

    def widget_for(self, price: int) -> str:
        """The widget that offers something for this price in minor units."""
        return "loan" if price > self.loan_from else "instalments"


@dataclass(frozen=True)
class Customer:
    """A demo shopper; ``ref`` is the opaque word Scenebank knows them by."""

    ref: str
    name: Words
    city: Words
    orders_90d: int
    tenure_months: int


def _w(chinese: str, english: str) -> Words:
    return {"zh-CN": unbroken(chinese), "en": unbroken(english)}


CUSTOMERS = (
    Customer("u_7f3a", _w("林夏", "Lin Xia"), _w("杭州", "Hangzhou"), 6, 31),
    Customer("u_2c91", _w("陈川", "Chen Chuan"), _w("成都", "Chengdu"), 2, 9),
    Customer("u_b640", _w("艾玛·尼尔森", "Emma Nilsen"), _w("卑尔根", "Bergen"), 4, 22),
    Customer("u_e815", _w("卢卡·莫罗", "Luca Moro"), _w("都灵", "Turin"), 1, 3),
    Customer("u_4d0b", _w("周敏", "Zhou Min"), _w("青岛", "Qingdao"), 11, 54),
)


def customer_of(ref: str | None) -> Customer | None:
    return next((one for one in CUSTOMERS if one.ref == ref), None)

_QINGHE = (
    Product("cooker", 129900, _w("稻香电饭煲", "Daoxiang rice cooker"),
            _w("3 升 · 柴火饭曲线", "3 litres · wood-fire curve"),
            _w("厚釜内胆与七段加热，米粒饱满，锅底微香。可预约 24 小时，静音运行。",
               "A thick pot and seven heating stages: full grains, a faint crust. Timer up to 24 hours, and quiet.")),
    Product("kettle", 39900, _w("青陶电水壶", "Celadon kettle"),
            _w("1.2 升 · 五档温控", "1.2 litres · five temperatures"),
            _w("316 不锈钢内胆，哑光青釉外壳。泡绿茶 80℃，冲咖啡 92℃，一拨即达。",
               "Stainless steel inside, matt celadon outside. 80 °C for green tea, 92 °C for coffee, one turn away.")),
    Product("espresso", 459900, _w("晨光半自动咖啡机", "Chenguang espresso machine"),
            _w("15 巴 · 双加热", "15 bar · twin heater"),
            _w("萃取与蒸汽同时进行，58 毫米手柄，预浸泡可调。三分钟一杯好拿铁。",
               "Brews and steams at once, 58 mm portafilter, adjustable pre-infusion. A good latte in three minutes.")),
    Product("lamp", 26800, _w("竹影台灯", "Zhuying desk lamp"), _w("无频闪 · 暖白可调", "Flicker-free · tunable white"),
            _w("竹纤维灯罩，照度分布均匀，适合长时间阅读。触摸调光，记住上次亮度。",
               "A bamboo-fibre shade and an even pool of light for long reading. Touch dimming that remembers.")),
    Product("chair", 268000, _w("山木扶手椅", "Shanmu armchair"), _w("白蜡木 · 羊毛混纺", "Ash wood · wool blend"),
            _w("榫卯结构，弯曲靠背贴合腰部。面料可拆洗，五年结构质保。",
               "Joined without screws, a bent back that meets yours. Washable cover, five years on the frame.")),
    Product("purifier", 329900, _w("清风空气净化器", "Qingfeng air purifier"),
            _w("60 平方米 · 夜间 20 分贝", "60 m² · 20 dB at night"),
            _w("双层 H13 滤芯，甲醛与细颗粒物数值实时可见。滤芯更换约每年一次。",
               "Two H13 filters with live readings for formaldehyde and fine dust. One filter change a year.")),
    Product("bowl", 3900, _w("雾蓝饭碗", "Mist-blue bowl"), _w("手工上釉 · 单只", "Hand glazed · one piece"),
            _w("高温瓷，每只釉色略有不同。可进微波炉与洗碗机。",
               "High-fired porcelain; no two glazes are quite the same. Microwave and dishwasher safe.")),
    Product("kitchen", 6280000, _w("禾木整体厨房", "Hemu fitted kitchen"),
            _w("4 米 · 含设计与安装", "4 metres · designed and fitted"),
            _w("桦木多层板柜体、石英石台面、阻尼五金。设计师上门量尺，三十天内装好。",
               "Birch ply, quartz worktop, soft-close fittings. Measured at your home and fitted within thirty days.")),
)  # fmt: skip

_FJORD = (
    Product("tent", 48900, _w("Skarn 双人帐篷", "Skarn 2 tent"), _w("1.9 公斤 · 四季", "1.9 kg · four seasons"),
            _w("双门双前庭，铝合金帐杆，风雨里十分钟搭好。面料不含 PFAS。",
               "Two doors, two porches, aluminium poles: up in ten minutes, in rain. PFAS-free fabric.")),
    Product("pack", 18900, _w("Ridge 45 背包", "Ridge 45 pack"), _w("45 升 · 可调背长", "45 litres · adjustable back"),
            _w("透气背板与宽腰带，把重量放在胯部。再生尼龙，终身维修。",
               "A ventilated back and a broad hip belt that carries the load. Recycled nylon, repaired for life.")),
    Product("canoe", 169000, _w("Loch 双人独木舟", "Loch canoe"), _w("4.8 米 · 29 公斤", "4.8 m · 29 kg"),
            _w("亚麻纤维与软木层压船体，白蜡木船舷。平稳、安静，载重 320 公斤。",
               "Flax fibre over cork, ash gunwales. Steady, silent, and good for 320 kg.")),
    Product("bag", 25900, _w("Tarn 睡袋", "Tarn sleeping bag"), _w("舒适温度 −4℃", "Comfort −4 °C"),
            _w("可追溯羽绒，立体充绒格，收纳后如一条面包大小。",
               "Traceable down in shaped chambers; packs to the size of a loaf.")),
    Product("stove", 7900, _w("Ember 炉具", "Ember stove"), _w("310 克 · 防风", "310 g · windproof"),
            _w("集热环锅具一体，三分钟烧开一升水。",
               "Burner and pot in one: a litre of water boils in three minutes.")),
    Product("lantern", 5900, _w("Polar 营灯", "Polar lantern"), _w("80 小时 · 可充电", "80 hours · rechargeable"),
            _w("暖光与红光两档，磨砂灯罩不刺眼，可挂可立。",
               "Warm and red light behind a frosted globe; hangs or stands.")),
    Product("mug", 1800, _w("Haven 搪瓷杯", "Haven enamel mug"), _w("350 毫升", "350 ml"),
            _w("厚搪瓷，直火可用。磕出的痕迹就是旅程。",
               "Thick enamel, safe over a flame. The chips are the journey.")),
    Product("caravan", 980000, _w("Nomad 水滴旅居拖车", "Nomad teardrop caravan"),
            _w("520 公斤 · 太阳能", "520 kg · solar"),
            _w("双人床、后厨与 200 瓦太阳能板，普通轿车即可牵引。",
               "A double bed, a galley at the back and 200 W of solar, behind an ordinary car.")),
)  # fmt: skip

SHOPS: Mapping[str, Shop] = {
    "cn": Shop("cn", _w("青禾", "Qinghe"), _w("好好过日子的家什", "Good things for an ordinary day"),
               _w("厨房、灯光与家电。每一件，都先在我们自己家里用过一年。",
                  "Kitchen, light and appliances. Each one lived in our own homes for a year first."),
               "zh-CN", "CNY", "QH", 50_000_00, _QINGHE),
    "eu": Shop("eu", _w("Fjord & Field", "Fjord & Field"), _w("为长路准备", "Made for the long haul"),
               _w("帐篷、背包与水上装备。用得久，修得好，少带一点。",
                  "Tents, packs and boats. Built to last, easy to mend, light to carry."),
               "en", "EUR", "FF", 8_000_00, _FJORD),
}  # fmt: skip
