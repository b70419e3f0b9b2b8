"""Rendering: freezing an issue, formats, templates, and what every format must say."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree, html
from markdown_it import MarkdownIt

from digest.errors import FormatError, StoreError
from digest.model import (
    LABELS,
    Article,
    Artifact,
    Brief,
    Citation,
    Gauge,
    Issue,
    Left,
    Lineage,
    Origin,
    Point,
    Quote,
    Reason,
    Related,
    Section,
    Stale,
    Stance,
    Take,
    Tie,
    Why,
)
from digest.render import dates
from digest.render.chronicle import Chronicle
from digest.render.engine import find_formats, load_format, render, render_stories
from digest.render.escape import WIDTH, as_markdown, as_markdown_url, as_paragraph, safe_link
from digest.render.frozen import freeze, frozen_artifact, thaw
from digest.render.proof import prove
from digest.render.readback import quotes_in
from digest.render.view import edited
from digest.render.words import words as words_of
from digest.text.normalize import one_line
from tests.conftest import make_article

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
GOLDEN = ROOT / "tests" / "golden"
FORMATS = find_formats([ROOT / "templates"])
TEXTS: dict[str, str] = json.loads((DATA / "issue-texts.json").read_text("utf-8"))


def sample(name: str = "sample") -> Issue:
    return thaw((DATA / f"issue-{name}.json").read_bytes())


def issues() -> list[Issue]:
    return [sample("earlier"), sample("sample")]


def artifacts(all_issues: list[Issue]) -> list[Artifact]:
    """What every format makes of the last of `all_issues` with quotes in it, and its issue.json."""
    formats = [load_format(folder) for folder in FORMATS.values()]
    quoting = {recipe.place for format in formats for recipe in format.recipes if recipe.quotes}
    made = [artifact for format in formats for artifact in render(format, all_issues)]
    own = f"{all_issues[-1].id}/"
    feeds = (".xml", ".atom", ".json")  # those of topics among them
    kept = (one for one in made if one.path in quoting or one.path.startswith(own) or one.path.endswith(feeds))
    kept = (one for one in kept if not one.path.endswith(("sitemap.xml", ".png")))
    return [*kept, frozen_artifact(all_issues[-1])]


def story_pages(all_issues: list[Issue]) -> list[Artifact]:
    """The page of every story that these issues ever told."""
    chronicle = Chronicle(issues=all_issues)
    return [
        artifact
        for folder in FORMATS.values()
        for artifact in render_stories(load_format(folder), chronicle, chronicle.stories)
    ]


def by_name(made: list[Artifact]) -> dict[str, Artifact]:
    return {artifact.path.rsplit("/", 1)[-1]: artifact for artifact in made}


# --- freezing ---------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text("abcdef-09", min_size=1, max_size=8)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # it wants naive bounds
days = moments.map(lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0))
published = st.one_of(
    st.tuples(st.none(), st.just(False)), st.tuples(moments, st.just(False)), st.tuples(days, st.just(True))
)
quotes = st.builds(
    lambda text, article, start, speaker: Quote(
        text=text, article=article, start=start, end=start + len(text), speaker=speaker
    ),
    words, names, st.integers(0, 10**6), st.none() | words,
)  # fmt: skip
quote_lists = st.lists(quotes, max_size=3).map(tuple)
stances = st.builds(Stance, label=st.sampled_from(LABELS), score=st.floats(0, 1), by=names)
takes = st.builds(
    Take, outlet=words, speaker=st.none() | words, article=names, target=words, stance=st.none() | stances,
    evidence=quote_lists,
)  # fmt: skip
ids = st.lists(names, max_size=3).map(tuple)
points = st.builds(Point, quotes=quote_lists, label=words, day=st.none() | st.dates())
point_lists = st.lists(points, max_size=3).map(tuple)
sections = st.lists(
    st.builds(Section, name=names, points=point_lists, held=ids), max_size=3, unique_by=lambda s: s.name
).map(tuple)
groups = st.lists(names, min_size=2, max_size=3).map(tuple)
word_lists = st.lists(words, max_size=3).map(tuple)
ties = st.builds(Tie, article=names, nearest=names, likeness=st.floats(0, 1))
origins = st.builds(
    Origin, article=names, name=words, how=st.sampled_from(["own", "line", "link", "wire", "text", "reprint"]),
    evidence=st.none() | quotes,
)  # fmt: skip
reasons = st.builds(Reason, name=words, weight=st.floats(-9, 9), value=st.floats(-9, 9), said=words)
briefs = st.builds(
    Brief, story=names, title=words, articles=ids, new=ids, since=st.none() | names, sections=sections,
    takes=st.lists(takes, max_size=3).map(tuple), merged=ids, topic=st.none() | words, pinned=st.booleans(),
    gauges=st.lists(st.builds(Gauge, name=words, reasons=st.lists(reasons, max_size=2).map(tuple)), max_size=2).map(tuple),
    related=st.lists(st.builds(Related, story=names, title=words), max_size=2).map(tuple), why=st.builds(Why, names=word_lists, terms=word_lists, ties=st.lists(ties, max_size=2).map(tuple)),
    lineage=st.builds(
        Lineage, origins=st.lists(origins, max_size=2).map(tuple), reprints=st.lists(groups, max_size=2).map(tuple)
    ),
    rank=st.lists(reasons, max_size=2).map(tuple),
)  # fmt: skip
citations = st.builds(
    lambda when, **fields: Citation(published=when[0], day_only=when[1], **fields),
    published, id=names, outlet=words, title=words, url=st.none() | words, author=st.none() | words, language=names,
    sha256=words.map(lambda text: hashlib.sha256(text.encode()).hexdigest()), licence=st.none() | words,
    words=st.integers(0, 99), reserved=st.none() | words,
)  # fmt: skip
frozen_issues = st.builds(
    Issue, edition=names, id=names, number=st.integers(1, 10**6), title=words, language=names, timezone=names,
    url=st.none() | words, sender=st.none() | words, address=st.none() | words, at=moments, window=st.tuples(moments, moments),
    articles=st.lists(citations, max_size=3).map(tuple), briefs=st.lists(briefs, max_size=3).map(tuple),
    more=st.integers(0, 99),
    stale=st.lists(st.builds(Stale, outlet=words, since=st.none() | moments), max_size=2).map(tuple), topics=word_lists,
    left=st.lists(st.builds(Left, story=names, articles=st.lists(names, min_size=1, max_size=3).map(tuple), reason=words, points=st.none() | st.floats(0, 9)), max_size=2).map(tuple),
)  # fmt: skip


def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "docs" / "issue.schema.json").read_text("utf-8")))


def strict() -> Draft202012Validator:
    """The published schema, but that a field which it does not name is an error."""

    def closed(node: Any) -> Any:
        if isinstance(node, list):
            return [closed(one) for one in node]
        if not isinstance(node, dict):
            return node
        own = {"additionalProperties": False} if "properties" in node and "additionalProperties" not in node else {}
        return {name: closed(value) for name, value in node.items()} | own

    return Draft202012Validator(closed(schema().schema))


@given(frozen_issues)
@settings(max_examples=60, deadline=None)
def test_a_thawed_issue_is_the_one_that_was_frozen(issue: Issue) -> None:
    """Freezing loses nothing, freezes the same bytes again, and keeps to the published schema."""
    data = freeze(issue)
    assert thaw(data) == issue
    assert freeze(thaw(data)) == data
    strict().validate(json.loads(data))


def _with_sections(other: Issue) -> tuple[Brief, ...]:
    """The sample's briefs with the sections of another issue."""
    pairs = zip(sample().briefs, other.briefs, strict=True)
    return tuple(replace(brief, sections=old.sections) for brief, old in pairs)


