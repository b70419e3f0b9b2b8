"""The promise: what an artifact quotes is verbatim, and a change of one character is found, in every format."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.app.verify import usable_formats, verify
from digest.cli import cli
from digest.errors import StoreError, VerifyError
from digest.model import Article, Artifact, Citation, Issue, Lineage, Point, Quote, Section
from digest.render.frozen import freeze, frozen_artifact, thaw
from digest.render.proof import prove
from digest.render.readback import quotes_in
from digest.render.reading import Claim
from digest.store import Kept
from digest.store.memory import MemoryStore
from tests.test_render import ROOT, TEXTS, artifacts, by_name, issues, sample

TOPICS = "topics/"  # feeds that have a part of the quotes
MADE = by_name([artifact for artifact in artifacts(issues()) if not artifact.path.startswith(TOPICS)])
SHARED = {"feed.xml", "feed.atom", "feed.json", "stories.xml", "stories.atom", "stories.json"}
SUMMARY = sample().briefs[0].sections[0].quotes[0]


def edited(artifact: Artifact, change: Callable[[str], str]) -> Artifact:
    """The artifact with its text changed; a message in its transfer encoding, so that only ASCII may be touched."""
    content = change(artifact.content.decode())
    assert content != artifact.content.decode(), "the change must hit something"
    return replace(artifact, content=content.encode())


@pytest.mark.parametrize("file", sorted(MADE))
def test_what_was_rendered_is_proven(file: str) -> None:
    """Every artifact of the sample issue, and it has quotes; a message has those of both its parts."""
    counts = {
        "email.txt": 13, "email.html": 13, "email.eml": 26, "digest.md": 33, "index.html": 12, "issue.json": 34,
        "feed.xml": 14, "feed.atom": 14, "feed.json": 14, "stories.xml": 39, "stories.atom": 39, "stories.json": 39,
    }  # fmt: skip
    assert prove(MADE[file], issues(), TEXTS) == counts[file]
    assert len(quotes_in(MADE[file])) == counts[file]


@pytest.mark.parametrize("word", ["eleven", "grid today", "deck"])
@pytest.mark.parametrize("file", sorted(set(MADE) - {"index.html"}))  # it tells stories in short: see test_site.py
def test_one_changed_character_is_found(file: str, word: str) -> None:
    """Wherever it is in a quote, in each format; the error names the artifact."""
    if file.startswith(("email", "feed.")):  # they have no room for all of a story
        word = word.replace("deck", "dairy")
    changed = edited(MADE[file], lambda text: text.replace(word, word[:-1] + "x"))
    with pytest.raises(VerifyError) as caught:
        prove(changed, issues(), TEXTS)
    assert caught.value.subject.startswith(MADE[file].path)
    assert word[:-1] + "x" in caught.value.reason.replace("\n", " ")


UNESCAPED = [
    quote
    for brief in sample().briefs
    for quote in replace(brief, lineage=Lineage()).quotes()  # where an article has its news from, the page alone quotes
    if "'" not in quote.text and "did not lead" not in quote.text  # these words are marked up in HTML
]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_letter_is_found(data: st.DataObject) -> None:
    """Of any quote, at any place, in each format that neither wraps nor encodes its lines."""
    made = MADE[data.draw(st.sampled_from(["digest.md", "issue.json", "stories.xml"]))]
    text = data.draw(st.sampled_from(UNESCAPED)).text
    at = data.draw(st.sampled_from([at for at, char in enumerate(text) if char.isalpha()]))
    changed = text[:at] + ("q" if text[at] != "q" else "z") + text[at + 1 :]
    with pytest.raises(VerifyError, match=made.path):
        prove(edited(made, lambda source: source.replace(text, changed, 1)), issues(), TEXTS)


INVENTED = "The mayor resigned in tears."
FORGERIES = {
    "index.html": f"<p>“<q>{INVENTED}</q>”</p></main>",
    "email.html": f'<p>“<span data-quote="f1a0c3d2e4b59607:49-77">{INVENTED}</span>”</p></div>\n</body>',
    "digest.md": f"\n> “{INVENTED}”\n\n---\n",
    "email.txt": f"\n    “{INVENTED}”\n\n" + "-" * 78 + "\nEvery",
    "email.eml": f"\r\n    =E2=80=9C{INVENTED}=E2=80=9D\r\n\r\nHow they see it",
    "feed.xml": f"&lt;blockquote&gt;{INVENTED}&lt;/blockquote&gt;</content:encoded>",
}


@pytest.mark.parametrize("file", sorted(FORGERIES))
def test_an_invented_quote_is_found(file: str) -> None:
    """Added in the manner of the format; the error quotes it."""
    forgery = FORGERIES[file]
    anchors = {
        "index.html": "</main>", "email.html": "</div>\n", "digest.md": "\n---\n", "email.txt": "-" * 78 + "\n4 more",
        "email.eml": "How they see it", "feed.xml": "</content:encoded>",
    }  # fmt: skip
    forged = edited(MADE[file], lambda text: text.replace(anchors[file], forgery, 1))
    with pytest.raises(VerifyError, match=INVENTED) as caught:
        prove(forged, issues(), TEXTS)
    assert caught.value.subject.startswith(MADE[file].path)


@pytest.mark.parametrize("text", ["> The mayor resigned in tears.\n\n", "> “The mayor resigned\n> in tears.\n\n"])
def test_a_blockquote_without_its_marks_is_a_claim_too(text: str) -> None:
    """Nothing may look like a quote without being one."""
    forged = edited(MADE["digest.md"], lambda source: source.replace("## ", text + "## ", 1))
    with pytest.raises(VerifyError, match="mayor"):
        prove(forged, issues(), TEXTS)


@pytest.mark.parametrize("file", sorted(set(MADE) - {"issue.json"}))
def test_an_artifact_that_lost_its_quotes_is_no_proof(file: str) -> None:
    """A template that marks up nothing would otherwise prove everything."""
    media = MADE[file].media_type
    empty = {
        "text/html": "<p>x</p>", "application/rss+xml": "<rss/>", "message/rfc822": "Subject: x\r\n\r\nx\r\n",
        "application/atom+xml": "<feed/>", "application/feed+json": '{"items": []}',
    }.get(media, "x\n")  # fmt: skip
    with pytest.raises(VerifyError, match="none can be found"):
        prove(replace(MADE[file], content=empty.encode()), issues(), TEXTS)


def moved(by: int) -> Issue:
    """The sample with its first quote saying that it stands `by` characters further on."""
    first, *rest = sample().briefs
    quote = replace(SUMMARY, start=SUMMARY.start + by, end=SUMMARY.end + by)
    summary = Section(name="summary", points=(Point(quotes=(quote,)), *first.sections[0].points[1:]))
    return replace(sample(), briefs=(replace(first, sections=(summary,), takes=()), *rest))


@pytest.mark.parametrize("by", [1, -1, 10_000])
def test_right_words_at_the_wrong_place_are_no_proof(by: int) -> None:
    """In every format: those without offsets rely on those of the issue."""
    issue = moved(by)
    for artifact in artifacts([issue]):
        if artifact.path.startswith(TOPICS) and b"Varnholm will scrap fares" not in artifact.content:
            continue
        with pytest.raises(VerifyError, match="Varnholm will scrap fares"):
            prove(artifact, [issue], TEXTS)


def test_a_quote_from_an_article_that_is_not_cited_is_no_proof() -> None:
    """Even if the text is in the store: readers could not look it up."""
    citations = tuple(article for article in sample().articles if article.id != SUMMARY.article)
    issue = replace(sample(), articles=citations)
    with pytest.raises(VerifyError, match="Varnholm will scrap fares"):
        prove(MADE["index.html"], [issue], TEXTS)


def test_a_text_that_is_not_stored_proves_nothing() -> None:
    """A missing or changed text cannot be vouched for."""
    for artifact in MADE.values():
        with pytest.raises(VerifyError, match=artifact.path):
            prove(artifact, issues(), {})


def test_an_article_may_change_between_two_issues() -> None:
    """The same article cited with two texts: each issue's quotes are held against the text that it cites."""
    old, new = issues()
    cited = next(article for article in new.articles if article.id == SUMMARY.article)
    changed = "Another title\n\nAnother text."
    key = hashlib.sha256(changed.encode()).hexdigest()
    texts = {**TEXTS, key: changed}
    old = replace(old, articles=(*old.articles, replace(cited, sha256=key)))
    assert prove(MADE["feed.xml"], [old, new], texts) == 14
    assert prove(MADE["index.html"], [old, new], texts) == 12
    alone = replace(new, articles=tuple(replace(a, sha256=key) if a.id == cited.id else a for a in new.articles))
    with pytest.raises(VerifyError):
        prove(MADE["index.html"], [old, alone], texts)


