"""The promise, checked on what people will see: every quote of an artifact is verbatim from an article it cites."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digest.errors import VerifyError
from digest.model import Artifact, Citation, Issue, Quote
from digest.render.frozen import thaw
from digest.render.readback import read
from digest.render.reading import Claim, Reading
from digest.render.stray import Names
from digest.text.normalize import one_line, shorten


def prove(artifact: Artifact, issues: Sequence[Issue], texts: Mapping[str, str], *, quotes: bool = True) -> int:
    """How many quotes `artifact` claims, all of them proven.

    `issues` are those that the artifact was made from (all of the edition will do); `texts` are the stored article
    texts by their SHA-256. A claim with offsets must be that slice of its article; one without must be a quote of
    the issues that is itself verbatim. Beside the claims nothing may stand in a quote's place or in quotation marks,
    but for names and asides of a word or two. In `issue.json` titles are held against the texts too, and the hashes of
    quotes against those of their articles.

    Raises VerifyError, naming the artifact and the first words that fail, and also if an artifact that should have
    `quotes` has none that can be found, or if a text is not the one that the issues cite.
    """
    own = [issue for issue in issues if artifact.path.startswith(f"{issue.id}/")] or list(issues)
    _check_texts(artifact, own, texts)
    sources, names = Sources.of(own, texts), Names.of(own)
    expected = quotes and any(any(True for _ in brief.quotes()) for issue in own for brief in issue.briefs)
    proven = 0
    for path, reading in read(artifact):
        if expected and not reading.claims:
            raise VerifyError(path, "its issue has quotes, and none can be found in it")
        for claim in reading.claims:
            sources.check(path, claim)
        _check_rest(path, reading, names)
        proven += len(reading.claims)
    if artifact.media_type == "application/json":
        _check_titles(artifact, texts)
        _check_hashes(artifact)
    return proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What may be quoted: the cited articles by id, and the quotes of the issues by their words."""

    cited: Mapping[str, tuple[Citation, ...]]
    quotes: Mapping[str, tuple[Quote, ...]]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, issues: Sequence[Issue], texts: Mapping[str, str]) -> "Sources":
        cited: dict[str, tuple[Citation, ...]] = {}
        quotes: dict[str, tuple[Quote, ...]] = {}
        for issue in issues:
            for citation in issue.articles:
                cited[citation.id] = (*cited.get(citation.id, ()), citation)
            for brief in issue.briefs:
                for quote in brief.quotes():
                    quotes[quote.text] = (*quotes.get(quote.text, ()), quote)
        return cls(cited=cited, quotes=quotes, texts=texts)

    def check(self, path: str, claim: Claim) -> None:
        """Raise VerifyError unless the claim is verbatim. An article may have changed from one issue to the next."""
        if claim.article is None:
            if not any(self._stands(q.text, q.article, q.start, q.end) for q in self.quotes.get(claim.text, ())):
                raise VerifyError(path, f"{_shown(claim.text)} is in no article that it cites")
        elif (
            claim.start is None
            or claim.end is None
            or not self._stands(claim.text, claim.article, claim.start, claim.end)
        ):
            where = f"article {claim.article}, characters {claim.start} to {claim.end}"
            raise VerifyError(path, f"{_shown(claim.text)} is not what {where} says")

    def _stands(self, text: str, article: str, start: int, end: int) -> bool:
        stored = (self.texts.get(citation.sha256) for citation in self.cited.get(article, ()))
        return 0 <= start < end and any(known is not None and known[start:end] == text for known in stored)


def _shown(text: str) -> str:
    return f"“{shorten(one_line(text), 200)}”"


def _check_texts(artifact: Artifact, issues: Sequence[Issue], texts: Mapping[str, str]) -> None:
    """A store can be edited like any file; a text that it was given under another hash proves nothing."""
    cited = {citation.sha256: citation.id for issue in issues for citation in issue.articles}
    for key, id in cited.items():
        if key in texts and hashlib.sha256(texts[key].encode("utf-8", "surrogatepass")).hexdigest() != key:
            raise VerifyError(artifact.path, f"the stored text of article {id} has been altered")


def _check_rest(path: str, reading: Reading, names: Names) -> None:
    for credit in reading.credits:
        if not names.is_credit(credit):
            raise VerifyError(path, f"{_shown(credit)} stands in a quote's place, and is no part of one")
    for run in names.strays(reading.rest):
        raise VerifyError(path, f"{_shown(run)} is in quotation marks, and is no quote of an article")


def _check_titles(artifact: Artifact, texts: Mapping[str, str]) -> None:
    issue = thaw(artifact.content)
    titles = {citation.id: citation.title for citation in issue.articles}
    for citation in issue.articles:
        head = texts.get(citation.sha256, "").split("\n", 1)[0]
        if head != citation.title:
            raise VerifyError(artifact.path, f"“{citation.title}” is not the title of article {citation.id}")
    for brief in issue.briefs:
        if brief.title not in (titles.get(article) for article in brief.articles):
            raise VerifyError(artifact.path, f"“{brief.title}” is the title of none of the articles of its story")


def _check_hashes(artifact: Artifact) -> None:
    """The hash of each quote, which thawing does not read, is that of the text that its issue cites."""
    raw = json.loads(artifact.content)
    cited = {article["id"]: article["sha256"] for article in raw["articles"]}
    for quote in _quotes_in(raw["briefs"]):
        if "sha256" in quote and quote["sha256"] != cited.get(quote["article"]):
            where = f"has another sha256 than article {quote['article']}"
            raise VerifyError(artifact.path, f"{_shown(quote['text'])} {where}")


def _quotes_in(node: Any) -> Iterator[dict[str, Any]]:
    """Wherever quotes stand: what has an article, a start and an end is one."""
    if isinstance(node, dict) and {"text", "article", "start", "end"} <= node.keys():
        yield node
    elif isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _quotes_in(inner)
