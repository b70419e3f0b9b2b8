"""python -m tests.proof COMMAND: look at what was built, outside of the tests. Nothing is fetched.

screenshots [OUT]      pictures of the e-mail and of each kind of page, light and dark, desktop and 360 pixels wide
lighthouse [OUT]       Lighthouse's marks for each kind of page of the sample edition, and lighthouse.json
pictures EDITION_DIR   the two pictures of the README, of the newest issue of a built edition, such as out/ai-weekly

Screenshots and marks are of the exhibit that the tests look at; OUT is out/screenshots or out/lighthouse.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.proof.exhibit import build_exhibit
from tests.proof.lighthouse import marks
from tests.proof.screenshots import readme_pictures, screenshots
from tests.proof.tools import missing

OUT = Path("out")
UNSHOWN = ("attack", "hostile")  # nobody needs pictures of those
EDITION = "sample"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("screenshots", "lighthouse"):
        commands.add_parser(name).add_argument("out", type=Path, nargs="?", default=OUT / name, metavar="OUT")
    commands.add_parser("pictures").add_argument("edition", type=Path, metavar="EDITION_DIR")
    given = parser.parse_args(arguments)
    if lacking := missing("browser", "node", "puppeteer", *(["lighthouse"] if given.command == "lighthouse" else [])):
        raise SystemExit(lacking)
    if given.command == "pictures":
        print(*readme_pictures(given.edition), sep="\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        built = build_exhibit(Path(folder), without=UNSHOWN).folder
        if given.command == "screenshots":
            print(f"{len(screenshots(built, given.out))} pictures in {given.out}")
        else:
            _report(marks(built, EDITION), given.out)


def _report(found: dict[str, dict[str, Any]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "lighthouse.json").write_text(json.dumps(found, indent=1), "utf-8")
    for page, told in found.items():
        print(page, *(f"{name} {mark:.2f}" for name, mark in told.items() if name != "lost"), *told["lost"], sep="  ")


if __name__ == "__main__":
    main(sys.argv[1:])
