"""A bank's public addresses: spelt as the standard has them, and never left for another host."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

_PRODUCTS = "/banking/products"
LIST_VERSIONS = (5, 3)
DETAIL_VERSIONS = (7, 4)


@dataclass(frozen=True)
class BankAddress:
    """``products`` is the address of the list; ``one`` the address of a single product, where the operator gave one."""

    products: str
    one: str | None = None

    def of_product(self, product_id: str) -> str:
        return f"{self.products}/{quote(product_id, safe='')}"

    def first_page(self, size: int) -> str:
        return f"{self.products}?page=1&page-size={size}"

    def next_page(self, page: str, link: str) -> str | None:
        """The address of the page that a page links to; None where it leads away from the bank's list."""
        try:
            address = urljoin(page, link)
            own, other = urlsplit(self.products), urlsplit(address)
        except ValueError:
            return None
        same = (own.scheme, own.netloc, own.path) == (other.scheme, other.netloc, other.path)
        return address if same and not other.fragment else None


def bank_address(url: str) -> BankAddress:
    """From any form an operator may copy: the host alone, the base up to ``/cds-au/v1``, the list, one product;
    ``ValueError`` for what is no address."""
    parts = urlsplit(url)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    before, found, rest = path.partition(_PRODUCTS)
    if found:
        products = f"{origin}{before}{_PRODUCTS}"
        return BankAddress(products, f"{origin}{path}" if rest.strip("/") else None)
    base = path if path.endswith("/cds-au/v1") else f"{path}/cds-au/v1"
    return BankAddress(f"{origin}{base}{_PRODUCTS}")