def bare(issue: Issue, kept: list[str]) -> Issue:
    """The issue with these articles only, and without all that was not in issues at first."""
    cited = (replace(article, licence=None, words=0) for article in issue.articles if article.id in kept)
    return replace(
        issue, address=None, formats=(), topics=(), articles=tuple(cited),
        briefs=tuple(
            replace(
                brief, merged=(), topic=None, pinned=False, why=Why(), lineage=Lineage(), rank=(), gauges=(),
                takes=tuple(replace(take, cues=(), mixed=False, note="") for take in brief.takes),
                related=(), sections=tuple(section for section in brief.sections if section.name == "summary"),
                articles=tuple(id for id in brief.articles if id in kept),
                new=tuple(id for id in brief.new if id in kept),
            )
            for brief in issue.briefs
        ),
    )  # fmt: skip


def test_an_issue_of_an_earlier_version_is_the_same_without_what_was_added() -> None:
    """Nothing that was frozen once may become unreadable."""
    old = (DATA / "issue-before-lineage.json").read_bytes()
    issue = thaw(old)
    assert [brief.sections[0].name for brief in issue.briefs] == ["summary"] * 3
    kept = [article.id for article in issue.articles]
    assert bare(issue, kept) == bare(replace(sample(), briefs=_with_sections(issue)), kept)
    assert all(brief.lineage.origins == () and brief.rank == () for brief in issue.briefs)


@pytest.mark.parametrize("name", ["earlier", "sample", "empty"])
def test_the_files_in_the_repository_are_frozen_issues(name: str) -> None:
    """The samples are canonical, and valid."""
    data = (DATA / f"issue-{name}.json").read_bytes()
    assert freeze(thaw(data)) == data
    strict().validate(json.loads(data))


def test_every_quote_carries_the_hash_of_its_articles_text() -> None:
    """In sections, points, takes and origins; what was frozen without is read as ever."""
    raw = json.loads(freeze(sample()))
    hashes = {article["id"]: article["sha256"] for article in raw["articles"]}
    found: list[dict[str, object]] = []

    def strip(quote: dict[str, object]) -> dict[str, object]:
        if "start" in quote:
            found.append({**quote})
            quote.pop("sha256", None)
        return quote

    bare = json.loads(json.dumps(raw), object_hook=strip)
    assert len(found) == sum(1 for brief in sample().briefs for _ in brief.quotes())
    assert all(quote["sha256"] == hashes[str(quote["article"])] for quote in found)
    assert thaw(json.dumps(bare).encode()) == sample()


def test_the_schema_refuses_what_is_not_an_issue() -> None:
    """A label of its own, a missing field or a local time is an error; a field of the future is none."""
    raw = json.loads(freeze(sample()))
    assert schema().is_valid({**raw, "later": 1})
    assert not schema().is_valid({**raw, "at": "2026-11-20T07:00:00+01:00"})
    assert not schema().is_valid({key: value for key, value in raw.items() if key != "more"})
    raw["briefs"][0]["takes"][0]["stance"]["label"] = "angry"
    assert not schema().is_valid(raw)


