"""Words in quotation marks that nobody claims as a quote: only what sources call themselves may stand there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from digest.model import Brief, Issue
from digest.text.licences import called
from digest.text.normalize import one_line, shorten
from digest.text.words import words

MANY = 3  # words: fewer may be an aside ("so-called"), or a name that no record has
CREDIT = 4  # words beside names in a credit: "in", "no public link", a date
_CLOSERS = {"“": "”", "”": "”", "„": "“”", "«": "»", "»": "«"}
_MARKS = re.compile(f"[{''.join(_CLOSERS)}]")
_STRAIGHT = re.compile(r'(?<!\w)"(?=\S)([^"\n]*)(?<=\S)"(?!\w)')
_ANY = re.compile(f'["{"".join(_CLOSERS)}]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What may stand in quotation marks, or have some itself: titles, outlets, speakers, targets; the longest first.

    Words that articles share, and what a rank counts, stand in no quotation marks: of those only such as have some.
    """

    every: tuple[str, ...]

    @classmethod
    def of(cls, issues: Sequence[Issue]) -> "Names":
        found = {one_line(name) for issue in issues for name in _names(issue) if name}
        return cls(every=tuple(sorted(found - {""}, key=lambda name: (-len(name), name))))

    def strays(self, rest: str) -> Iterator[str]:
        """Runs in quotation marks of `rest` that have three words or more beside names."""
        for run in _runs(self._without_marked(rest)):
            if len(words(run)) >= MANY and len(words(self._without(run))) >= MANY:
                yield one_line(run)

    def is_credit(self, text: str) -> bool:
        """Does it say who is quoted, and hardly anything else?"""
        left = self._without(self._without_marked(text))
        return left != text and not _ANY.search(left) and len(words(left)) <= CREDIT

    def _without(self, text: str) -> str:
        for name in self.every:
            if name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
        return text

    def _without_marked(self, text: str) -> str:
        """Names with quotation marks, whole and cut short: they would pair with those of others."""
        marked = [name for name in self.every if _ANY.search(name)]
        for name in marked:
            text = text.replace(name, " ")
        lines = (_without_short(line, marked) if "…" in line else line for line in text.split("\n"))
        return "\n".join(lines)


def _names(issue: Issue) -> Iterator[str | None]:
    yield issue.title
    yield from issue.topics
    yield from (stale.outlet for stale in issue.stale)
    for article in issue.articles:
        yield from (article.title, article.outlet, article.author, article.url)
        yield from (called(article.licence) if article.licence else None, article.reserved)
    for brief in issue.briefs:
        yield from _names_in(brief)


def _names_in(brief: Brief) -> Iterator[str | None]:
    yield brief.title
    yield brief.topic
    yield from (origin.name for origin in brief.lineage.origins)
    shown = (
        *brief.why.names,
        *brief.why.terms,
        *(text for reason in brief.rank for text in (reason.name, reason.said)),
    )
    yield from (text for text in shown if _ANY.search(text))
    yield from (related.title for related in brief.related)
    for section in brief.sections:
        yield section.name
        yield from (point.label for point in section.points)
        yield from (quote.speaker for quote in section.quotes)
    for reason in (reason for gauge in brief.gauges for reason in gauge.reasons):
        yield from (text for text in (reason.name, reason.said) if _ANY.search(text))
    for take in brief.takes:
        yield from (take.outlet, take.speaker, take.target, take.stance.by if take.stance else None)


def _without_short(line: str, names: Iterable[str]) -> str:
    """A line without the heads of names that `shorten` leaves."""
    for name in names:
        if name[:2] in line:
            short = {shorten(name, limit) for limit in range(3, len(name))} - {"…"}
            for head in sorted(short, key=lambda head: (-len(head), head)):
                line = line.replace(head, " ")
    return line


def _runs(text: str) -> Iterator[str]:
    """What stands in quotation marks, the outermost; up to the end if they are never closed."""
    expected: list[str] = []
    start = 0
    for match in _MARKS.finditer(text):
        mark = match.group()
        if expected and mark in expected[-1]:
            expected.pop()
            if not expected:
                yield text[start : match.start()]
        else:
            start = start if expected else match.end()
            expected.append(_CLOSERS[mark])
    if expected:
        yield text[start:]
    yield from (match.group(1) for match in _STRAIGHT.finditer(text))
