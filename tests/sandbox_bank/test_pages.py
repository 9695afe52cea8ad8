"""The bank's own pages, as a browser without script and without cookies uses them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from sandbox_bank.schedule import Row
from sandbox_bank.sheet import Sheet
from sandbox_bank.texts import LOCALES, Texts
from scenebank.banks.port import Answer, Order, Stage
from tests.support.browsers import chromium
from tests.support.browsers.chromium import Chromium
from tests.support.last_lines import lone
from tests.support.orders import adapter, order
from tests.support.platform import Platform
from tests.support.sandbox_bank import SandboxBank


class Visitor:
    """One person at one application's page."""

    def __init__(self, bank: SandboxBank, platform: Platform, wanted: Order, bank_id: str = "harbour") -> None:
        self.port = adapter(bank, platform, bank_id)
        self.order = wanted
        booked = self.port.submit(wanted)
        self.bank_ref = booked.bank_ref
        self.page = booked.redirect_url or ""
        self.visit = ""

    def open(self, locale: str = "en") -> requests.Response:
        return requests.get(self.page, params={"lang": locale}, timeout=10)

    def post(self, step: str, files: dict[str, tuple[str, bytes]] | None = None, **form: str) -> requests.Response:
        form = {"visit": self.visit, "lang": "en"} | form
        answer = requests.post(f"{self.page}/{step}", data=form, files=files, timeout=10, allow_redirects=False)
        found = re.search(r'name="visit" value="([^"]+)"', answer.text)
        self.visit = found.group(1) if found else self.visit
        return answer

    def agree(self) -> requests.Response:
        """Signs, when the time to read is over."""
        while "take time to read" in (answer := self.post("confirm", agree="yes")).text:
            time.sleep(0.1)
        return answer

    def now(self) -> Answer:
        return self.port.get(self.order, self.bank_ref)


def said(page: str) -> str:
    """The words, wherever a line may break."""
    return re.sub(r'<span class="number">(.*?)</span>', r"\1", page)


def test_who_reads_and_agrees_signs(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-261124-1"))
    first = visitor.open()
    for shown in (">Qinghe<", "QH-261124-1", "CN¥1,299.00", "12 months", "Harbour Bank"):
        assert shown in first.text
    assert "Set-Cookie" not in first.headers
    assert "default-src 'none'" in first.headers["Content-Security-Policy"]
    wrong = visitor.post("login", code="111111")
    assert (wrong.status_code, "That code is not correct" in wrong.text) == (422, True)
    sheet = visitor.post("login", code=" 246810 ")
    # The fee is 0.60 % of the goods each month: 13.03 % a year, as ICBC publishes it for such a plan.
    for shown in ("¥93.48", "¥1,392.48", "13.03%", "Annualised cost of credit (simple)", "fees of months"):
        assert shown in sheet.text
    for shown in ("Monthly fee", "0.60% of the amount of credit", "¥7.79", "1.5 × the annualised cost", "19.545%"):
        assert shown in said(sheet.text)
    unticked = visitor.post("confirm")
    assert (unticked.status_code, "Tick the box" in unticked.text) == (422, True)
    early = visitor.post("confirm", agree="yes")
    assert (early.status_code, "take time to read" in early.text, "checked" in early.text) == (422, True, True)
    assert visitor.now().stage == Stage.SIGN
    done = visitor.agree()
    assert (done.status_code, f'href="{platform.url}/back/' in done.text) == (200, True)
    assert visitor.now().stage == Stage.SIGNED
    assert "Signed" in visitor.open().text
    assert "Signed" in visitor.post("confirm", agree="yes").text
    assert visitor.now().sequence == 2


def test_a_right_code_makes_wrong_ones_before_it_forgotten(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform))
    for _turn in "12":
        for _try in "1234":
            assert visitor.post("login", code="111111").status_code == 422
        assert visitor.post("login", code="246810").status_code == 200
    for _try in "12345":
        assert visitor.post("login", code="111111").status_code == 422
    assert visitor.post("login", code="246810").status_code == 422