@pytest.mark.parametrize("field", ["articles", "briefs"])
def test_titles_are_held_against_the_texts(field: str) -> None:
    """An article's title is the head of its text, a story's title is that of one of its articles."""
    raw = json.loads(freeze(sample()))
    record = raw["articles"][0] if field == "articles" else raw["briefs"][0]["story"]
    record["title"] = "Ferries sink"
    forged = replace(MADE["issue.json"], content=json.dumps(raw).encode())
    with pytest.raises(VerifyError, match="Ferries sink"):
        prove(forged, issues(), TEXTS)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/html", b'<q data-quote="x">a</q>'),
        ("text/html", b'<q data-quote="x:1-y">a</q>'),
        ("application/rss+xml", b"<rss"),
        ("application/rss+xml", b""),
        ("text/markdown", b"\xff"),
        ("text/plain", b"\xff"),
        ("application/json", b"{}"),
        ("application/json", b"[" * 100_000),
        ("text/html", b"<!-- nothing -->"),
        ("text/html", b"<div>" * 3000 + b"<q>Invented</q>"),
        ("text/html", b"<p>x</p>\x00<q>Invented</q>"),
        ("text/html", bytes(range(256))),
        ("application/rss+xml", bytes(range(256))),
        ("application/atom+xml", b"<feed>\x01</feed>"),
        ("application/feed+json", b'{"items": 5}'),
        ("application/feed+json", b'{"items": [{"content_html": 5}]}'),
        ("text/plain", b"\x00\x01"),
        ("message/rfc822", bytes(range(256))),
        ("message/rfc822", b"Content-Type: text/plain; charset=no-such\r\n\r\nx\r\n"),
        ("message/rfc822", b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\r\n"),
        ("message/rfc822", b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts\r\n"),
        ("application/pdf", b"%PDF"),
    ],
)
def test_what_cannot_be_read_back_is_no_proof(media_type: str, content: bytes) -> None:
    """Broken files, and media types from which quotes cannot be read, are named."""
    with pytest.raises(VerifyError, match=r"^2026-11-20/file( \(.*\))?: "):
        prove(Artifact(path="2026-11-20/file", media_type=media_type, content=content), issues(), TEXTS)