def test_every_field_is_explained() -> None:
    """docs/issue-json.md names each field of the schema."""
    page = (ROOT / "docs" / "issue-json.md").read_text("utf-8")
    tables = [schema().schema, *schema().schema["$defs"].values()]
    fields = {field for table in tables for field in table.get("properties", {})}
    assert len(fields) > 25
    assert [field for field in sorted(fields) if f"`{field}`" not in page] == []


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"null", b'{"schema": 1}', b"\xff", b'{"schema": 2}'])
def test_what_is_no_issue_does_not_thaw(data: bytes) -> None:
    """Broken files and unknown schemas are errors that say so."""
    with pytest.raises(StoreError, match="frozen issue: "):
        thaw(data)


def test_fields_of_the_future_are_ignored() -> None:
    """A later version may add fields; the issue still thaws."""
    raw = json.loads(freeze(sample()))
    raw["briefs"][0]["later"] = raw["articles"][0]["later"] = raw["later"] = True
    assert thaw(json.dumps(raw).encode()) == sample()


# --- what the formats say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_golden(name: str) -> None:
    """Each format renders the sample issue to the bytes in tests/golden; DIGEST_REGENERATE=1 writes them anew."""
    format, chronicle = load_format(FORMATS[name]), Chronicle(issues=issues())
    made = render(format, issues())
    assert made
    for artifact in (*made, *render_stories(format, chronicle, chronicle.stories)):
        path = GOLDEN / name / artifact.path
        if os.environ.get("DIGEST_REGENERATE"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.content)
        assert artifact.content == path.read_bytes(), f"{path} differs: see docs/formats.md, or DIGEST_REGENERATE=1"


def visible(artifact: Artifact) -> str:
    """What a reader of the artifact can read, on one line."""
    text = artifact.content.decode()
    if artifact.media_type == "application/rss+xml":
        newest = etree.fromstring(artifact.content).find("channel/item")
        text = newest.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    if artifact.media_type == "text/markdown":
        text = MarkdownIt("commonmark").render(text)
    if artifact.media_type != "text/plain":
        text = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")).text_content()
    return one_line(text)


READABLE = ("email.txt", "email.html", "digest.md", "feed.xml")  # the site has many pages: see test_site.py
WHOLE = ("digest.md", "stories.xml")  # an e-mail and the feed of issues tell stories in short


@pytest.mark.parametrize("file", ["digest.md", "feed.xml"])
def test_headlines_and_labels_are_in_each_format(file: str) -> None:
    """And what it says of itself."""
    text = visible(by_name(artifacts(issues()))[file])
    for brief in sample().briefs:
        assert brief.title in text
    for words in (
        *LABELS,
        "8 outlets, 4 independent origins",
        "Every sentence in quotation marks is copied word for word",
        "selected automatically",
    ):
        assert words in text.replace("Positive", "positive").replace("Skeptical", "skeptical").replace(
            "Neutral", "neutral"
        )


def test_a_whole_digest_says_everything() -> None:
    """Headlines, meta lines, sources, links, labels, notes and the foot."""
    issue, made = sample(), by_name(artifacts(issues()))["digest.md"]
    text, source = visible(made), made.content.decode()
    for brief in issue.briefs:
        assert brief.title in text
    for article in issue.articles:
        assert article.title in text
        assert article.outlet in text
        if article.url:
            assert article.url.replace("&", "&amp;") in source.replace("&amp;amp;", "&amp;") or article.url in source
    for words in (
        "8 outlets, 4 independent origins · 8 articles · 1 min here, 8 min at the sources · put first by the editor",
        "continuing: 6 new articles since 19 November 2026", "4 outlets, 3 independent origins · 4 articles · ",
        "Key points", "Who says what", "Hedda Monvik, in Kestrel Wire",
        "168 watt-hours per kilogram", "Where they disagree", "figures that differ", "What’s next",
        "Said at the sources, not quoted here: What’s next, more (Bench & Beam, Der Speicher)", "19 November 2026",
        "No source says, as far as we found: What remains unclear, Background", "Hype 4.0 of 10", "2 superlatives or promises in 12",
        "City & sea", "Energy", "Culture", "also in The Holm Herald", "from Northgate Courier", "from Calder Cells",
        "Together because of: Varnholm, Lesser Holm; ferries, fares, trial, mooring charge",
        "Okke Brandtmar, in Harbour Radio", "on: free ferries in Varnholm", "date unknown", "no public link", "No. 12",
        "Friday, 20 November 2026", "19 November 2026, 07:00 to 20 November 2026, 07:00 (Europe/Berlin)",
        "Harbour Radio could not be reached; it is served from what was stored on 17 November 2026.",
        "The Evening Lamp could not be reached, and nothing of it was stored.", "4 more stories not shown.",
        "Every sentence in quotation marks is copied word for word", "selected automatically", "cue_words",
    ):  # fmt: skip
        assert words in text
    for label in (*LABELS, "not judged"):
        assert label in text.lower()
    assert "Health" not in text, "a topic without stories is not shown"


