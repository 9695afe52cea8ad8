"""The door for machines: merchants' servers and banks."""

from scenebank.web.api.blueprint import make_api_blueprint

__all__ = ["make_api_blueprint"]