def test_pictures_and_styles_have_no_quotes() -> None:
    """They are passed, with nothing proven."""
    for media_type in ("image/png", "text/css", "font/woff2"):
        assert prove(Artifact(path="2026-11-20/x", media_type=media_type, content=b"\x00"), issues(), TEXTS) == 0


def test_a_feed_may_bring_no_entities_of_its_own() -> None:
    """They would be words that stand somewhere else; external ones are never fetched."""
    bomb = b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><description>&f;</description></rss>'
    with pytest.raises(VerifyError, match="document type"):
        quotes_in(Artifact(path="feed.xml", media_type="application/rss+xml", content=bomb))


def test_claims_carry_what_the_format_carries() -> None:
    """Article and offsets in HTML, feed and JSON; words alone in Markdown and plain text."""
    placed = Claim(text=SUMMARY.text, article=SUMMARY.article, start=SUMMARY.start, end=SUMMARY.end)
    for file in ("index.html", "email.html", "feed.xml", "issue.json"):
        assert quotes_in(MADE[file])[0] == placed
    for file in ("digest.md", "email.txt"):
        assert quotes_in(MADE[file])[0] == Claim(text=SUMMARY.text)


def test_the_proof_is_about_the_article_named() -> None:
    """Words that stand in another article do not pass under this one's name."""
    other = next(quote for brief in sample().briefs for quote in brief.quotes() if quote.article != SUMMARY.article)
    key = f"{SUMMARY.article}:{SUMMARY.start}-{SUMMARY.end}"
    swapped = edited(MADE["feed.xml"], lambda text: text.replace(f"{other.article}:{other.start}-{other.end}", key))
    with pytest.raises(VerifyError, match="is not what article f1a0c3d2e4b59607"):
        prove(swapped, issues(), TEXTS)


