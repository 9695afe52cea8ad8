"""A loan for one order."""

from scenebank.catalogue.model import Kind
from widgets.lending.steps import lending_widget

WIDGET = lending_widget("loan", Kind.LOAN)
