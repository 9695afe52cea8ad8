"""The door for people in a shop's page."""

from scenebank.web.embed.blueprint import make_embed_blueprint

__all__ = ["make_embed_blueprint"]