@pytest.mark.parametrize("file", WHOLE)
def test_every_format_has_the_same_quotes(file: str) -> None:
    """All of them, in the same order; the page alone gives the sentence in which an article names its source."""
    expected = [claim.text for claim in quotes_in(by_name(artifacts([sample()]))["digest.md"])]
    made = quotes_in(by_name(artifacts([sample()]))[file])
    found = [claim.text for claim in made if claim.article or file == "digest.md"]  # summaries of a feed aside
    (named,) = [o.evidence.text for brief in sample().briefs for o in brief.lineage.origins if o.evidence]
    assert sorted([*expected, named]) == sorted(quote.text for brief in sample().briefs for quote in brief.quotes())
    assert found == expected


@pytest.mark.parametrize("file", READABLE)
def test_an_issue_without_stories_says_so(file: str) -> None:
    """And is proven, having nothing to prove."""
    all_issues = [*issues(), sample("empty")]
    made = by_name(artifacts(all_issues))[file]
    assert "Nothing to report this time" in visible(made)
    if made.path.startswith("2026-11-21/"):
        assert prove(made, all_issues, TEXTS) == 0


def test_a_day_does_not_move_with_the_time_zone() -> None:
    """An article of 17 November is of 17 November in Honolulu too; a moment is shown in the issue's zone."""
    issue = replace(sample(), timezone="Pacific/Honolulu")
    text = visible(by_name(artifacts([issue]))["digest.md"])
    assert "(Fieldnotes Weekly, 17 November 2026" in text
    assert "18 November 2026, 20:00 to 19 November 2026, 20:00 (Pacific/Honolulu)" in text


def test_a_story_goes_on_even_if_the_earlier_issue_is_gone() -> None:
    """Then no date is named, and none is invented."""
    assert "· continuing: 6 new articles" in visible(by_name(artifacts([sample()]))["digest.md"])


def test_rendering_depends_on_nothing_but_the_issues() -> None:
    """Hash seed, time zone and locale change no byte."""
    program = (
        "import hashlib, tests.test_render as t;"
        "print(hashlib.sha256(b''.join(a.content for a in t.artifacts(t.issues()))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": locale, "LC_ALL": locale},
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        for seed, zone, locale in (("0", "UTC", "C.UTF-8"), ("7", "Asia/Tokyo", "de_DE.UTF-8"))
    }  # fmt: skip
    assert len(digests) == 1


# --- each format's own rules ------------------------------------------------------------------------------------------


def test_the_email_fetches_nothing_and_runs_nothing() -> None:
    """No scripts, frames, forms, pictures or outside styles; language, title and one h1 are there."""
    page = html.document_fromstring(by_name(artifacts(issues()))["email.html"].content)
    assert page.xpath("//script|//iframe|//form|//img|//link|//base|//object") == []
    assert page.get("lang") == "en"
    assert page.get("dir") == "ltr"
    assert page.findtext("head/title") == "The Long View, no. 12, 20 November 2026"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//table[not(@role='presentation')]") == []
    assert "@import" not in page.findtext("head/style")
    assert "url(" not in page.findtext("head/style")


def test_headings_skip_no_level() -> None:
    """h1, h2, h3, h4, as screen readers announce them."""
    bare_issues = [replace(issue, topics=()) for issue in issues()]
    made = [
        artifact
        for of in (issues(), bare_issues)
        for artifact in (*artifacts(of), *story_pages(of))
        if artifact.media_type == "text/html"
    ]
    assert len(made) == 2 * (2 + 4)
    for artifact in made:
        page = html.document_fromstring(artifact.content)
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("file", READABLE)
def test_a_story_without_a_topic_does_not_stand_under_another_ones(file: str) -> None:
    """Where there are topics it has a heading too."""
    first, second, third = sample().briefs
    issue = replace(sample(), briefs=(first, second, replace(third, topic=None)))
    text = visible(by_name(artifacts([issue]))[file])
    assert text.index("Other stories", text.index(second.title)) < text.rindex(third.title)


@pytest.mark.parametrize("file", READABLE[:3])
def test_reprints_are_one_line_and_one_voice(file: str) -> None:
    """The copies are named with the one that came first, and linked; they are counted, and not listed."""
    made = by_name(artifacts([sample()]))[file]
    text = visible(made)
    assert text.count("Varnholm to drop ferry fares in two-year trial") == 1
    assert text.count("The Holm Herald") == 1
    assert "https://holm-herald.example/news/fares?from=wire" in made.content.decode()
    assert "8 articles" in text


def with_brief(**changes: object) -> Issue:
    """The sample with its last story alone, changed."""
    return replace(sample(), briefs=(replace(sample().briefs[2], **changes),), topics=())


@pytest.mark.parametrize(
    ("articles", "origins", "line"),
    [
        (("41e7b6c90d8a2f53",), (), "Northgate Courier · new"),
        (("41e7b6c90d8a2f53",), ("Northgate Courier",), "Northgate Courier · new"),
        (("41e7b6c90d8a2f53",), ("Ostmoor Radio",), "Northgate Courier, source: Ostmoor Radio · new"),
        (("41e7b6c90d8a2f53", "f1a0c3d2e4b59607"), ("Northgate Courier",), "Northgate Courier · 2 articles · new"),
        (("41e7b6c90d8a2f53", "b82f05d4e7619ac3"), (), "2 outlets · 2 articles · new"),
        (("41e7b6c90d8a2f53", "b82f05d4e7619ac3"), ("A", "A"), "2 outlets, 1 independent origin · 2 articles · new"),
        (("41e7b6c90d8a2f53", "b82f05d4e7619ac3"), ("A", "B"), "2 outlets, 2 independent origins · 2 articles · new"),
    ],
)
def test_the_line_under_a_headline(articles: tuple[str, ...], origins: tuple[str, ...], line: str) -> None:
    """It counts origins where they are known, and names what is alone."""
    lineage = Lineage(
        origins=tuple(Origin(article=id, name=name, how="line") for id, name in zip(articles, origins, strict=False))
    )
    issue = with_brief(articles=articles, new=articles, sections=(), takes=(), lineage=lineage, why=Why())
    text = visible(by_name(artifacts([issue]))["digest.md"])
    assert f"by hand {line}" in text


