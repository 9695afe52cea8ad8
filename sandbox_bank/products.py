"""What the three banks sell: their own contract terms, not read from anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class House:
    """A bank: its names, and the colour of its pages."""

    bank_id: str
    name_zh: str
    name_en: str
    address_zh: str
    address_en: str


@dataclass(frozen=True)
class Product:
    """``method`` fee_per_term (``rate`` of the first amount each month) or equal_instalment (``rate`` a year)."""

    product_id: str
    bank_id: str
    currency: str
    method: str
    rate: Fraction
    terms: tuple[int, ...]
    smallest: int
    largest: int


HOUSES = {
    "harbour": House("harbour", "海港银行", "Harbour Bank", "海港市望潮路 1 号", "1 Tide Road, Harbour City"),
    "lantern": House("lantern", "明灯银行", "Lantern Bank", "明灯市长明街 8 号", "8 Evergleam Street, Lantern"),
    "cedar": House("cedar", "雪松银行", "Cedar Bank", "雪松市林海大道 66 号", "66 Forest Avenue, Cedar"),
}


def _product(
    product_id: str, method: str, rate: str, terms: tuple[int, ...], smallest: int, largest: int
) -> Product:
    prefix, _kind, currency = product_id.split("-")
    bank_id = {"hb": "harbour", "lt": "lantern", "cd": "cedar"}[prefix]
    return Product(product_id, bank_id, currency.upper(), method, Fraction(rate), terms, smallest, largest)


_ALL = (
    _product("hb-instal-cny", "fee_per_term", "0.0060", (3, 6, 12, 24), 100_00, 50_000_00),
    _product("hb-loan-cny", "equal_instalment", "0.0720", (6, 12, 24, 36), 1_000_00, 200_000_00),
    _product("lt-instal-cny", "fee_per_term", "0.0050", (3, 6, 12), 300_00, 30_000_00),
    _product("lt-loan-cny", "equal_instalment", "0.0648", (12, 24, 36), 5_000_00, 150_000_00),
    _product("cd-instal-cny", "fee_per_term", "0.0072", (3, 6, 12, 18, 24), 50_00, 20_000_00),
    _product("cd-loan-cny", "equal_instalment", "0.0900", (3, 6, 12, 24), 500_00, 50_000_00),
    _product("hb-instal-eur", "equal_instalment", "0.0790", (3, 6, 12), 50_00, 5_000_00),
    _product("hb-loan-eur", "equal_instalment", "0.0590", (12, 24, 36, 48), 500_00, 30_000_00),
    _product("lt-instal-eur", "equal_instalment", "0", (3, 4), 30_00, 1_500_00),
    _product("lt-loan-eur", "equal_instalment", "0.0640", (6, 12, 24, 36, 60), 300_00, 50_000_00),
    _product("cd-instal-eur", "equal_instalment", "0.0990", (6, 12, 24), 100_00, 8_000_00),
    _product("cd-loan-eur", "equal_instalment", "0.0549", (24, 36, 48, 60), 1_000_00, 40_000_00),
)
PRODUCTS = {(product.bank_id, product.product_id): product for product in _ALL}
