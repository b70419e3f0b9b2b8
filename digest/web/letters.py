"""What is written to somebody who has asked for an edition: short, plain, and nothing in it that a form was sent."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digest.web.people import Offer, Says

_PAGES = Path(__file__).parent / "pages"
SUBJECTS = {
    "confirm": "Please confirm: {title}",
    "already": "You are subscribed: {title}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    subject: str
    text: str


def note(kind: Literal["confirm", "already"], offer: Offer, words: Says, link: str) -> Note:
    """The question whether it was they who asked, or the answer that they have it already."""
    jinja = Environment(loader=FileSystemLoader(_PAGES), undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701  # plain text
    text = jinja.get_template(f"{kind}.txt.j2").render(_=words.say, offer=offer, link=link)
    return Note(subject=words.say(SUBJECTS[kind], title=offer.title), text=text)
