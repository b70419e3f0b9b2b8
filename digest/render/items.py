"""What feeds are made of: issues, or stories as issues told them, the newest first, under ids that nothing changes."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup

from digest.render.cited import Cited, Said
from digest.render.escape import safe_link
from digest.render.outline import Shelf
from digest.render.view import Edited, Shown, Telling

MOST = 50  # items of a feed
_TAG = "tag:digest.invalid,"  # RFC 4151; the name belongs to nobody, so that ids outlive every address
_SHARE = 80  # percent of a feed that the HTML of one item may be: the rest is for what stands around it
_BEGAN = 2026  # stands in the ids of feeds, where no issue gives a year
Kind = Literal["issues", "stories"]
Found = tuple[Edited, Telling | None]  # an issue, or a story in it
Fill = Callable[[Edited, Telling | None], str]


@dataclass(frozen=True, kw_only=True)
class Item:
    """An issue, or, if `story` is not None, that story in it. `html` is all that it says, for any address.

    A story that goes on is a new item in the next issue: what an item says is as frozen as its issue.
    """

    issue: Edited
    story: Telling | None
    html: Markup

    @property
    def id(self) -> str:
        """A tag URI; no title, address, template or rebuild has a say in it."""
        issue = f"{_TAG}{self.issue.at.year}:{quote(self.issue.edition, safe='')}/{quote(self.issue.id, safe='')}"
        return f"{issue}/{quote(self.story.id, safe='')}" if self.story else issue

    @property
    def path(self) -> str:
        """Its page in the edition's folder."""
        if self.story is None:
            return f"{self.issue.id}/index.html"
        return f"stories/{quote(self.story.id, safe='')}.html#issue-{quote(self.issue.id, safe='')}"

    @property
    def title(self) -> str:
        """Whatever comes first: a story's headline, the top story's, or the number of an issue without any."""
        titled = self._titled
        return titled.title if titled else self._name

    @property
    def language(self) -> str:
        """That of the title."""
        return self._titled.language if self._titled else self.issue.language

    @property
    def _titled(self) -> Telling | None:
        return self.story or next(iter(self.issue.stories), None)

    @property
    def _name(self) -> str:
        return self.issue.words.say("{title}, no. {number}", title=self.issue.title, number=self.issue.number)

    @property
    def at(self) -> datetime:
        """When it came out: the first story with its issue, each further one a second before.

        Feed readers sort by time, and so keep the order of the stories.
        """
        return self.issue.at - timedelta(seconds=self.story.number - 1) if self.story else self.issue.at

    @property
    def lead(self) -> Said | None:
        """The quote that a story begins with."""
        quotes = (quote for part in self.story.sections for quote in part.quotes) if self.story else iter(())
        return next(quotes, None)

    @property
    def credit(self) -> str:
        """Whose words the lead is; empty if there is none."""
        if not self.lead or not self.lead.speaker:
            return self.lead.article.outlet if self.lead else ""
        outlet = self.lead.article.outlet
        return self.issue.words.say("{speaker}, in {outlet}", speaker=self.lead.speaker, outlet=outlet)

    @property
    def about(self) -> str:
        """A line beside the title: who tells a story, and how its takes are spread; of an issue, its headlines."""
        words = self.issue.words
        if self.story is None:
            titles = "; ".join(story.title for story in self.issue.stories)
            return f"{self._name}: {titles or words.find('Nothing to report this time.')}"
        spread = self.story.spread
        takes = [words.say("takes: {spread}", spread=spread.line), spread.warning] if spread else []
        return " · ".join(filter(None, (*self.story.meta, *takes)))

    @property
    def topic(self) -> str | None:
        """The part of the issue in which a story stands."""
        return next((t.name for t in self.issue.topics if any(one is self.story for one in t.stories)), None)

    @property
    def outlets(self) -> tuple[str, ...]:
        """Whose words a story is made of."""
        return tuple(dict.fromkeys(article.outlet for article in self.articles))

    @property
    def articles(self) -> tuple[Cited, ...]:
        return self.story.articles if self.story else ()

    @property
    def source(self) -> Cited | None:
        """The article with a public link that gave a story its headline, else the first with one."""
        return self.headliner if self.story else None

    @property
    def headliner(self) -> Cited | None:
        """The same of an issue's top story: where its title leads, if the issue has no page."""
        linked = [article for article in self._titled.articles if article.url] if self._titled else []
        return next((one for one in linked if one.title == self.title), next(iter(linked), None))


