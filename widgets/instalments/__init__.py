"""Checkout instalments."""

from scenebank.catalogue.model import Kind
from widgets.lending.steps import lending_widget

WIDGET = lending_widget("instalments", Kind.INSTALMENTS)