def test_the_feed_is_a_feed() -> None:
    """Newest first, guids that outlive a move, RFC 822 dates, as many as fit into 250 KB, no DOCTYPE."""
    feed = by_name(artifacts(issues()))["feed.xml"].content
    assert b"<!DOCTYPE" not in feed
    channel = etree.fromstring(feed).find("channel")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [issue.briefs[0].title for issue in reversed(issues())]
    assert items[0].findtext("pubDate") == "Fri, 20 Nov 2026 07:00:00 +0100"
    assert items[0].find("guid").get("isPermaLink") == "false"
    assert channel.findtext("link") == "https://news.example.org/long-view/"
    assert items[0].findtext("link") == "https://news.example.org/long-view/2026-11-20/index.html"

    moved = [replace(issue, url=None, title="Renamed") for issue in issues()]
    again = etree.fromstring(by_name(artifacts(moved))["feed.xml"].content).find("channel")
    assert again.findtext("link") == "tag:digest.invalid,2026:long-view", "no address is made up"
    assert [item.findtext("guid") for item in again.findall("item")] == [item.findtext("guid") for item in items]

    many = [replace(sample(), id=f"i{number}", number=number) for number in range(55)]
    feed = by_name(artifacts(many))["feed.xml"].content
    found = [guid.text.rsplit("/")[-1] for guid in etree.fromstring(feed).findall("channel/item/guid")]
    assert found == [f"i{number}" for number in range(54, 54 - len(found), -1)]
    assert 200_000 < len(feed) <= 250_000


# --- hostile material -------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{7*7}} {% include 'x' %} ${7*7} #{7*7}",
    "]]> <!-- --> <![CDATA[ <?xml ?>",
    "&amp; &lt;b&gt; &#106; &copy; AT&T &copy",
    "[x](javascript:alert(1)) ![](http://t.example/x.png) <https://t.example>",
    "# heading ## trailing #",
    "1. one 2) two",
    "- a * b _c_ **d** ~~e~~ `f` | g | h",
    "--- === ~~~ ```",
    "> quoted \\",
    "backslash \\* and end \\",
    "“curly” ‘quotes’ \"straight\" 'single'",
    "— dash first",
    "    four spaces first",
    "bidi \u202eevil\u202c zero\u200bwidth nul\x00 \ufffe",
    "مرحبا بالعالم שלום",
    "日本語の見出し。" * 20,
    "x" * 10_000,
)
HOSTILE_URLS = (
    "javascript:alert(1)", "java\tscript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)",
    "data:text/html,x",     "vbscript:x", "//evil.example/x", "/relative", "file:///etc/passwd", "https://user:pw@evil.example/",
    "https://evil.example\\@good.example/", "http://[", "https:///nohost", "https://x.example/a b",
    "https://x.example/\u202egnp.exe", " https://x.example/", "", "mailto:", "ftp://x.example/",
)  # fmt: skip
ATTRIBUTE_BREAKER = "https://x.example/\"'><b>)](x)&copy;?a=1&b=2"


def issue_about(text: str, url: str | None) -> tuple[Issue, dict[str, str]]:
    """An issue in which everything that a feed may choose is `text`, and the stored text of its article."""
    article: Article = make_article("a1", text, f"{text}\nTwo words.", outlet=text, url=url)
    start = len(article.title) + 2
    end = article.text.index("\n\n", start) if "\n\n" in article.text[start:] else len(article.text)
    quote = Quote(text=article.text[start:end], article="a1", start=start, end=end)
    cited = Citation(
        id="a1", outlet=text, title=article.title, url=url, published=None, day_only=False, author=text, language="en",
        sha256=article.sha256,
    )  # fmt: skip
    voices = (text, None, text, None)
    takes = tuple(
        Take(outlet=text, speaker=speaker, article="a1", target=text, evidence=(quote,),
             stance=Stance(label=label, score=0.5, by=text) if label else None)
        for speaker, label in zip(voices, (*LABELS, None), strict=True)
    )  # fmt: skip
    origins = (
        Origin(article="a1", name=text, how="own"), Origin(article="a2", name=text, how="text", evidence=replace(quote, article="a2")),
        Origin(article="a3", name=text, how="line"), Origin(article="a4", name=text, how="reprint"),
    )  # fmt: skip
    brief = Brief(
        story="s1", title=article.title, articles=("a1", "a2", "a3", "a4"), new=("a1", "a3", "a4"), since=None,
        sections=(Section(name="tldr", points=(Point(quotes=(quote,)),)), Section(name="more", points=(Point(quotes=(quote,)),))), takes=takes,
        merged=("s0",), topic=text, pinned=True,
        why=Why(names=(text, text), terms=(text,), ties=(Tie(article="a1", nearest="a2", likeness=0.5),
                                                        Tie(article="a2", nearest="a1", likeness=0.5))),
        lineage=Lineage(origins=origins, reprints=(("a1", "a4"),)),
        rank=(Reason(name=text, weight=2, value=0.5, said=text),),
    )  # fmt: skip
    others = {"a2": "Courier", "a3": "Gazette", "a4": text}
    issue = replace(
        sample(),
        title=text,
        sender="e@x.example",
        articles=(cited, *(replace(cited, id=id, outlet=outlet) for id, outlet in others.items())),
        briefs=(brief,),
        stale=(Stale(outlet=text, since=None),),
        topics=(text,),
    )
    return issue, {article.sha256: article.text}


