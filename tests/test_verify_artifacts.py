"""The promise: what an artifact quotes is verbatim, and a change of one character is found, in every format."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import VerifyError
from digest.model import Artifact, Issue, Quote, Section
from digest.render.frozen import freeze, frozen_artifact
from digest.render.proof import prove
from digest.render.readback import Claim, quotes_in
from tests.test_render import TEXTS, artifacts, by_name, issues, sample

MADE = by_name(artifacts(issues()))
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
        "email.txt": 23, "email.html": 23, "email.eml": 46, "digest.md": 27, "index.html": 27, "issue.json": 27,
        "feed.xml": 29,
    }  # fmt: skip
    assert prove(MADE[file], issues(), TEXTS) == counts[file]
    assert len(quotes_in(MADE[file])) == counts[file]


@pytest.mark.parametrize("word", ["eleven", "grid today", "deck"])
@pytest.mark.parametrize("file", sorted(MADE))
def test_one_changed_character_is_found(file: str, word: str) -> None:
    """Wherever it is in a quote, in each format; the error names the artifact."""
    changed = edited(MADE[file], lambda text: text.replace(word, word[:-1] + "x"))
    with pytest.raises(VerifyError) as caught:
        prove(changed, issues(), TEXTS)
    assert caught.value.subject.startswith(MADE[file].path)
    assert word[:-1] + "x" in caught.value.reason.replace("\n", " ")


UNESCAPED = [quote for brief in sample().briefs for quote in brief.quotes() if "'" not in quote.text]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_letter_is_found(data: st.DataObject) -> None:
    """Of any quote, at any place, in each format that neither wraps nor encodes its lines."""
    made = MADE[data.draw(st.sampled_from(["index.html", "digest.md", "issue.json", "feed.xml"]))]
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
    }.get(media, "x\n")  # fmt: skip
    with pytest.raises(VerifyError, match="none can be found"):
        prove(replace(MADE[file], content=empty.encode()), issues(), TEXTS)


def moved(by: int) -> Issue:
    """The sample with its first quote saying that it stands `by` characters further on."""
    first, *rest = sample().briefs
    quote = replace(SUMMARY, start=SUMMARY.start + by, end=SUMMARY.end + by)
    summary = Section(name="summary", quotes=(quote, *first.sections[0].quotes[1:]))
    return replace(sample(), briefs=(replace(first, sections=(summary,), takes=()), *rest))


@pytest.mark.parametrize("by", [1, -1, 10_000])
def test_right_words_at_the_wrong_place_are_no_proof(by: int) -> None:
    """In every format: those without offsets rely on those of the issue."""
    issue = moved(by)
    for artifact in artifacts([issue]):
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
    texts = {**TEXTS, "0" * 64: changed}
    old = replace(old, articles=(*old.articles, replace(cited, sha256="0" * 64)))
    assert prove(MADE["feed.xml"], [old, new], texts) == 29
    assert prove(MADE["index.html"], [old, new], texts) == 27
    alone = replace(new, articles=tuple(replace(a, sha256="0" * 64) if a.id == cited.id else a for a in new.articles))
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
        ("application/pdf", b"%PDF"),
    ],
)
def test_what_cannot_be_read_back_is_no_proof(media_type: str, content: bytes) -> None:
    """Broken files, and media types from which quotes cannot be read, are named."""
    with pytest.raises(VerifyError, match=r"^2026-11-20/file: "):
        prove(Artifact(path="2026-11-20/file", media_type=media_type, content=content), issues(), TEXTS)


def test_pictures_and_styles_have_no_quotes() -> None:
    """They are passed, with nothing proven."""
    for media_type in ("image/png", "text/css", "font/woff2"):
        assert prove(Artifact(path="2026-11-20/x", media_type=media_type, content=b"\x00"), issues(), TEXTS) == 0


def test_a_feed_may_bring_no_entities_of_its_own() -> None:
    """External entities are not read, and inner ones not expanded."""
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "boom"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b'<r xmlns:c="http://purl.org/rss/1.0/modules/content/"><c:encoded>&lt;q&gt;&a;&f;&lt;/q&gt;</c:encoded></r>'
    )
    (claim,) = quotes_in(Artifact(path="feed.xml", media_type="application/rss+xml", content=bomb))
    assert claim == Claim(text="")


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
    swapped = edited(
        MADE["index.html"], lambda text: text.replace(f'{other.article}:{other.start}-{other.end}"', f'{key}"')
    )
    with pytest.raises(VerifyError, match="is not what article f1a0c3d2e4b59607"):
        prove(swapped, issues(), TEXTS)


def test_an_issue_json_of_another_issue_is_held_against_its_own_texts() -> None:
    """A frozen issue with a quote of which no stored text knows fails, whatever the issues say."""
    first, *rest = sample().briefs
    invented = Quote(text=INVENTED, article=SUMMARY.article, start=49, end=49 + len(INVENTED))
    brief = replace(first, sections=(Section(name="summary", quotes=(invented,)),))
    issue = replace(sample(), briefs=(brief, *rest))
    with pytest.raises(VerifyError, match=INVENTED):
        prove(frozen_artifact(issue), [issue], TEXTS)