@dataclass(frozen=True, kw_only=True)
class Series:
    """A feed that an edition gives, at `path` in its folder; `issue` is the edition's newest.

    `items` are the newest; `of` is None for the issues of the edition, "" for all its stories, else a topic's name.
    """

    issue: Edited
    path: str
    of: str | None
    slug: str
    items: Sequence[Item]

    @property
    def id(self) -> str:
        """A tag URI that never changes."""
        part = "" if self.of is None else f"/topics/{quote(self.slug, safe='')}" if self.of else "/stories"
        return f"{_TAG}{_BEGAN}:{quote(self.issue.edition, safe='')}{part}"

    @property
    def title(self) -> str:
        if self.of is None:
            return self.issue.title
        if self.of:
            return f"{self.issue.title}: {self.of}"
        return self.issue.words.say("{title}: stories", title=self.issue.title)

    @property
    def about(self) -> str:
        """What it is, and who made it."""
        return self.issue.words.find(
            "Many sources, every sentence copied word for word from one of them. Sorted and labelled by a program."
        )

    @property
    def rights(self) -> str:
        """Whose the words are."""
        words, licence = self.issue.words, self.issue.licence
        own = words.say("All else: {licence}.", licence=licence) if licence else ""
        return f"{words.find('Headlines and quotes belong to their outlets.')} {own}".strip()

    @property
    def page(self) -> str | None:
        """The page that tells the same, if the edition has an address."""
        return self.issue.home and self.issue.home + (f"topics/{self.slug}.html" if self.of else "")

    @cached_property
    def updated(self) -> datetime:
        """When anything was last new in it."""
        return max((item.at for item in self.items), default=self.issue.at)

    @property
    def url(self) -> str | None:
        """Where it is, if the edition has an address."""
        return self.issue.home and self.issue.home + self.path

    @property
    def hub(self) -> str | None:
        return safe_link(self.issue.hub) if self.issue.home else None


@dataclass(frozen=True, kw_only=True)
class Wall:
    """All that feeds of an edition can have as items, each written once however many feeds have it.

    `fill` makes the HTML of an issue, or of a story in it. An issue with more than `limit` bytes of it leaves out its
    last stories, and says how many, so that no item is larger than a feed may be.
    """

    shown: Shown
    fill: Fill
    limit: int | None
    made: dict[tuple[str, str], Item] = field(default_factory=dict)

    def newest(self, kind: Kind, shelf: Shelf | None) -> list[Item]:
        """As many as a feed may have at most, and one at least; of a topic's stories if there is a shelf of them."""
        kept: list[Item] = []
        size = 0
        for issue, story in islice(self._found(kind, shelf), MOST):
            item = self._item(issue, story)
            size += len(item.html.encode())
            if kept and self.limit and size > self.limit:
                break
            kept.append(item)
        return kept

    def _found(self, kind: Kind, shelf: Shelf | None) -> Iterator[Found]:
        """Each issue is made when it is looked at."""
        if shelf:
            for row in shelf.rows:
                issue = self.shown.find(row.id)
                yield from ((issue, issue.stories[line.number - 1]) for line in row.lines)
            return
        for place in range(len(self.shown) - 1, -1, -1):
            issue = self.shown[place]
            yield from [(issue, None)] if kind == "issues" else ((issue, story) for story in issue.stories)

    def _item(self, issue: Edited, story: Telling | None) -> Item:
        key = (issue.id, story.id if story else "")
        if key not in self.made:
            if story is None:
                issue = self._fitting(issue)
            self.made[key] = Item(issue=issue, story=story, html=Markup(self.fill(issue, story)))  # noqa: S704  # HTML
        return self.made[key]

    def _fitting(self, issue: Edited) -> Edited:
        room = self.limit and self.limit * _SHARE // 100

        def is_too_much(count: int) -> bool:
            return room is not None and len(self.fill(issue.first(count), None).encode()) > room

        count = len(issue.stories)
        if not is_too_much(count):
            return issue
        return issue.first(max(1, bisect_left(range(1, count), True, key=is_too_much)))
