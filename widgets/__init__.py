"""What a shopper sees: one folder per widget, one line each here."""

from collections.abc import Mapping
from importlib import import_module

from widgets.base import Widget

_FOLDERS = (
    "instalments",
    "loan",
)


def _widget(folder: str) -> Widget:
    widget: Widget = import_module(f"{__name__}.{folder}").WIDGET
    return widget


WIDGETS: Mapping[str, Widget] = {folder: _widget(folder) for folder in _FOLDERS}