def test_the_eu_sheet_names_the_effective_rate_and_asks_for_no_wait(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    sheet = visitor.post("login", code="246810")
    # 7.90 % nominal over twelve months: (1 + 0.079/12)^12 - 1, less what the rounded instalment saves.
    rate = ("Annual percentage rate of charge (APRC)", "8.18%")
    late = ("Fixed borrowing rate (per year)", "7.90%", "1.5 × the borrowing rate", "we charge 11.85% a year")
    for shown in (*rate, *late, "interest for months", "Amounts in EUR", "39.12", "€469.47",
                  "within 14 days of signing it", "with interest to the day you repay it"):  # fmt: skip
        assert shown in said(sheet.text)
    assert "one month after we pay Qinghe" in sheet.text
    assert visitor.post("confirm", agree="yes").status_code == 200
    assert visitor.now().stage == Stage.SIGNED


def test_who_has_signed_sees_what_is_to_pay_and_how_to_withdraw(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    visitor.post("login", code="246810")
    signed = visitor.post("confirm", agree="yes").text
    for shown in ("Monthly payment", "€39.12", "the last one €39.15", "€469.47", "within 14 days", "Save or print"):
        assert shown in said(signed)
    lender, borrowed = "<dt>Lender</dt><dd>Harbour Bank</dd>", "<dt>Amount of credit</dt><dd>€450.00</dd>"
    reference = f'<span class="number">{visitor.bank_ref}</span>'
    assert [told for told in (lender, borrowed, reference) if told not in signed] == []


# Each with its market and its charge: interest in the EU, a fee in China, nothing at all.
SIGNED_AS = {
    "hb-instal-eur": ("harbour", 12, "“Withdraw application”", "write to Harbour Bank, 1 Tide Road, Harbour City"),
    "hb-instal-cny": ("harbour", 12, "“Withdraw application”", "Until the goods are dispatched, at no cost"),
    "lt-instal-eur": ("lantern", 3, "“Withdraw application”", "repay what the bank has paid out, without interest."),
}


@pytest.mark.parametrize("product", SIGNED_AS)
def test_the_figures_of_what_was_signed_are_those_of_the_sheet(
    bank: SandboxBank, platform: Platform, product: str
) -> None:
    bank_id, term, *words = SIGNED_AS[product]
    visitor = Visitor(bank, platform, order(platform, product, term=term), bank_id)
    sheet = said(visitor.post("login", code="246810").text)
    began = datetime.now(UTC)
    signed = said(visitor.agree().text)
    before, after = dict(_FACT.findall(sheet)), dict(_FACT.findall(signed))
    simple, effective = "Annualised cost of credit (simple)", "Annual percentage rate of charge (APRC)"
    fee = product.endswith("cny")
    assert {simple if fee else effective, "Monthly fee" if fee else "Fixed borrowing rate (per year)"} <= set(before)
    days = {Texts("en").day(moment.isoformat(), "CN" if fee else "EU") for moment in (began, datetime.now(UTC))}
    assert after.pop("Signed on") in days
    assert after == before | {"Reference": visitor.bank_ref}
    rows = _ROW.findall(sheet)
    assert (_ROW.findall(signed), after["Number of payments"]) == (rows, str(len(rows)))
    first = rows[0][1]
    assert after["Monthly payment"].endswith(first) and re.search(rf"first payment to .+ is due: \S+{first}\.", signed)
    assert [told for told in (*words, "What happens next") if told not in signed] == []


def test_a_day_is_that_of_the_market() -> None:
    late, early = "2026-11-26T23:30:00.000Z", "2026-11-26T16:30:00.000Z"
    assert [Texts("en").day(late, market) for market in ("CN", "EU")] == ["27 Nov 2026", "27 Nov 2026"]
    assert [Texts("zh-CN").day(early, market) for market in ("CN", "EU")] == ["2026年11月27日", "2026年11月26日"]


_FACT = re.compile(r"<dt>([^<]+?) ?(?:<small>.*?</small>)?</dt><dd[^>]*>(?:<span[^>]*>)?([^<]+)<")
_ROW = re.compile(r'<th scope="row">(\d+)</th><td[^>]*>([^<]+)</td><td[^>]*>([^<]+)</td>')


def test_who_comes_back_sees_what_was_signed_behind_the_code(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    visitor.post("login", code="246810")
    visitor.post("confirm", agree="yes")
    alone = visitor.open().text  # whoever has the address, and no code
    wrong = visitor.post("login", code="1")
    assert (wrong.status_code, "That code is not correct" in wrong.text) == (422, True)
    another = visitor.post("code").text
    assert "A new code has been sent" in another
    for page in (alone, wrong.text, another):
        assert "See what you signed" in page
        assert "Monthly payment" not in page and "469.47" not in page and visitor.bank_ref not in page
    known = visitor.post("login", code="246810").text
    assert "469.47" in known and visitor.bank_ref in known and "See what you signed" not in known


def test_what_was_signed_stays_for_whoever_sends_the_form_twice(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    visitor.post("login", code="246810")
    signed = visitor.agree().text
    again = visitor.post("confirm", agree="yes").text
    assert "469.47" in signed and said(again) == said(signed)
    visitor.visit = "somebody else's"
    assert "469.47" not in visitor.post("confirm", agree="yes").text


def test_where_nothing_stands_behind_a_code_none_is_asked_for(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    visitor.post("login", code="246810")
    visitor.post("cancel")
    for step, code in (("login", "1"), ("code", "")):
        page = visitor.post(step, code=code)
        assert (page.status_code, 'role="alert"' in page.text, "code has been sent" in page.text) == (200, False, False)


def test_a_visit_that_is_over_is_no_wrong_code(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    page = visitor.post("confirm", agree="yes").text
    assert 'role="alert">Your visit has ended' in page and "aria-invalid" not in page


def test_credit_without_interest_is_late_without_interest(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "lt-instal-eur", term=3), "lantern")
    sheet = visitor.post("login", code="246810")
    assert "If you pay late, we charge nothing for it" in sheet.text
    assert "Late interest" not in sheet.text


def test_the_chinese_sheet_has_one_word_for_one_thing(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform))
    sheet = visitor.post("login", code="246810", lang="zh-CN").text
    for shown in ("贷款机构", "每月手续费", "息费合计 <small>均为手续费", "综合年化融资成本的 1.5 倍"):
        assert shown in said(sheet)
    assert "贷款人" not in sheet
    for shown in ("单位：元", "期次", "综合融资成本</h2>"):
        assert shown in sheet
    european = Visitor(bank, platform, order(platform, "hb-instal-eur", number="QH-2"))
    sheet = european.post("login", code="246810", lang="zh-CN").text
    assert "单位：欧元" in sheet and "贷款费用</h2>" in sheet


# As wide as the widest sums the bank lends, and as many columns as there are.
@pytest.mark.parametrize("product, minor", [("hb-instal-cny", 50_000_00), ("hb-loan-cny", 200_000_00)])
def test_the_payments_have_room_on_a_phone(bank: SandboxBank, platform: Platform, product: str, minor: int) -> None:
    visitor = Visitor(bank, platform, order(platform, product, amount=minor))
    with chromium(width=360) as window:
        window.open(f"{visitor.page}?lang=en")
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.arrived("table")
        room = window.page.evaluate(_ROOM)
    assert room["gap"] >= 12
    assert room["hidden"] == 0 and room["ragged"] <= 1


def test_every_figure_of_a_payment_can_be_told_on_a_phone(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-loan-cny", amount=200_000_00))
    with chromium(width=360) as window:
        window.open(f"{visitor.page}?lang=en")
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.arrived("table")
        said = window.page.evaluate(
            "[...document.querySelectorAll('tbody tr:first-child td')]"
            ".map(one => getComputedStyle(one, '::before').content)"
        )
    assert said == ["none", "none", '"Interest"', '"Balance"']


# The least room between two numbers of a line; how much stands outside its box; how far from their right edge.
_ROOM = """() => {
  const at = cell => {
    const all = document.createRange();
    all.selectNodeContents(cell);
    return all.getBoundingClientRect();
  };
  let gap = 1e9, ragged = 0;
  for (const row of document.querySelectorAll("tr")) {
    const cells = [...row.children].filter(one => one.checkVisibility());
    const off = cells.slice(1).map(one => Math.abs(one.getBoundingClientRect().right - at(one).right));
    ragged = Math.max(ragged, ...off);
    cells.forEach((one, index) => {
      const next = cells[index + 1];
      if (next && Math.abs(at(next).top - at(one).top) < 4) gap = Math.min(gap, at(next).left - at(one).right);
    });
  }
  const box = document.querySelector(".scroll");
  return { gap, ragged, hidden: box.scrollWidth - box.clientWidth };
}"""


@pytest.mark.parametrize("product", ["hb-instal-eur", "lt-instal-cny"])
@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_stands_alone_on_the_last_line(
    bank: SandboxBank, platform: Platform, product: str, locale: str
) -> None:
    bank_id = "lantern" if product.startswith("lt") else "harbour"
    visitor = Visitor(bank, platform, order(platform, product), bank_id)
    texts = "h1, h2, p, li, dt, .tick span"
    with chromium(width=360) as window:
        window.open(f"{visitor.page}?lang={locale}")
        assert lone(window, texts, 4) == []
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.arrived("table")
        assert lone(window, texts, 4) == []
        visitor.post("login", code="246810")
        visitor.agree()
        window.open(f"{visitor.page}?lang={locale}")
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.arrived("table")
        assert lone(window, texts, 4) == []


# How it stands on top, and which field is marked; a box that is ticked, or a page with the field on top, is not.
_WRONG = """() => {
  const top = document.querySelector("[role=alert]"), link = top.querySelector("a");
  const field = document.querySelector("[aria-invalid=true]"), at = link && document.querySelector(link.hash);
  const marked = field && (field.closest(".named") ?? field), style = marked && getComputedStyle(marked);
  const told = (field ?? at).getAttribute("aria-describedby").split(" ")[0];
  return {
    above: Math.round(top.getBoundingClientRect().bottom) < innerHeight / 2, at: at && at.id, field: field && field.id,
    same: document.getElementById(told).innerText === top.innerText,
    edge: style && style.borderTopColor === getComputedStyle(top).borderTopColor,
  };
}"""


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_wrong_stands_on_top_and_at_its_field(bank: SandboxBank, platform: Platform, locale: str) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-documents"))

    def refused(window: Chromium) -> dict[str, object]:
        window.page.locator("main form.card").evaluate("form => form.noValidate = true")
        window.click("main form.card > button")
        window.text("[role=alert]")
        window.page.wait_for_load_state()
        seen: dict[str, object] = window.page.evaluate(_WRONG)
        return seen

    right = {"above": True, "same": True, "edge": True}
    with chromium(width=360, script=True) as window:
        window.open(f"{visitor.page}?lang={locale}")
        assert refused(window) == right | {"at": "code", "field": "code"}
        window.click("[role=alert] a")
        assert window.page.evaluate("document.activeElement.id") == "code"
        for _try in "1234":
            used_up = refused(window)
        assert used_up == right | {"at": "another", "field": "code"}
        window.click("#another")
        window.text("[role=status]")
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.text("#document-hint")
        assert refused(window) == right | {"at": None, "field": "document"}
        slip = {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 salary"}
        window.page.locator("#document").set_input_files(slip)  # type: ignore[arg-type]
        window.click("main form button")
        window.arrived("table")
        assert refused(window) == right | {"at": "agree", "field": "agree"}
        window.click("[role=alert] a")
        assert window.page.evaluate("document.activeElement.id") == "agree"


@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
def test_the_box_for_the_code_has_the_ground_of_its_card(bank: SandboxBank, platform: Platform, dark: bool) -> None:
    visitor = Visitor(bank, platform, order(platform))
    with chromium(width=360, dark=dark) as window:
        window.open(f"{visitor.page}?lang=en")
        ground = "getComputedStyle(document.querySelector('{}')).backgroundColor"
        assert window.page.evaluate(f"{ground.format('#code')} === {ground.format('.card')}")
        assert window.page.evaluate("""() => {
          const link = document.querySelector(".lang"), all = document.createRange();
          all.selectNodeContents(link);
          return all.getBoundingClientRect().right;
        }""") == pytest.approx(360 - 16, abs=1)


def test_documents_first(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-documents"))
    assert "proof of your income" in visitor.post("login", code="246810").text
    assert visitor.post("documents").status_code == 422
    sheet = visitor.post("documents", files={"document": ("slip.pdf", b"%PDF-1.7 salary")})
    assert "Cost sheet" in sheet.text
    assert visitor.now().stage == Stage.SIGN
    (record,) = bank.records(visitor.order.key)
    assert record["document"].startswith("15 bytes, SHA-256 ")


@pytest.mark.parametrize("script", [True, False])
def test_a_document_is_chosen_in_the_language_of_the_page(bank: SandboxBank, platform: Platform, script: bool) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-documents"))
    with chromium(width=360, script=script) as window:
        window.open(f"{visitor.page}?lang=zh-CN")
        window.fill("[name=code]", "246810")
        window.click("main form button")
        window.text("#document-hint")
        own = window.page.locator(".choose, #document-name")
        assert [one.is_visible() for one in own.all()] == [script, script]
        assert window.page.evaluate("getComputedStyle(document.getElementById('document')).opacity") == str(1 - script)
        if script:
            assert own.all_inner_texts() == ["选择文件", "尚未选择文件"]
            window.page.keyboard.press("Tab")
            window.page.locator("#document").focus()
            assert window.page.evaluate("getComputedStyle(document.querySelector('.choose')).outlineStyle") == "solid"
        slip = {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 salary"}
        window.page.locator("#document").set_input_files(slip)  # type: ignore[arg-type]
        if script:
            assert own.last.inner_text() == "slip.pdf"
        window.click("main form button")
        window.arrived("table")


def test_a_document_may_be_a_photograph_and_no_larger_than_said(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-documents"))
    assert "PDF, JPEG or PNG, up to 5 MB" in said(visitor.post("login", code="246810").text)
    refusals = {
        "larger than 5 MB": b"%PDF-1.7" + bytes(6 * 1024 * 1024), "cannot read this kind": b"MZ not a picture",
        "Choose a file first": b"",
    }  # fmt: skip
    for words, raw in refusals.items():
        refused = visitor.post("documents", files={"document": ("slip", raw)})
        assert (refused.status_code, words in said(refused.text), 'id="document"' in refused.text) == (422, True, True)
    photograph = b"\xff\xd8\xff\xe0" + bytes(4 * 1024 * 1024)
    assert "Cost sheet" in visitor.post("documents", files={"document": ("slip.jpg", photograph)}).text
    assert visitor.now().stage == Stage.SIGN


def test_who_sends_far_too_much_is_told_so_before_it_has_come(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-documents"))
    page = urlsplit(visitor.page)
    line = HTTPConnection(page.netloc, timeout=10)
    kind = "multipart/form-data; boundary=x"
    line.request("POST", f"{page.path}/documents", headers={"Content-Type": kind, "Content-Length": str(10**8)})
    answer = line.getresponse()
    assert (answer.status, "文件超过 5 MB" in said(answer.read().decode())) == (413, True)
    line.close()


def test_a_code_tried_too_often_is_sent_anew(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform))
    stranger = Visitor(bank, platform, order(platform, number="QH-2"))
    for _turn in range(5):
        refused = visitor.post("login", code="111111")
    assert "no longer works" in refused.text
    assert visitor.post("login", code="246810").status_code == 422
    assert "Cost sheet" in stranger.post("login", code="246810").text
    assert "A new code has been sent" in visitor.post("code").text
    assert "Cost sheet" in visitor.post("login", code="246810").text
    visitor.agree()
    assert "Signed" in visitor.post("code").text


@pytest.mark.parametrize("word", ["", "-documents", "-counter"])
def test_the_shop_is_one_link_away(bank: SandboxBank, platform: Platform, word: str) -> None:
    visitor = Visitor(bank, platform, order(platform, number=f"QH-1{word}"))
    for page in (visitor.open(), visitor.post("login", code="246810")):
        assert re.search(f'href="{platform.url}/back/[^"]+">Back to Qinghe<', page.text)
    assert visitor.now().sequence == 1


def test_a_smaller_offer_is_agreed_to_here(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform, number="QH-1-counter"))
    offered = visitor.post("login", code="246810").text
    for shown in ("¥1,039.00", "Left for you to pay Qinghe", "¥260.00", "Monthly payment", "Total cost of credit",
                  "Annualised cost of credit (simple)", "13.03%", "Total you repay"):  # fmt: skip
        assert shown in offered
    visitor.post("offer")
    visitor.agree()
    now = visitor.now()
    assert (now.stage, now.ledger.approved.minor) == (Stage.SIGNED, 103900)


@pytest.mark.parametrize("word", ["", "-documents", "-counter"])
def test_anybody_can_leave_at_every_step(bank: SandboxBank, platform: Platform, word: str) -> None:
    visitor = Visitor(bank, platform, order(platform, number=f"QH-1{word}"))
    visitor.post("login", code="246810")
    left = visitor.post("cancel")
    assert "You owe nothing, and Harbour Bank does not pay for your order at Qinghe" in left.text
    assert visitor.now().stage == Stage.WITHDRAWN


@pytest.mark.parametrize("step", ["confirm", "documents", "offer", "cancel"])
def test_nothing_is_done_for_whoever_did_not_enter(bank: SandboxBank, platform: Platform, step: str) -> None:
    visitor = Visitor(bank, platform, order(platform))
    stranger = Visitor(bank, platform, order(platform, number="QH-2"))
    stranger.post("login", code="246810")
    visitor.visit = stranger.visit
    refused = visitor.post(step, agree="yes")
    assert (refused.status_code, "Enter the code again" in refused.text) == (422, True)
    assert visitor.now().stage == Stage.SIGN


def test_what_happened_elsewhere_is_shown(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform))
    visitor.post("login", code="246810")
    visitor.port.withdraw(visitor.order, visitor.bank_ref, "op_eeeeeee1", "shopper")
    assert "Application withdrawn" in visitor.agree().text
    assert visitor.now().stage == Stage.WITHDRAWN


def test_an_offer_runs_out(bank: SandboxBank, platform: Platform) -> None:
    bank.behave(offer_life_s=0.2)
    visitor = Visitor(bank, platform, order(platform))
    platform.wait_for_news(1)
    assert visitor.now().stage == Stage.EXPIRED
    assert "run out" in visitor.open().text


def test_lost(bank: SandboxBank) -> None:
    for path in ("/harbour/sign/nothing", "/nobody/sign/nothing"):
        lost = requests.get(bank.url + path, headers={"Accept-Language": "en"}, timeout=10)
        assert lost.status_code == 404
        assert all(told in lost.text for told in ("There is nothing here", "Open your order at the shop"))
        assert "页面不存在" in requests.get(bank.url + path, params={"lang": "zh-CN"}, timeout=10).text


def test_every_page_speaks_both_languages(bank: SandboxBank, platform: Platform) -> None:
    visitor = Visitor(bank, platform, order(platform))
    chinese = visitor.open("zh-CN").text
    for shown in ("请确认是您本人", "您从青禾来到海港银行", "12 个月"):
        assert shown in chinese
    assert "Qinghe" not in chinese
    assert "Confirm that it is you" in visitor.open("en").text


KEPT_WHOLE = {
    "en": ("12 months", "14 days", "1.5 ×", "5 MB."),
    "zh-CN": ("12 个月", "14 天", "1.5 倍", "末期 €39.15", "5 MB，", "1 号"),
}


@pytest.mark.parametrize("locale", KEPT_WHOLE)
def test_no_line_parts_a_number_from_its_unit(bank: SandboxBank, platform: Platform, locale: str) -> None:
    visitor = Visitor(bank, platform, order(platform, "hb-instal-eur"))
    sheet = visitor.post("login", code="246810", lang=locale).text
    sheet += visitor.post("confirm", agree="yes", lang=locale).text
    asked = Visitor(bank, platform, order(platform, "hb-instal-eur", number="QH-1-documents"))
    sheet += asked.post("login", code="246810", lang=locale).text
    whole = set(re.findall(r'<span class="number">(.*?)</span>', sheet))
    assert set(KEPT_WHOLE[locale]) - whole == set()


def test_one_second_is_one_and_chinese_keeps_its_distance_from_latin() -> None:
    english, chinese = Texts("en"), Texts("zh-CN")
    assert "for 1 second before" in english("sheet.wait", n=1)
    assert "for 3 seconds before" in english("sheet.wait", n=3)
    assert chinese("login.lead", merchant="Fjord", bank="海港银行").startswith("您从 Fjord 来到海港银行")
    assert (chinese.name("Fjord & Field"), english.name("青禾")) == ("Fjord & Field", "青禾")


def test_what_ends_with_an_early_repayment_is_what_the_sheet_charges() -> None:
    charged = {"fee": "尚未开始的月份不再收取手续费", "interest": "尚未开始的月份不再收取利息",
               "nothing": "您可随时提前还款，不收取违约金。"}  # fmt: skip
    sheets = {name: Sheet(1, 1, 0, Decimal(0), Decimal(0), [_row(name)]) for name in charged}
    for name, words in charged.items():
        assert words in Texts("zh-CN")(f"sheet.early.{sheets[name].charge}")


def _row(charge: str) -> Row:
    row: Row = {"number": 1, "payment": "2", "principal": "1", "interest": "0", "fee": "0", "balance": "0"}
    return row if charge == "nothing" else row | {charge: "1"}
