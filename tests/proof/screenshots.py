"""Pictures of built editions, for people to look at: each kind of page, light and dark, on a desk and on a telephone."""

import json
from pathlib import Path

from tests.proof.browse import Look, browse
from tests.proof.pages import HTML, Page, largest_of_each_kind, pages_in

SIZES = {"desktop": (1280, 900), "360": (360, 740)}  # width and height in pixels
MAIL_WIDTH = 720  # of a window in which one reads mail
IMAGES = Path(__file__).parents[2] / "docs" / "images"
README = {"email": ("email.html", 720, 1180), "site": ("index.html", 960, 1180)}
LIMIT = 300_000  # bytes of a picture in the README


def screenshots(built: Path, out: Path) -> list[Path]:
    """Of the largest page of each kind of each edition in `built`, whole, into `out`. Returns the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    pages = [page for edition in sorted(built.iterdir()) if edition.is_dir() for page in _shown(edition)]
    looks = [
        _look(page, scheme, width if not page.mail or size != "desktop" else MAIL_WIDTH, height, out / f"{_name(page)}-{size}-{scheme}.png")
        for page in pages
        for size, (width, height) in SIZES.items()
        for scheme in ("light", "dark")
    ]  # fmt: skip
    return _taken(looks)


def readme_pictures(edition: Path) -> list[Path]:
    """The pictures of the README: the top of the newest issue of a built edition."""
    frozen = {path: json.loads(path.read_text("utf-8"))["number"] for path in edition.glob("*/issue.json")}
    if not frozen:
        raise SystemExit(f"{edition} holds no issue.json: build an edition first, and name its folder")
    issue = max(frozen, key=lambda path: frozen[path]).parent
    IMAGES.mkdir(parents=True, exist_ok=True)
    looks = [
        Look(url=(issue / file).resolve().as_uri(), ask=("picture",), width=width, height=height, file=str(IMAGES / f"{name}.png"))
        for name, (file, width, height) in README.items()
    ]  # fmt: skip
    taken = _taken(looks)
    for picture in taken:
        if picture.stat().st_size > LIMIT:
            raise SystemExit(f"{picture} has {picture.stat().st_size} bytes, more than {LIMIT}: take less of the page")
    return taken


def _shown(edition: Path) -> list[Page]:
    return largest_of_each_kind([page for page in pages_in(edition) if page.media_type == HTML])


def _name(page: Page) -> str:
    """The edition and the kind, as a file's name: `weekly-site-stories-story`."""
    kind = page.kind.removesuffix(".html").replace("{", "").replace("}", "").replace("/", "-")
    return f"{page.edition}-{kind}"


def _look(page: Page, scheme: str, width: int, height: int, file: Path) -> Look:
    url = page.file.resolve().as_uri()
    return Look(url=url, ask=("picture",), scheme=scheme, width=width, height=height, file=str(file), whole=True)


def _taken(looks: list[Look]) -> list[Path]:
    for look in looks:
        Path(look.file).unlink(missing_ok=True)  # so that a picture which is there afterwards is a new one
    for seen in browse(looks):
        if "failed" in seen:
            raise SystemExit(f"{seen['url']}: the browser made no picture: {seen['failed']}")
    return [Path(look.file) for look in looks]