LEADS = (
    "https://", "http://", "mailto:", "#", "../", "stories/", "topics/", "outlets/", "2026-11-20/",
    "feed.xml", "s1.html", "index.html", "archive.html", "outlets.html", "about.html",
)  # fmt: skip


def check_harmless(page: html.HtmlElement) -> None:
    assert page.xpath("//script[not(@type='application/ld+json')]|//img|//iframe|//form|//object|//base") == []
    assert page.xpath("//svg[not(@role or @aria-hidden)]|//b[text()='injected']") == []
    attributes = {name for element in page.iter("*") for name in element.attrib}
    assert [name for name in attributes if name.startswith("on") or name == "autofocus"] == []
    for href in page.xpath("//a/@href"):
        assert href.startswith(LEADS), href


def check_all(issue: Issue, texts: dict[str, str]) -> None:
    """Render an issue in every format, parse what comes out, and prove it."""
    made = by_name(artifacts([issue]))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    for file in ("index.html", "email.html"):
        check_harmless(html.document_fromstring(made[file].content, parser=parser))
    for file in ("feed.xml", "stories.xml", "feed.atom", "stories.atom"):
        for encoded in etree.fromstring(made[file].content).iter("{*}encoded", "{*}content"):
            check_harmless(html.document_fromstring(encoded.text, parser=parser))
    for file in ("feed.json", "stories.json"):
        for item in json.loads(made[file].content)["items"]:
            check_harmless(html.document_fromstring(item["content_html"], parser=parser))
    for preset in ("commonmark", "js-default"):
        check_harmless(
            html.document_fromstring(MarkdownIt(preset).render(made["digest.md"].content.decode()), parser=parser)
        )
    for artifact in made.values():
        counts = {"email.html": 3, "email.txt": 3, "email.eml": 6, "index.html": 1, "issue.json": 7, "digest.md": 6}
        of_stories = artifact.path.startswith(("stories.", "topics/"))  # these begin with a summary that quotes
        expected = counts.get(artifact.path.rsplit("/")[-1], 7 if of_stories else 3)
        assert prove(artifact, [issue], texts) == expected, artifact.path
    for page, id, count in zip(story_pages([issue]), ("s0", "s1"), (0, 7), strict=True):
        check_harmless(html.document_fromstring(page.content, parser=parser))
        assert prove(page, Chronicle(issues=[issue]).sources(id), texts) == count


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text(text: str) -> None:
    """It becomes neither markup nor template, and its quotes are proven all the same, in every format."""
    issue, texts = issue_about(text, ATTRIBUTE_BREAKER)
    check_all(issue, texts)
    made = by_name(artifacts([issue]))
    shown = one_line(text).replace(" ", "")[:60]
    for file in READABLE:
        for place in (
            "",
            *(["from", "alsoin", "Togetherbecauseof:"] if file in WHOLE else ["from"] if "mail" in file else []),
        ):
            assert place + shown in visible(made[file]).replace(" ", ""), f"{place} in {file}"
    story = visible(story_pages([issue])[1]).replace(" ", "")
    for place in ("", "from", "alsoin", "Togetherbecauseof:", "2×0.500(", "closestto:"):
        assert place + shown in story, place


@given(st.text(min_size=1, max_size=60).filter(lambda text: len(one_line(text)) > 0))
@settings(max_examples=25, deadline=None)
def test_rendering_never_injects(text: str) -> None:
    """Whatever the text."""
    check_all(*issue_about(one_line(text), None))


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_only_web_addresses_become_links(url: str) -> None:
    """Everything else is shown as no public link."""
    assert safe_link(url) is None
    issue, texts = issue_about("harmless words", url)
    check_all(issue, texts)
    made = by_name(artifacts([issue]))
    for file in {*READABLE, *WHOLE}:
        assert file == "feed.xml" or "no public link" in visible(made[file])
        assert "evil.example" not in made[file].content.decode()
    story = story_pages([issue])[1]
    assert "no public link" in visible(story)
    assert "evil.example" not in story.content.decode()


@pytest.mark.parametrize(
    "url", ["https://a.example/ü?x=1&y=2#z", "http://a.example", "http://[::1]/a", "mailto:a@b.example"]
)
def test_web_addresses_stay_as_they_are(url: str) -> None:
    """Byte for byte in the text part; escaped where the format needs it."""
    assert safe_link(url) == url
    made = by_name(artifacts([issue_about("words", url)[0]]))
    assert f"  {url}\n" in made["email.txt"].content.decode()
    story = story_pages([issue_about("words", url)[0]])[1]
    page = html.document_fromstring(story.content, parser=html.HTMLParser(encoding="utf-8"))
    assert url in page.xpath("//a/@href")


