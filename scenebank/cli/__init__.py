"""Commands for operators: ``flask --app app <subject> <verb>``."""

from scenebank.cli.commands import register

__all__ = ["register"]
