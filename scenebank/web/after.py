"""What is written when the answer has left, at nobody's cost."""

from __future__ import annotations

from flask import Flask, Response

from scenebank.wiring import Wired


def install_after(app: Flask, wired: Wired) -> None:
    @app.after_request
    def later(answer: Response) -> Response:
        answer.call_on_close(wired.merchants.uses.write)
        answer.call_on_close(wired.refused_origins.write)
        return answer
