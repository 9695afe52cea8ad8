"""All products of a bank: its list page by page, then each product."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scenebank.catalogue.cdr.addresses import DETAIL_VERSIONS, LIST_VERSIONS, BankAddress, bank_address
from scenebank.catalogue.cdr.envelope import product_id_of, refuse_error
from scenebank.catalogue.cdr.fetching import PublicBank
from scenebank.catalogue.cdr.gathering import LONGEST_SOURCE, Found
from scenebank.catalogue.cdr.reading import MOST_BYTES, Tree, Unreadable, read_json
from scenebank.catalogue.cdr.reasons import reason

PAGE_SIZE = 100
_MOST_SILENT = 5
MOST_PAGES = 100
MOST_PRODUCTS = 5_000
_MOST_LIST_BYTES = 4 * 1024 * 1024


class BrokenList(Exception):
    """The list cannot be followed to its end, so nobody knows all products."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.source)
        self.found = found


def remote(bank: PublicBank, url: str, etag_of: Callable[[str], str | None]) -> Iterator[Found]:
    """Every product of the address; ``etag_of`` a source is the tag of the copy we hold. The last is the
    list itself: whether it was whole, or why it broke off."""
    try:
        address = bank_address(url)
    except ValueError:
        yield Found(url[:LONGEST_SOURCE], reason=reason("address_refused"), is_list=True)
        return
    if address.one is not None:
        yield _product(bank, address.one, etag_of)
        return
    named, broken = _named(bank, address)
    silent = 0
    for product_id in named:
        found = _product(bank, address.of_product(product_id), etag_of)
        yield found
        silent = silent + 1 if found.reason is not None and found.reason.code == "not_reached" else 0
        if silent == _MOST_SILENT:
            yield _broken(address, f"{silent} products in a row were not to be had").found
            return
    yield broken or Found(address.products, is_list=True)


def _product(bank: PublicBank, source: str, etag_of: Callable[[str], str | None]) -> Found:
    if len(source) > LONGEST_SOURCE:
        return Found(source[:LONGEST_SOURCE], reason=reason("address_refused"))
    answer = bank.get(source, DETAIL_VERSIONS, MOST_BYTES, etag_of(source))
    return Found(source, answer.octets, answer.reason, answer.etag, answer.is_unchanged)


def _named(bank: PublicBank, address: BankAddress) -> tuple[list[str], Found | None]:
    """The ids of all products, each once, and what broke the list off."""
    named: dict[str, None] = {}
    page, seen = address.first_page(PAGE_SIZE), set[str]()
    try:
        while page not in seen:
            seen.add(page)
            tree = _page(bank, page, address)
            named |= dict.fromkeys(_ids(tree, address))
            following = _next(tree)
            if following is None:
                return list(named), None
            leads = address.next_page(page, following)
            if leads is None:
                raise _broken(address, f"it leads to {following}")
            if len(seen) >= MOST_PAGES or len(named) > MOST_PRODUCTS:
                raise _broken(address, f"more than {MOST_PAGES} pages or {MOST_PRODUCTS} products")
            page = leads
        raise _broken(address, "its pages lead in a circle")
    except BrokenList as error:
        return list(named), error.found


def _page(bank: PublicBank, page: str, address: BankAddress) -> dict[str, Tree]:
    answer = bank.get(page, LIST_VERSIONS, _MOST_LIST_BYTES)
    if answer.octets is None:
        raise BrokenList(Found(address.products, reason=answer.reason, is_list=True))
    try:
        tree = read_json(answer.octets, _MOST_LIST_BYTES)
        if isinstance(tree, dict):
            refuse_error(tree)
            return tree
    except Unreadable as error:
        raise BrokenList(Found(address.products, reason=error.reason, is_list=True)) from error
    raise _broken(address, "it is no object")


def _ids(tree: dict[str, Tree], address: BankAddress) -> Iterator[str]:
    data = tree.get("data")
    listed = data.get("products") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise _broken(address, "it has no products")
    for one in listed:
        try:
            yield product_id_of(one if isinstance(one, dict) else {})
        except Unreadable as error:
            raise BrokenList(Found(address.products, reason=error.reason, is_list=True)) from error


def _next(tree: dict[str, Tree]) -> str | None:
    links = tree.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    return following if isinstance(following, str) and following else None


def _broken(address: BankAddress, why: str) -> BrokenList:
    return BrokenList(Found(address.products, reason=reason("list_odd", found=why), is_list=True))
