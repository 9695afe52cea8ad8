"""The door for those who work on the catalogue."""

from scenebank.web.catalogue.blueprint import make_catalogue_blueprint

__all__ = ["make_catalogue_blueprint"]
