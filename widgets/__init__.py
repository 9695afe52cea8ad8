"""What a shopper sees: one folder per widget, one line each here."""

from collections.abc import Mapping

from widgets import instalments, loan
from widgets.base import Widget

WIDGETS: Mapping[str, Widget] = {
    "instalments": instalments.WIDGET,
    "loan": loan.WIDGET,
}
