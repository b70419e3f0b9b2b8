"""Every look that the proof takes at the exhibit, taken in one go of one browser."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proof.browse import VARIANTS, Look, address, browse, served
from tests.proof.exhibit import Exhibit
from tests.proof.pages import HTML, Page, is_mail_body, is_page, largest_of_each_kind
from tests.proof.payloads import MARK, TRAP
from tests.proof.readers import as_pages

DANGEROUS = ("attack", "hostile")
EVERY_TASTE = ("sample", "arabic", "scripts")  # editions of which one page of each kind is looked at in every variant
PRINTED = ("sample", "twenty", "german")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page and what was seen of it; `purpose` says for what it was opened."""

    page: str
    kind: str
    purpose: str
    mail: bool
    result: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.page} ({self.purpose})"


def tour(exhibit: Exhibit, folder: Path) -> list[Seen]:
    """Look at everything. Prints and pages made of feeds go into `folder`."""
    with served(exhibit.folder) as base:
        planned = [*_looks(exhibit, base, folder), *_dangers(exhibit, folder)]
        results = browse([look for *_, look in planned])
    return [
        Seen(page=page.name, kind=page.kind, purpose=purpose, mail=page.mail, result=result)
        for (page, purpose, _), result in zip(planned, results, strict=True)
    ]


def _looks(exhibit: Exhibit, base: str, folder: Path) -> Iterator[tuple[Page, str, Look]]:
    everyday = {name: pages for name, pages in exhibit.editions.items() if name != "attack"}
    html = {name: [page for page in pages if page.media_type == HTML] for name, pages in everyday.items()}
    shown = {name: largest_of_each_kind(pages) for name, pages in html.items()}
    for name, pages in shown.items():
        for page in pages:
            look = Look(url=address(base, page.name), ask=())
            yield page, "light", look.ask_for("violations", "width", "small", "text")
            yield page, "narrow", look.ask_for("width", "spacing", "focus", width=320, height=640)
            if name in EVERY_TASTE:
                for variant, changes in VARIANTS.items():
                    if variant != "light":
                        yield page, variant, look.ask_for("violations", "width", **changes)
            if name in PRINTED and is_page(page):
                file = folder / f"{page.name.replace('/', '-')}.pdf"
                yield page, "print", look.ask_for("print", file=str(file))
            if is_mail_body(page):
                yield page, "no pictures", look.ask_for("text", pictures=False)
                for scheme in ("light", "dark"):
                    yield page, f"colours, {scheme}", look.ask_for("colours", scheme=scheme)
            yield page, "from a file", Look(url=page.file.as_uri(), ask=("text",))
    for pages in html.values():
        for page in largest_of_each_kind(pages, at_most=2):
            yield page, "without scripts", Look(url=address(base, page.name), ask=("text",), javascript=False)


def _dangers(exhibit: Exhibit, folder: Path) -> Iterator[tuple[Page, str, Look]]:
    """What hostile feeds led to, without the policy that would hold it back: as pages, and as other readers show it."""
    ask = ("marked", "live")
    trap = folder / "trap.html"
    trap.write_text(f"<!doctype html><title>x</title><img src={TRAP}><p onclick=x><script>{MARK}</script>", "utf-8")
    yield exhibit.editions["attack"][0], "trap", Look(url=trap.as_uri(), ask=ask, policy=False)
    for name in DANGEROUS:
        for page in exhibit.editions[name]:
            if page.media_type == HTML:
                yield page, "danger", Look(url=page.file.as_uri(), ask=ask, policy=False)
            for number, source in enumerate(as_pages(page)):
                file = folder / f"{page.name.replace('/', '-')}-{number}.html"
                file.write_text(source, "utf-8")
                yield page, f"danger {number}", Look(url=file.as_uri(), ask=ask, policy=False)


def keep(seen: list[Seen], file: Path) -> None:
    """For the other test processes."""
    file.write_text(json.dumps([[one.page, one.kind, one.purpose, one.mail, one.result] for one in seen]), "utf-8")


def kept(file: Path) -> list[Seen]:
    names = ("page", "kind", "purpose", "mail", "result")
    return [Seen(**dict(zip(names, one, strict=True))) for one in json.loads(file.read_text("utf-8"))]