def test_an_issue_json_of_another_issue_is_held_against_its_own_texts() -> None:
    """A frozen issue with a quote of which no stored text knows fails, whatever the issues say."""
    first, *rest = sample().briefs
    invented = Quote(text=INVENTED, article=SUMMARY.article, start=49, end=49 + len(INVENTED))
    brief = replace(first, sections=(Section(name="summary", points=(Point(quotes=(invented,)),)),))
    issue = replace(sample(), briefs=(brief, *rest))
    with pytest.raises(VerifyError, match=INVENTED):
        prove(frozen_artifact(issue), [issue], TEXTS)


# --- beside the quotes ------------------------------------------------------------------------------------------------

REAL = f'<span data-quote="{SUMMARY.article}:{SUMMARY.start}-{SUMMARY.end}">{SUMMARY.text}</span>'
OUTLET = next(article.outlet for article in sample().articles if article.id == SUMMARY.article)


def page(html: str) -> Artifact:
    return Artifact(path="2026-11-20/index.html", media_type="text/html", content=html.encode())


@pytest.mark.parametrize(
    "html",
    [
        f"<blockquote>{INVENTED} {REAL}</blockquote>",
        f"<q>{INVENTED} {REAL}</q>",
        f"<blockquote>{REAL}<p>{INVENTED}</p></blockquote>",
        f"<blockquote>“{REAL}” — {INVENTED}</blockquote>",
        f"<blockquote>{REAL} <cite>{OUTLET}: {INVENTED}</cite></blockquote>",
        f"<blockquote><p>{REAL}</p><p>— “Resigned in tears”, {OUTLET}</p></blockquote>",
        f"{REAL}<blockquote>— {INVENTED}</blockquote>",
        f'{REAL}<p class="said">“{INVENTED}” <span class="by">{OUTLET}</span></p>',
        f"“{REAL} {INVENTED}”",
        f"{REAL}<p>“The mayor</p><p>resigned <b>in</b> tears.”</p>",
        f"{REAL}<p>“The “mayor” resigned in tears.”</p>",
        f"{REAL}<p>“The mayor resigned in tears.</p>",
        f"{REAL}<p>”The mayor resigned in tears.”</p>",
        f"{REAL}<p>„The mayor resigned in tears.“</p>",
        f"{REAL}<p>«The mayor resigned in tears.»</p>",
        f'{REAL}<p>"The mayor resigned in tears."</p>',
        f"{REAL}<p>&ldquo;The mayor resigned in tears.&rdquo;</p>",
        f"{REAL}<p>“{OUTLET} says the mayor resigned in tears.”</p>",
        f'{REAL}<img alt="“The mayor resigned in tears.”">',
        f'{REAL}<meta name="description" content="“The mayor resigned in tears.”">',
    ],
)
def test_html_may_not_quote_beside_its_quotes(html: str) -> None:
    """Not in a frame of real quotes, not in a credit, not in quotation marks, in whichever style."""
    with pytest.raises(VerifyError, match=r"(?i)resigned.* in tears") as caught:
        prove(page(html), issues(), TEXTS)
    assert caught.value.subject == "2026-11-20/index.html"


TITLE = sample().briefs[0].title


