"""``python -m tools.screenshots [--pairwise] [--only TEXT]``: into ``build/screenshots``, with contact sheets."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
from pathlib import Path

from app import create_app
from scenebank.preview import Preview, Scenario, pairwise, product
from tools.screenshots.pages import picture_pages
from tools.screenshots.sheets import make_sheets
from tools.screenshots.studio import studio
from widgets import WIDGETS

OUT = Path(__file__).parents[2] / "build/screenshots"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--pairwise", action="store_true", help="each state twice instead of in every combination")
    parser.add_argument("--only", default="", help="paths that hold this text; shop and bank are under pages/")
    asked = parser.parse_args(arguments)
    logging.disable(logging.ERROR)  # faults are played on purpose
    if not asked.only:
        shutil.rmtree(OUT, ignore_errors=True)
    chosen = pairwise if asked.pairwise else product
    scenarios = [one for widget in sorted(WIDGETS) for one in chosen(widget) if asked.only in str(_path(one))]
    groups: dict[tuple[str, str], list[Path]] = {}
    made = _widgets(scenarios, groups)
    planned = len(scenarios)
    if asked.only in f"{OUT}/pages/":
        pages = picture_pages(OUT / "pages", groups)
        planned, made = planned + pages.planned, made + pages.made
    sheets = make_sheets(OUT / "sheets", groups)
    print(f"screenshots: {planned} planned, {made} made, {sheets} contact sheets, in {OUT}")
    return 0 if planned == made else 1


def _path(scenario: Scenario) -> Path:
    shown = f"{scenario.locale}-{scenario.theme}-{scenario.device}"
    return OUT / scenario.widget / scenario.context / shown / f"{scenario.state}.png"


def _widgets(scenarios: list[Scenario], groups: dict[tuple[str, str], list[Path]]) -> int:
    preview = Preview(lambda wired: create_app(wired=wired))
    made = 0
    try:
        with studio(preview) as shown:
            for scenario in scenarios:
                path = _path(scenario)
                path.parent.mkdir(parents=True, exist_ok=True)
                shown.show(preview.play(scenario))
                shown.picture(str(path))
                made += path.exists()
                name = "-".join(path.parent.relative_to(OUT).parts)
                groups.setdefault((name, scenario.device), []).append(path)
            for complaint in sorted(set(shown.complaints)):
                print(f"the browser said: {complaint}", file=sys.stderr)
    finally:
        preview.close()
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
