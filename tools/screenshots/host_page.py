"""The shop's page around a played document, as its mode says: by the script tag, as a plain iframe, or not at all."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from scenebank.preview import Played
from scenebank.preview.launches import SHOP
from scenebank.preview.player import HOST

_PAGE = """<!doctype html>
<html lang="{locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="{theme}"><title>Shop</title><link rel="icon" href="data:,">
<script>addEventListener("bis:ready", () => (document.documentElement.dataset.ready = "1"))</script>
<style>:root{{color-scheme:{theme}}}body{{margin:0;background:light-dark(#ece9e2,#2b2a27)}}
main{{inline-size:{width}px}}bank-scene{{display:block}}iframe{{display:block;border:0;inline-size:100%}}</style>
{head}</head><body><main>{scene}</main></body></html>"""


def address(played: Played) -> str:
    """Where the browser goes to see it."""
    return SHOP + "/" if played.scenario.mode != "page" else frame_address(played)


def frame_address(played: Played) -> str:
    return f"{HOST}/w/{played.scenario.widget}?{urlencode(played.query)}"


def host_page(played: Played) -> str:
    scenario = played.scenario
    if scenario.mode == "script":
        key = escape(played.query["key"])
        head = f'<script async src="{HOST}/v1/scene.js" data-key="{key}"></script>'
        named = {"widget": scenario.widget} | {name: value for name, value in played.query.items() if name != "key"}
        attributes = " ".join(f'{name}="{escape(value)}"' for name, value in named.items())
        scene = f"<bank-scene {attributes}></bank-scene>"
    else:
        head, scene = "", f'<iframe title="{scenario.widget}" src="{escape(frame_address(played))}"></iframe>'
    return _PAGE.format(
        locale=scenario.locale, theme=scenario.theme, width=scenario.width, head=head, scene=scene
    )  # fmt: skip