@pytest.mark.parametrize(
    "html",
    [
        f"<blockquote>“{REAL}” <cite>— {OUTLET} (no public link)</cite></blockquote>",
        f"<blockquote><p>“<q>{SUMMARY.text}</q>”</p><p>— {OUTLET}</p></blockquote>",
        f"<blockquote><p>“{SUMMARY.text}”</p><p>— {OUTLET}</p></blockquote>",
        f"<blockquote> “ {REAL} ” </blockquote>",
        f"{REAL}<p>“{TITLE}”, “{sample().title}”, “{OUTLET}”, a “so-called” aside</p>",
        f'{REAL}<p>a 5" pipe, and a 7" one</p><p>7" more</p>',
        f'{REAL}<style>p {{ font-family: "One Of The Fonts" }}</style><!-- “The mayor resigned in tears.” -->',
    ],
)
def test_frames_credits_names_and_asides_are_no_quotes(html: str) -> None:
    """They may stand beside quotes."""
    assert prove(page(html), issues(), TEXTS) == 1


def test_names_with_quotation_marks_do_no_harm() -> None:
    """Whole, or cut short with a mark left open."""
    title = 'Mayor: “I will never ever resign” over ferries, „ever“, "not at all"'
    first, *rest = sample().briefs
    issue = replace(sample(), briefs=(replace(first, title=title), *rest))
    html = f"{REAL}<h2>{title}</h2><p>Also: Foo; Mayor: “I will never…</p>"
    assert prove(page(html), [issue], TEXTS) == 1
    with pytest.raises(VerifyError, match="will never resign"):
        prove(page(f"{html}<p>“I will never resign”</p>"), [issue], TEXTS)


STRAYS = {
    "feed.xml": ("</description>\n<content", " “{}”</description>\n<content"),
    "digest.md": ("\n---\n", "\nThey said: “{}”\n\n---\n"),
    "email.txt": ("\n4 more", "\n “The mayor\n   resigned in tears.”\n\n4 more"),
    "email.eml": ("\r\nHow they see it", "\r\n   =E2=80=9C{}=E2=80=9D\r\n\r\nHow they see it"),
    "index.html": ("</main>", "<p>“{}”</p></main>"),
    "email.html": ("</body>", "<p>“{}”</p></body>"),
}


@pytest.mark.parametrize("file", sorted(STRAYS))
def test_no_format_may_quote_beside_its_quotes(file: str) -> None:
    """In its own manner: a description, a paragraph, a line indented by fewer than four spaces."""
    anchor, stray = STRAYS[file]
    forged = edited(MADE[file], lambda text: text.replace(anchor, stray.replace("{}", INVENTED), 1))
    with pytest.raises(VerifyError, match="mayor resigned in tears") as caught:
        prove(forged, issues(), TEXTS)
    assert caught.value.subject.startswith(MADE[file].path)


@pytest.mark.parametrize(
    "text",
    [
        f"> ```\n> {INVENTED}\n> ```\n",
        f">     {INVENTED}\n",
        f"> # {INVENTED}\n",
        f"> - {INVENTED}\n",
        f"> — “{INVENTED}”\n",
        f"> — {INVENTED}\n",
        f"> — {OUTLET}: “Resigned in tears”\n",
        f"<blockquote>{INVENTED}</blockquote>\n",
        f"{'>' * 30} {INVENTED}\n",
        f"```\n“{INVENTED}”\n```\n",
        f"[x](https://a.example '“{INVENTED}”')\n",
    ],
)
def test_markdown_has_more_than_one_way_to_quote(text: str) -> None:
    """Code, headings, lists and credits in blockquotes, HTML, and titles of links."""
    forged = edited(MADE["digest.md"], lambda source: source.replace("## ", f"{text}\n## ", 1))
    with pytest.raises(VerifyError, match=r"(?i)resigned in tears"):
        prove(forged, issues(), TEXTS)


def test_a_subject_is_read_too() -> None:
    """With the plain text of its message."""
    forged = edited(
        MADE["email.eml"],
        lambda text: 'Subject: "The mayor resigned in tears."\r\n' + text.replace("\r\nSubject:", "\r\nX:", 1),
    )
    with pytest.raises(VerifyError, match="mayor resigned"):
        prove(forged, issues(), TEXTS)