def test_what_no_address_may_hold_is_written_as_browsers_would() -> None:
    """RFC 3986 has no place for these characters, and entries have them."""
    assert safe_link(ATTRIBUTE_BREAKER) == "https://x.example/%22'%3E%3Cb%3E)%5D(x)&copy;?a=1&b=2"
    assert safe_link("https://[::1]/a[1]?b={c}|d") == "https://[::1]/a%5B1%5D?b=%7Bc%7D%7Cd"


# --- escaping laws ----------------------------------------------------------------------------------------------------

# What the articles' texts are made of: text that has been cleaned once is not changed by cleaning it again.
lines = (
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("*_`[]()<>#+-.!~&|\\=1: "))
    .map(one_line)
    .filter(lambda text: one_line(text) == text)
)


@given(lines)
@settings(max_examples=150, deadline=None)
def test_markdown_gives_the_text_back(text: str) -> None:
    """As a paragraph, in a heading, in a list, in a quote, in a link: in both readings of Markdown."""
    if not text:
        return
    source = as_markdown(text)
    for preset in ("commonmark", "js-default"):
        for frame in ("{}", "## {}", "- {}", "> “{}”", "[{}](https://x.example)", "a {} b"):
            page = MarkdownIt(preset).render(frame.format(source))
            shown = html.document_fromstring(f"<div>{page}</div>").text_content().strip("\n")
            assert shown == frame.replace("## ", "").replace("- ", "").replace("> ", "").replace(
                "[{}](https://x.example)", "{}"
            ).format(text)


@given(lines, st.sampled_from(["", "  ", "    "]))
@settings(deadline=None)
def test_wrapping_loses_nothing(text: str, indent: str) -> None:
    """Lines joined by spaces are the text again, and only a word that is too long makes a line too long."""
    wrapped = as_paragraph(text, indent, indent).split("\n")
    assert " ".join(line[len(indent) :] for line in wrapped) == text
    assert all(len(line) <= WIDTH or " " not in line.strip() for line in wrapped)


def test_a_markdown_destination_is_one_destination() -> None:
    """Brackets and backslashes cannot end it, entities are not decoded in it."""
    token = MarkdownIt("commonmark").parse(f"[x]({as_markdown_url(ATTRIBUTE_BREAKER)})")[1]
    assert [child.type for child in token.children or ()] == ["link_open", "text", "link_close"]
    assert "&copy;" in str((token.children or [])[0].attrs["href"])


def test_dates_are_the_same_in_every_locale() -> None:
    """From tables, in the time zone that the moment carries."""
    moment = datetime(2026, 5, 3, 8, 5, tzinfo=timezone(timedelta(hours=2)))
    assert words_of("en").day(moment) == "3 May 2026"
    assert words_of("en").moment(moment) == "3 May 2026, 08:05"
    assert dates.rfc822(moment) == "Sun, 03 May 2026 08:05:00 +0200"
    assert dates.iso(moment) == "2026-05-03T08:05:00+02:00"
    assert dates.iso(moment.date()) == "2026-05-03"


# --- formats are folders ----------------------------------------------------------------------------------------------

NOTE = '[[artifact]]\npath = "note.txt"\nmedia_type = "text/plain"\ntemplate = "note.j2"\n'


def make_format(folder: Path, manifest: str = NOTE, **templates: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "format.toml").write_text(manifest, "utf-8")
    for name, source in templates.items():
        (folder / f"{name}.j2").write_text(source, "utf-8")
    return folder


def test_a_new_format_is_a_new_folder(tmp_path: Path) -> None:
    """Nothing else is touched; its quotes are proven like those of the others."""
    quote = "('“' ~ story.sections[0].quotes[0].text ~ '”') | paragraph('    ', '    ')"
    source = f"{{% for story in issue.stories %}}\n\n{{{{ {quote} }}}}\n{{% endfor %}}"
    make_format(tmp_path / "note", note=source)
    found = find_formats([tmp_path, ROOT / "templates"])
    assert sorted(found) == sorted([*FORMATS, "note"])
    (artifact,) = render(load_format(found["note"]), issues())
    assert artifact.path == "2026-11-20/note.txt"
    assert prove(artifact, issues(), TEXTS) == 3


def test_the_earlier_folder_wins(tmp_path: Path) -> None:
    """A local `templates/feeds` replaces the built-in one; a missing folder is no error."""
    local = make_format(tmp_path / "feeds", note="x")
    assert find_formats([tmp_path, ROOT / "templates", tmp_path / "missing"])["feeds"] == local
    assert find_formats([ROOT / "templates", tmp_path])["feeds"] == FORMATS["feeds"]


def test_markup_escapes_by_media_type_not_by_name(tmp_path: Path) -> None:
    """An .svg out of note.j2 is escaped; so is every value in an XML feed."""
    manifest = NOTE.replace("note.txt", "n.svg").replace("text/plain", "image/svg+xml")
    folder = make_format(tmp_path / "svg", manifest, note="<text>{{ issue.title }}</text>")
    (artifact,) = render(load_format(folder), [replace(sample(), title="a<b>&")])
    assert artifact.content == b"<text>a&lt;b&gt;&amp;</text>"


