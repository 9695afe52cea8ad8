"""Scenarios: everything that decides how a widget looks, as data, played through the production render path."""

from scenebank.preview.gallery import pairwise, product, states_of
from scenebank.preview.model import DEVICES, Scenario
from scenebank.preview.player import Played, Preview

__all__ = ["DEVICES", "Played", "Preview", "Scenario", "pairwise", "product", "states_of"]
