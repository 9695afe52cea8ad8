"""What of a style is understood, what is refused rather than guessed, and figures of contrast that others print."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenebank.markets.rendered.cascade import Cascade, Declared
from scenebank.markets.rendered.colours import contrast, read_colour
from scenebank.markets.rendered.page import Page, Reader
from scenebank.markets.rendered.selectors import UnknownStyle
from scenebank.markets.rendered.stylesheet import read_stylesheet
from scenebank.markets.rendered.tree import read_tree


def looks(css: str, html: str) -> list[str]:
    """Of each text: size, weight, ink and ground in the light theme."""
    tree = read_tree(html)
    cascade = Cascade(Declared(read_stylesheet(css)), "light")
    return [
        f"{cascade.look(node).size_px.normalize():f} {cascade.look(node).weight} {cascade.look(node).ink}"
        for text, node in tree.texts() if text.strip() and cascade.look(node).shows
    ]  # fmt: skip


def test_contrast_is_as_the_guidelines_print_it() -> None:
    """WCAG 2.2: 21 to 1 at most, 1 at least; greys on white as its techniques have them."""
    white = read_colour("#fff")
    assert white
    printed = {"#000": "21", "#fff": "1", "#767676": "4.54", "#777777": "4.48", "#949494": "3.03", "#ff0000": "4"}
    found = {text: contrast(colour, white) for text in printed if (colour := read_colour(text))}
    assert found == {text: Decimal(ratio) for text, ratio in printed.items()}


def test_who_wins_is_who_wins_in_a_browser() -> None:
    css = """
    p{font-size:2rem} .a{font-size:10px} .a.b{font-size:11px} #no{} .a{font-size:12px!important}
    p>b{font-weight:500} p+p{font-size:90%} :is(h1,.c) b{color:#00f} p:not(.a,.b,.c){color:#0f0}
    :root{--x:#f00} i{color:var(--x);color:var(--y,var(--x))} s{font:700 20px/1.5 serif}
    @media(forced-colors:active){p{color:#123}} [lang=en] u{font-size:9px} u:focus{font-size:1px}
    """.replace("#no{}", "")
    for html, expected in (
        ("<p>x</p>", ["32 400 (0, 255, 0)"]),
        ('<p class="a">x</p>', ["12 400 (0, 0, 0)"]),
        ('<p class="a b">x</p>', ["12 400 (0, 0, 0)"]),
        ("<p><b>x</b></p>", ["32 500 (0, 255, 0)"]),
        ('<p class="a">x</p><p class="b"><b>y</b></p>', ["12 400 (0, 0, 0)", "14.4 500 (0, 0, 0)"]),
        ('<p class="c"><b>x</b></p>', ["32 500 (0, 0, 255)"]),
        ("<html><i>x</i></html>", ["16 400 (255, 0, 0)"]),
        ("<s>x</s>", ["20 700 (0, 0, 0)"]),
        ('<div lang="en"><u>x</u></div><u>y</u>', ["9 400 (0, 0, 0)", "16 400 (0, 0, 0)"]),
        ("<strong><b>x</b></strong>", ["16 900 (0, 0, 0)"]),
        ('<p class="a"><small>x</small></p>', ["10 400 (0, 0, 0)"]),
        ("<p hidden>x</p><style>y</style><template>z</template>", []),
    ):
        assert looks(css, html) == expected, html


@pytest.mark.parametrize("css", [
    "p:nth-child(2){font-size:1px}", "#id{color:#fff}", "@media(max-width:400px){p{font-size:9px}}",
    "@import 'x';p{}", "p{font-size:clamp(1px,2vw,3px)}", "p{color:rgb(0 0 0)}", "p{color:#0008}", "p{font:inherit x}",
    "p{font-weight:lighter}", "p{opacity:.2}", "p{background:url(x)}", "p{font-size:1px",
])  # fmt: skip
def test_what_is_not_understood_is_refused(css: str) -> None:
    with pytest.raises(UnknownStyle):
        looks(css, "<p>x</p>")


def test_what_decides_nothing_about_a_text_may_be_anything() -> None:
    css = "p:nth-child(2){margin:0}@media(max-width:400px){p{padding:9px}}@keyframes a{to{color:#fff}}"
    assert looks(css + "p::before{color:red}", "<p>x</p>") == ["16 400 (0, 0, 0)"]


def test_barriers_are_named() -> None:
    sheet = read_stylesheet(".pale{color:#999;background:#fff}.large{font-size:24px;color:#888;background:#fff}")
    for html, barrier in (
        ('<input name="a">', "4.1.2 no label: a"), ('<label>A <input name="a"></label>', ""),
        ('<label for="i">A</label><input id="i">', ""), ('<input type="hidden" name="a">', ""),
        ("<button></button>", "4.1.2 no name: button"), ('<a href="#" aria-label="x"></a>', ""),
        ('<img src="x">', "1.1.1 a picture without a text"), ('<p id="a"></p><p id="a"></p>', "4.1.1 id twice: a"),
        ('<html lang=""></html>', "3.1.1 no language"), ('<p class="large">x</p>', ""),
    ):  # fmt: skip
        assert Page(html, sheet, Reader()).facts()["a11y"] == (barrier or "wcag22aa"), html
    assert Page('<p class="pale">x</p>', sheet, Reader()).facts()["a11y"] == "1.4.3 contrast 2.85: x"


def test_a_pop_up_closes_at_one_press() -> None:
    for inside, closes in (("<p>x</p>", False), ('<form method="dialog"><button>x</button></form>', True)):
        facts = Page(f"<dialog>{inside}</dialog>", (), Reader()).facts()
        assert (facts["popup"], facts["one_click_close"]) == (True, closes)
    assert Page("<p>x</p>", (), Reader()).facts()["popup"] is False
