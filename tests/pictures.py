"""python -m tests.pictures OUT_DIR: the pictures of the README, taken of the newest issue of a built edition.

OUT_DIR is the edition's folder, such as out/weekly; docs/images/email.png and docs/images/site.png are written.
Needs Chromium, which is looked for by name; nothing is fetched.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IMAGES = Path(__file__).parent.parent / "docs" / "images"
PICTURES = {"email": ("email.html", 720, 1180), "site": ("index.html", 960, 1180)}  # width and height in pixels
LIMIT = 300_000  # bytes
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--hide-scrollbars", "--force-device-scale-factor=1",
)  # fmt: skip


def newest_issue(edition: Path) -> Path:
    """The folder of the issue with the highest number."""
    frozen = {path: json.loads(path.read_text("utf-8"))["number"] for path in edition.glob("*/issue.json")}
    if not frozen:
        raise SystemExit(f"{edition} holds no issue.json: build an edition first, and name its folder")
    return max(frozen, key=lambda path: frozen[path]).parent


def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(f"no browser found ({', '.join(BROWSERS)}): install one, for example apt-get install chromium")
    return found


def take(page: Path, width: int, height: int, picture: Path) -> None:
    """A screenshot of the top of a page."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser(), *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}",
            f"--screenshot={picture}", page.resolve().as_uri(),
        ]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode or not picture.is_file():
        raise SystemExit(f"{page}: the browser made no picture\n{result.stderr.strip()}")
    if picture.stat().st_size > LIMIT:
        raise SystemExit(f"{picture} has {picture.stat().st_size} bytes, more than {LIMIT}: take less of the page")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("edition", type=Path, metavar="OUT_DIR")
    issue = newest_issue(parser.parse_args(arguments).edition)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (file, width, height) in PICTURES.items():
        picture = IMAGES / f"{name}.png"
        picture.unlink(missing_ok=True)  # so that a picture which is there afterwards is a new one
        take(issue / file, width, height, picture)
        print(picture)


if __name__ == "__main__":
    main(sys.argv[1:])