def test_pictures_in_a_message_are_passed_over() -> None:
    """A part without words has nothing to prove."""
    html = MADE["email.html"].content.decode()
    mail = EmailMessage(policy=policy.SMTP)
    mail.set_content(MADE["email.txt"].content.decode(), cte="base64")
    mail.add_alternative(html, subtype="html", cte="base64")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    assert prove(replace(MADE["email.eml"], content=mail.as_bytes()), issues(), TEXTS) == 26


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title><entry><title>{title}</title>
<{tag} type="html">{html}</{tag}></entry></feed>"""


@pytest.mark.parametrize("tag", ["content", "summary"])
def test_an_atom_feed_can_be_proven(tag: str) -> None:
    """What holds HTML is read as HTML, the rest as text."""

    def feed(html: str, title: str = TITLE) -> Artifact:
        content = ATOM.format(tag=tag, html=escape(html), title=title).encode()
        return Artifact(path="atom.xml", media_type="application/atom+xml", content=content)

    assert prove(feed(f"<p>“{REAL}”</p>"), issues(), TEXTS) == 1
    for forged in (feed(f"<q>{INVENTED}</q>"), feed(f"{REAL}<p>“{INVENTED}”</p>"), feed(REAL, f"“{INVENTED}”")):
        with pytest.raises(VerifyError, match="mayor resigned in tears"):
            prove(forged, issues(), TEXTS)
    with pytest.raises(VerifyError, match="XHTML"):
        prove(replace(feed(""), content=feed("").content.replace(b'"html"', b'"xhtml"')), issues(), TEXTS)


def test_a_json_feed_can_be_proven() -> None:
    """Its HTML, its plain text, and its titles."""

    def feed(**item: str) -> Artifact:
        content = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [item]}).encode()
        return Artifact(path="feed.json", media_type="application/feed+json", content=content)

    assert prove(feed(content_html=REAL, content_text=f"{TITLE}\n\n    “{SUMMARY.text}”\n"), issues(), TEXTS) == 2
    for forged in (
        feed(content_html=f"<q>{INVENTED}</q>"), feed(content_html=REAL, content_text=f"“{INVENTED}”"),
        feed(content_html=REAL, title=f"“{INVENTED}”"), feed(content_html=REAL, content_text=f"    {INVENTED}"),
    ):  # fmt: skip
        with pytest.raises(VerifyError, match="mayor resigned in tears"):
            prove(forged, issues(), TEXTS)


def test_a_description_may_hold_the_quotes() -> None:
    """As in feeds without content:encoded."""
    feed = f"<rss><channel><item><description>{escape(REAL)}</description></item></channel></rss>"
    made = Artifact(path="feed.xml", media_type="application/rss+xml", content=feed.encode())
    assert prove(made, issues(), TEXTS) == 1


def test_an_altered_text_in_the_store_proves_nothing() -> None:
    """Even if an artifact was altered to match: a text has to have the hash that the issue cites."""
    key = next(article.sha256 for article in sample().articles if article.id == SUMMARY.article)
    texts = {**TEXTS, key: TEXTS[key].replace("eleven", "twelve")}
    for artifact in MADE.values():
        with pytest.raises(VerifyError, match=f"stored text of article {SUMMARY.article} has been altered"):
            prove(artifact, issues(), texts)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"start": 49', '"start": "49"', "start is '49'"),
        ('"start": 49', '"start": 49.0', "start is 49.0"),
        ('"number": 12', '"number": true', "number is True"),
        ('"score": 0', '"score": "0', "score"),
        ('"label": "positive"', '"label": "wrong"', "label is 'wrong'"),
        ('"stale": [', '"stale": "", "x": [', "no list"),
        ('"sections": {', '"sections": [], "x": {', "items"),
        ('"title": "', '"title": "\\ud800', "surrogates"),
        ('"at": "2026-11-20T06:00:00Z"', '"at": "2026-11-20T06:00:00"', "offset"),
        ('"at": "2026-11-20T06:00:00Z"', '"at": "0001-01-01T00:00:00+23:00"', "OverflowError"),
    ],
)
def test_a_frozen_issue_has_values_of_the_right_types(old: str, new: str, place: str) -> None:
    """Or it is no issue, and the error says where it is wrong."""
    data = freeze(sample()).decode()
    assert old in data
    if place == "score":
        data = re.sub(r'"score": ([\d.]+)', r'"score": "\1"', data)
    with pytest.raises(StoreError, match=place):
        thaw(data.replace(old, new, 1).encode())


# --- on disk ----------------------------------------------------------------------------------------------------------

FORMATS = usable_formats([ROOT / "templates"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """The sample edition on disk and in a store."""

    folder: Path
    store: MemoryStore

    def verify(self, path: str = "") -> dict[str, int]:
        return {proven.path: proven.quotes for proven in verify(self.folder / path, self.store, FORMATS)}


@pytest.fixture
def shelved(tmp_path: Path) -> Shelved:
    store, folder = MemoryStore(), tmp_path / "long-view"
    for number, issue in enumerate(issues(), 1):
        store.save_issue(issue.edition, issue.id, issue.number, issue.at, Kept(frozen=freeze(issue)))
        store.save_files(make_article(c, TEXTS[c.sha256]) for c in issue.articles)
        for artifact in artifacts(issues()[:number]):
            path = folder / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.content)
    return Shelved(folder=folder, store=store)


def make_article(citation: Citation, text: str) -> Article:
    own = {field.name for field in fields(Article)}
    shared = {f.name: getattr(citation, f.name) for f in fields(Citation) if f.name in own}
    return Article(**shared, text=text, sentences=(), seen=datetime(2026, 11, 20, tzinfo=UTC))


def test_an_edition_on_disk_is_proven(shelved: Shelved, monkeypatch: pytest.MonkeyPatch) -> None:
    """From above, from within, or one file of it."""
    assert len(shelved.verify()) == 27
    assert len(shelved.verify("2026-11-20")) == 6
    assert list(shelved.verify("feed.xml").values()) == [14]
    monkeypatch.chdir(shelved.folder / "2026-11-20")
    assert {p.path for p in verify(Path(), shelved.store, FORMATS)} == set(MADE) - SHARED


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"url": "https://', '"url": "https://evil.', "articles"),
        (f'"outlet": "{OUTLET}"', '"outlet": "The Evening Lie"', "articles"),
        ('"more": 4', '"more": 5', "more"),
        ('"schema": 1', '"note": "x", "schema": 1', "written in another way"),
    ],
)
def test_an_issue_on_disk_is_that_of_the_store(shelved: Shelved, old: str, new: str, field: str) -> None:
    """The error says which differs, in what, and what to do."""
    path = shelved.folder / "2026-11-20" / "issue.json"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(VerifyError, match=rf"issue 2026-11-20 is not what the store has.*{field}") as caught:
        shelved.verify()
    assert "`digest build` writes it again" in caught.value.hint


def test_a_removed_quote_is_found(shelved: Shelved) -> None:
    """What is left is verbatim, and yet not what was built."""
    path = shelved.folder / "2026-11-20" / "issue.json"
    raw = json.loads(path.read_bytes())
    del raw["briefs"][0]["sections"]["summary"][0]
    path.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(VerifyError, match="issue 2026-11-20 is not what the store has: its briefs"):
        shelved.verify()


def test_an_issue_in_the_folder_of_another_is_found(shelved: Shelved) -> None:
    """Every word of it would be proven."""
    older, newer = (shelved.folder / id / "issue.json" for id in ("2026-11-19", "2026-11-20"))
    newer.write_bytes(older.read_bytes())
    with pytest.raises(VerifyError, match="lies in the folder 2026-11-20"):
        shelved.verify()


def test_artifacts_are_held_against_the_store_and_not_against_the_disk(shelved: Shelved) -> None:
    """An article that only a forged issue.json cites can be quoted by nobody, even if that file is not looked at."""
    path = shelved.folder / "2026-11-20" / "issue.json"
    path.write_bytes(freeze(replace(sample(), articles=(), briefs=())))
    assert list(shelved.verify("2026-11-20/index.html").values()) == [12]


def test_another_store_proves_nothing(shelved: Shelved) -> None:
    """It does not know the issue."""
    with pytest.raises(VerifyError, match="the store has no issue 2026-11-19 of the edition long-view"):
        list(verify(shelved.folder, MemoryStore(), FORMATS))


@pytest.mark.parametrize("name", ["site.css", "2026-11-20/a.png", "2026-11-20/.digest.md.half", ".git/HEAD"])
def test_files_without_words_and_hidden_ones_are_passed_over(shelved: Shelved, name: str) -> None:
    """They may lie beside the artifacts."""
    (shelved.folder / name).parent.mkdir(exist_ok=True)
    (shelved.folder / name).write_bytes(b"\xff")
    assert len(shelved.verify()) == 27


@pytest.mark.parametrize(
    "name", ["notes.txt", "2026-11-20/notes.html", "page.html", "2026-11-21/index.html", "2026-11-20/feed.xml"]
)
def test_files_that_no_format_makes_are_named(shelved: Shelved, name: str) -> None:
    """Whatever their ending: nobody can say what they are."""
    (shelved.folder / name).parent.mkdir(exist_ok=True)
    (shelved.folder / name).write_bytes(b"")
    with pytest.raises(VerifyError, match=f"{name}: no format makes it"):
        shelved.verify()


def test_a_hidden_file_alone_is_nothing(shelved: Shelved) -> None:
    """Nothing proven is no proof."""
    (shelved.folder / ".hidden").write_bytes(b"")
    with pytest.raises(VerifyError, match="no artifact"):
        shelved.verify(".hidden")


@pytest.mark.parametrize("name", [*sorted(SHARED), *(f"2026-11-20/{file}" for file in sorted(set(MADE) - SHARED))])
@pytest.mark.parametrize("garbage", [bytes(range(256)) * 40, b"", b"<!-- -->", b"\xff\xfe" * 100, b"{}", b"[[[["])
def test_garbage_is_named_and_never_raises_anything_else(shelved: Shelved, name: str, garbage: bytes) -> None:
    """Whatever an artifact has become."""
    (shelved.folder / name).write_bytes(garbage)
    with pytest.raises(VerifyError, match=name):
        shelved.verify()


@given(file=st.sampled_from(sorted(MADE)), data=st.data())
@settings(max_examples=200, deadline=None)
def test_no_change_of_a_byte_raises_anything_else(file: str, data: st.DataObject) -> None:
    """An artifact with bytes cut out or put in is proven, or refused."""
    content = MADE[file].content
    at = data.draw(st.integers(0, len(content)))
    changed = content[:at] + data.draw(st.binary(max_size=4)) + content[at + data.draw(st.integers(0, 40)) :]
    with suppress(VerifyError):
        prove(replace(MADE[file], content=changed), issues(), TEXTS)


def test_a_format_says_what_its_files_are(shelved: Shelved, tmp_path: Path) -> None:
    """A folder of one's own is enough; a broken one beside it does no harm."""
    for name, text in (
        ("mine", "[[artifact]]\npath = 'note'\nmedia_type = 'text/plain'\ntemplate = 'x.j2'\n"),
        ("bad", "["),
    ):
        (tmp_path / "templates" / name).mkdir(parents=True)
        (tmp_path / "templates" / name / "format.toml").write_text(text)
    (tmp_path / "templates/mine/x.j2").write_text("x")
    (shelved.folder / "2026-11-20" / "note").write_text(f"    “{SUMMARY.text}”\n")
    formats = usable_formats([tmp_path / "templates", ROOT / "templates"])
    (proven,) = verify(shelved.folder / "2026-11-20" / "note", shelved.store, formats)
    assert proven.quotes == 1


def test_verify_makes_no_database(shelved: Shelved, tmp_path: Path) -> None:
    """A store that is not there can prove nothing, and is not to be there afterwards."""
    store = tmp_path / "none.db"
    result = CliRunner().invoke(cli, ["verify", str(shelved.folder), "--store", f"sqlite:///{store}"])
    assert isinstance(result.exception, StoreError)
    assert result.exception.hint
    assert not store.exists()


def test_the_hash_of_a_quote_is_held_against_its_article() -> None:
    """It is no field of a record: only the file has it."""
    raw = json.loads(MADE["issue.json"].content)
    raw["briefs"][0]["takes"][0]["evidence"][0]["sha256"] = "0" * 64
    with pytest.raises(VerifyError, match="has another sha256 than article"):
        prove(replace(MADE["issue.json"], content=json.dumps(raw).encode()), issues(), TEXTS)
