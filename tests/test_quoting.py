"""How much is quoted of an outlet, and of what nothing is: headline and link only."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Quoting, Rights
from digest.ingest.feeds.entries import composed
from digest.model import Article, Brief, Entry, Filed, Issue, Quote, Site
from digest.pipeline import Past, make_issue
from digest.render.engine import load_format, render
from digest.render.proof import prove
from digest.store.sql import SqlStore
from digest.text.licences import called, forbids
from digest.text.words import word_spans
from tests.conftest import NOW, make_article
from tests.feeds import rss
from tests.server import serve
from tests.test_build import House
from tests.test_pipeline import PLAN, STAGES
from tests.test_render import FORMATS, TEXTS, artifacts, by_name, issues, story_pages

LICENCES = [
    ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0", "commercial use"),
    ("http://www.creativecommons.org/licenses/by-nd/3.0/de/legalcode", "CC BY-ND 3.0", "derivatives"),
    ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0", None),
    ("https://creativecommons.org/licenses/nc/1.0/", "CC NC 1.0", "commercial use"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0", None),
    ("CC BY-NC 4.0", None, "commercial use"),
    ("CC-BY-ND", None, "derivatives"),
    ("by_nc_nd", None, "commercial use"),
    ("For personal, non-commercial use only.", None, "commercial use"),
    ("Attribution-NonCommercial-NoDerivs", None, "commercial use"),
    ("Attribution-NoDerivatives 4.0 International", None, "derivatives"),
    ("© 2026 by NC Newsline, Raleigh, NC", None, None),
    ("© 2026 Example, Inc. All rights reserved.", None, None),
    ("https://example.org/licenses/ndebele", None, None),
]


@pytest.mark.parametrize(("licence", "name", "forbidden"), LICENCES)
def test_a_licence_tells_its_name_and_what_it_forbids(licence: str, name: str | None, forbidden: str | None) -> None:
    assert (called(licence), forbids(licence)) == (name or licence, forbidden)


def test_the_licence_of_an_entry_is_its_articles() -> None:
    entry = Entry(
        feed="f", outlet="O", guid="1", url=None, title="T", html="<p>x</p>", published=None, author=None,
        language="en", licence="CC BY",
    )  # fmt: skip
    assert [a.licence for a in composed([Filed(entry=entry, article="a", seen=NOW)], [])] == ["CC BY"]


ARTICLE = make_article(licence="CC BY-NC 4.0")
SPARE = Quoting(sentences=1, words=None)
ALL = Quoting(sentences=None, words=None)
RESERVED = {"a": "tdmrep.json"}


@pytest.mark.parametrize(
    ("rights", "why", "amount"),
    [
        (Rights(), None, Quoting()),
        (Rights(default=SPARE), None, SPARE),
        (Rights(outlets=(("Courier", SPARE),)), None, SPARE),
        (Rights(outlets=(("Courier", Quoting(words=0)),)), "this edition quotes nothing of its outlet", None),
        (Rights(default=Quoting(sentences=0)), "this edition quotes nothing", None),
        (Rights(commercial=True), "its licence (CC BY-NC 4.0) allows no commercial use", None),
        (Rights(commercial=True, outlets=(("Courier", SPARE),)), "its licence (CC BY-NC 4.0) allows no commercial use", None),
        (Rights(reserved=RESERVED), "its publisher reserves its texts (tdmrep.json)", None),
        (Rights(reserved={"b": "tdmrep.json"}), None, Quoting()),
        (Rights(reserved=RESERVED, outlets=(("Courier", Quoting()),)), None, Quoting()),
        (Rights(reserved=RESERVED, outlets=(("Courier", ALL),)), None, ALL),
        (Rights(reserved=RESERVED, outlets=(("Courier", replace(ALL, words=60)),)), None, replace(ALL, words=60)),
        (Rights(reserved=RESERVED, default=ALL, outlets=(("Courier", ALL),)), None, ALL),
        (Rights(reserved=RESERVED, outlets=(("Courier", SPARE),)), "its publisher reserves its texts (tdmrep.json)", None),
        (Rights(reserved=RESERVED, outlets=(("Courier", Quoting(words=40)),)), "its publisher reserves its texts (tdmrep.json)", None),
        (Rights(reserved=RESERVED, default=ALL, outlets=(("Courier", Quoting(words=999)),)), "its publisher reserves its texts (tdmrep.json)", None),
        (Rights(reserved={"b": "tdmrep.json"}, outlets=(("Courier", SPARE),)), None, SPARE),
        (Rights(default=Quoting(words=0), outlets=(("Courier", SPARE),)), None, SPARE),
    ],
)  # fmt: skip
def test_what_may_be_quoted_and_why_not_more(rights: Rights, why: str | None, amount: Quoting | None) -> None:
    assert rights.against(ARTICLE) == why
    assert rights.of(ARTICLE) == (amount or Quoting(sentences=0, words=0))


SENTENCES = (
    "The harbour of Larn opened to ships on Monday.", "Critics doubt that it will ever pay.",
    "“We are proud of these lights,” said Mayor Ada Holm.", "Two years of work cost 30 million crowns.",
    "The captain praised the deep water of the new basin.", "Nobody expected it any more.",
    "It was first reported by Beta.", "The board wonders whether the tariff was a mistake.",
)  # fmt: skip
stories = st.lists(
    st.tuples(
        st.sampled_from(["Alpha", "Beta", "Gamma"]), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8)
    ),
    min_size=1,
    max_size=5,
)
limits = st.builds(Quoting, sentences=st.none() | st.integers(0, 4), words=st.none() | st.integers(0, 60))


def told(articles: Sequence[Article], rights: Rights) -> Issue:
    plan = replace(PLAN, rights=rights)
    return make_issue(articles, plan=plan, stages=STAGES, at=NOW, number=1, past=Past())


def quoted(brief: Brief, articles: Sequence[Article]) -> dict[str, list[tuple[Article, Quote]]]:
    """All that a brief quotes beside headlines, by outlet."""
    by_id = {article.id: article for article in articles}
    found: dict[str, list[tuple[Article, Quote]]] = {article.outlet: [] for article in articles}
    for quote in brief.quotes():
        article = by_id[quote.article]
        if quote.end > len(article.title):
            found[article.outlet].append((article, quote))
    return found


@given(stories, limits, st.dictionaries(st.sampled_from(["Alpha", "Beta"]), limits))
@settings(max_examples=60, deadline=None)
def test_no_brief_quotes_more_of_an_outlet_than_it_may(
    drawn: list[tuple[str, list[str]]], default: Quoting, own: dict[str, Quoting]
) -> None:
    """In sections, takes and origins together; what is quoted twice counts once."""
    articles = [
        make_article(str(n), f"Harbour opens, says {outlet} {n}", " ".join(body), outlet=outlet)
        for n, (outlet, body) in enumerate(drawn)
    ]
    for brief in told(articles, Rights(default=default, outlets=tuple(own.items()))).briefs:
        for outlet, pairs in quoted(brief, articles).items():
            limit = own.get(outlet, default)
            touched = {(a.id, s.start) for a, q in pairs for s in a.sentences if s.start < q.end and q.start < s.end}
            words = {(a.id, q.start + word.start) for a, q in pairs for word in word_spans(q.text)}
            assert limit.sentences is None or len(touched) <= limit.sentences
            assert limit.words is None or len(words) <= limit.words


def test_of_a_reserved_outlet_only_the_headline_is_shown() -> None:
    body = "\n".join(SENTENCES)
    articles = [make_article(outlet, f"Harbour: {outlet}", body[n:], outlet=outlet) for n, outlet in enumerate("AB")]
    issue = told(articles, Rights(reserved={"A": "tdmrep.json"}))
    (brief,) = issue.briefs
    assert quoted(brief, articles)["A"] == []
    assert [one.text for take in brief.takes if take.outlet == "A" for one in take.evidence][:1] == ["Harbour: A"]
    assert {cited.id: cited.reserved for cited in issue.articles} == {
        "A": "its publisher reserves its texts (tdmrep.json)",
        "B": None,
    }


def test_an_author_who_is_the_outlet_is_not_named_twice_and_a_long_notice_is_cut() -> None:
    earlier, issue = issues()
    notice = (
        "Copyright: (C) Courier, see “terms and conditions of reuse” at https://courier.example/2020/help/terms.stm"
    )
    changed = replace(
        issue, articles=tuple(replace(a, author=a.outlet.upper(), licence=notice) for a in issue.articles)
    )
    page = by_name(artifacts([earlier, changed]))["digest.md"]
    assert "(C) Courier, see “terms and conditions of reuse”…" in page.content.decode()
    assert "terms.stm" not in page.content.decode()
    assert "NORTHGATE COURIER" not in page.content.decode()
    prove(page, [earlier, changed], TEXTS)


def test_what_the_store_knows_of_a_site_reserves_its_articles(tmp_path: Path) -> None:
    words = "Night buses began to run in Larn on Thursday. The mayor praised the drivers of the buses."
    body = rss(
        {"title": "Buses run by night in Larn", "guid": "1", "link": "https://radio.example/1", "description": words}
    )
    with serve({"/feed.xml": (200, {}, body)}) as served:
        house = House(tmp_path, served.base)
        (tmp_path / "seeds" / "gazette.md").unlink()
        house.build()
        assert "radio.example" in json.dumps(house.issue()["articles"])
        assert "Night buses began" in json.dumps(house.issue())
        with SqlStore(f"sqlite:///{tmp_path}/digest.db") as store:
            rules = '[{"location": "/*", "tdm-reservation": 1}]'
            store.save_sites([Site(origin="https://radio.example", read=NOW, tdmrep=rules)])
        house.build("--offline")
        assert "Night buses began" not in json.dumps(house.issue())
        weekly = house.out / "weekly"
        story = next((weekly / "stories").iterdir())
        for path in (story, *(weekly / "2026-11-20" / name for name in ("email.txt", "email.html", "digest.md"))):
            page = path.read_text("utf-8")
            assert "Night buses began" not in page
            assert "its publisher reserves its texts (tdmrep.json)" in " ".join(page.split()).replace("\\.", ".")
        house.config.write_text(house.config.read_text().replace("/feed.xml]", "/feed.xml]\n        quote: all"))
        house.build("--offline")
        assert "Night buses began" in json.dumps(house.issue())


def test_author_and_licence_stand_beside_each_article_in_every_format() -> None:
    """And why nothing but a headline is shown, in words."""
    earlier, issue = issues()
    told = {
        "author": "Ada *Holm*",
        "licence": "https://creativecommons.org/licenses/by-nc/4.0/",
        "reserved": "this edition quotes nothing of its outlet",
    }
    changed = replace(issue, articles=tuple(replace(article, **told) for article in issue.articles))
    made = by_name(artifacts([earlier, changed]))
    site = b"".join(page.content for page in story_pages([changed]))
    listed = sum(len(brief.articles) - len(brief.lineage.copies) for brief in issue.briefs)
    for name in ("email.txt", "email.html", "digest.md", "stories", "stories.xml"):
        page = " ".join((site if name == "stories" else made[name].content).decode().replace("\\", "").split())
        for words in ("Ada *Holm*", "CC BY-NC 4.0", "eadline only: this edition quotes nothing of its outlet"):
            assert page.count(words) >= listed, (name, words)
            if name in ("digest.md", "stories"):  # on copies as well
                assert page.count(words) >= sum(len(brief.articles) for brief in issue.briefs), (name, words)
        if name != "stories":
            prove(made[name], [earlier, changed], TEXTS)
    assert all(
        b"CC BY" not in made.content for folder in FORMATS.values() for made in render(load_format(folder), issues())
    )