MISTAKES = {
    "unknown key": (NOTE + 'colour = "red"\n', "", r"format\.toml:5: 'colour' is not a key"),
    "unknown head": ("titel = 1\n" + NOTE, "", r"format\.toml:1: 'titel' is not a key"),
    "no artifact": ("", "", r"format\.toml:1: needs at least one"),
    "bad toml": ("[[artifact]]\npath = \n", "", r"format\.toml: .*line 2"),
    "no path": (NOTE.replace('path = "note.txt"\n', ""), "", r"format\.toml:1: an artifact has no path"),
    "path upwards": (NOTE.replace("note.txt", "../x"), "", r"format\.toml:2: path cannot be '../x'"),
    "absolute path": (NOTE.replace("note.txt", "/x"), "", r"format\.toml:2: path cannot be"),
    "twice": (NOTE + NOTE, "", r"format\.toml:6: makes note\.txt twice"),
    "bad scope": (NOTE + 'scope = "world"\n', "", r"format\.toml:5: scope cannot be 'world'"),
    "inline text": (NOTE + "inline_css = true\n", "", r"format\.toml:5: only text/html"),
    "no limit": (NOTE + "limit = 0\n", "", r"format\.toml:5: limit cannot be 0"),
    "limit of an edition": (NOTE + 'scope = "edition"\nlimit = 9\n', "", r"format\.toml:6: only what a template"),
    "no template": (NOTE.replace("note.j2", "nope.j2"), "", r"format\.toml:4: there is no template nope\.j2"),
    "parts of text": (NOTE + 'parts = ["x"]\n', "", r"format\.toml:5: only a message/rfc822 has parts"),
    "mail of nothing": (
        NOTE + '[[artifact]]\npath = "m.eml"\nmedia_type = "message/rfc822"\nparts = ["note.txt"]\n', "",
        r"format\.toml:8: the parts are a text/plain and a text/html",
    ),
    "syntax": (NOTE, "one\n{% for %}\n", r"note\.j2:2: "),
    "undefined": (NOTE, "one\ntwo {{ issue.nope | text }}\n", r"note\.j2:2: .*has no attribute 'nope'"),
    "None": (NOTE.replace("text/plain", "text/html"), "\n\n{{ issue.stories[2].articles[1].url }}",
             r"note\.j2:3: .*None"),
    "unfiltered": (NOTE, "\n{{ issue.title }}", r"note\.j2:2: 'The Long View' is printed without a filter"),
    "missing include": (NOTE, "\n{% include 'gone.j2' %}", r"note\.j2:2: .*gone\.j2"),
    "include upwards": (NOTE, "\n{% include '../secret.j2' %}", r"note\.j2:2: "),
    "sandbox": (NOTE, "\n{{ issue.__class__.__mro__ | text }}", r"note\.j2:2: .*unsafe"),
    "division": (NOTE, "\n{{ issue.number // issue.stale[0] | length - issue.number // 0 }}", r"note\.j2:2: "),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, name: str) -> None:
    """Whoever writes a format is told where to look."""
    manifest, source, expected = MISTAKES[name]
    make_format(tmp_path / "f", manifest, note=source)
    with pytest.raises(FormatError, match=expected):
        render(load_format(tmp_path / "f"), issues())


def test_a_folder_without_a_manifest_is_no_format(tmp_path: Path) -> None:
    """It is passed over when looking, and an error when asked for."""
    (tmp_path / "x").mkdir()
    assert find_formats([tmp_path]) == {}
    with pytest.raises(FormatError, match=r"format\.toml: cannot be read"):
        load_format(tmp_path / "x")


@pytest.mark.parametrize("id", ["../x", "", "a/b", ".hidden", "x" * 81])
def test_an_issue_stays_in_its_folder(id: str) -> None:
    """Its id is a folder's name, and is held to that."""
    with pytest.raises(FormatError, match="names its folder"):
        artifacts([replace(sample(), id=id)])


def test_every_format_is_documented() -> None:
    """docs/formats.md lists each built-in format with its artifacts, and each filter."""
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for name, folder in FORMATS.items():
        assert f"| `{name}` |" in page
        for recipe in load_format(folder).recipes:
            assert f"`{recipe.path}`" in page


# --- a limit of bytes -------------------------------------------------------------------------------------------------


def long_issue(stories: int) -> Issue:
    """The sample with its second story so many times more."""
    briefs = sample().briefs
    more = tuple(
        replace(briefs[1], story=f"{number:016x}", title=f"Story number {number}") for number in range(stories)
    )
    return replace(sample(), briefs=(*briefs, *more))


def test_one_story_is_told_however_long_it_is(tmp_path: Path) -> None:
    (tmp_path / "note.txt.j2").write_text("{{ issue.stories | length | text }} {{ issue.beyond | text }}\n" * 9)
    (tmp_path / "format.toml").write_text(
        '[[artifact]]\npath = "note.txt"\nmedia_type = "text/plain"\ntemplate = "note.txt.j2"\nlimit = 5\n'
    )
    (made,) = render(load_format(tmp_path), [long_issue(2)])
    assert made.content.decode().startswith("1 4\n")


def test_no_source_is_said_to_be_silent_on_what_happened() -> None:
    """Where no summary could be made, that says nothing of the sources."""
    empty = tuple(Section(name=name, points=()) for name in ("tldr", "summary", "key-points", "numbers"))
    bare = replace(sample().briefs[0], sections=empty)
    assert edited(replace(sample(), briefs=(bare,)), {}).stories[0].silent == ("Numbers",)
