"""The static site: what its pages say, where they lead, what they fetch, and that it stays small."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from lxml import etree, html

from digest.model import LABELS, Artifact, Brief, Issue, Quote
from digest.render.charts import HEIGHT, coverage, mix
from digest.render.chronicle import Chronicle
from digest.render.cited import Cited, cited_in
from digest.render.engine import load_format, render, render_stories
from digest.render.outline import Archive, outline
from digest.render.proof import prove
from digest.render.readback import quotes_in
from digest.render.takes import shares
from digest.render.words import words
from digest.text.normalize import one_line
from tests.test_render import (
    ATTRIBUTE_BREAKER,
    FORMATS,
    HOSTILE,
    ROOT,
    TEXTS,
    check_harmless,
    issue_about,
    issues,
    long_issue,
    sample,
)

LOCALES = (ROOT / "templates" / "locales",)
SITE = load_format(FORMATS["site"], LOCALES)
FERRIES, BATTERY, LIBRARY = (brief.story for brief in sample().briefs)
NEWEST = "2026-11-20/index.html"
HOME = "https://news.example.org/long-view/"
SHARED = ("index.html", "archive.html", "outlets.html", "about.html")


def site(all_issues: list[Issue]) -> dict[str, Artifact]:
    """All files of a site, by path."""
    chronicle = Chronicle(issues=all_issues, locales=LOCALES)
    made = list(render_stories(SITE, chronicle, chronicle.stories))
    for number in range(1, len(all_issues) + 1):
        made += render(SITE, all_issues[:number], ["issue"])
    return {artifact.path: artifact for artifact in (*made, *render(SITE, all_issues, ["edition", "topic", "outlet"]))}


@cache
def the_site() -> dict[str, Artifact]:
    return site(issues())


def pages(made: dict[str, Artifact]) -> dict[str, html.HtmlElement]:
    parser = html.HTMLParser(encoding="utf-8")
    return {
        path: html.document_fromstring(artifact.content, parser=parser)
        for path, artifact in made.items()
        if artifact.media_type == "text/html"
    }


def text_of(page: html.HtmlElement) -> str:
    return one_line(page.text_content())


def page(path: str, *all_issues: Issue) -> html.HtmlElement:
    return pages(site(list(all_issues)) if all_issues else the_site())[path]


# --- what pages say ---------------------------------------------------------------------------------------------------


def test_issue_and_story_pages_together_say_all_that_other_formats_say() -> None:
    """Headlines, meta lines, sources, links, labels, notes and the foot; a story's own page has all of the story."""
    issue, text = page(NEWEST), text_of(page(NEWEST))
    for brief in sample().briefs:
        assert brief.title in text
    for said in (
        "No. 12", "Friday, 20 November 2026", "City & sea", "Energy", "Culture", "4 more stories not shown.", "cue_words",
        "19 November 2026, 07:00 to 20 November 2026, 07:00 (Europe/Berlin)", "selected automatically",
        "Harbour Radio could not be reached; it is served from what was stored on 17 November 2026.",
        "The Evening Lamp could not be reached, and nothing of it was stored.", "copied word for word",
    ):  # fmt: skip
        assert said in text
    assert "Health" not in text, "a topic without stories is not shown"
    assert issue.xpath("//main//h2[@class='kicker']//text()") == ["City & sea", "Energy", "Culture"]
    stories = " ".join(text_of(page(f"stories/{id}.html")) for id in (FERRIES, BATTERY, LIBRARY))
    for said in (
        "8 outlets, 4 independent origins · 8 articles · 1 min here, 8 min at the sources · put first by the editor",
        "continuing: 6 new articles since 19 November 2026", "Key points", "Who says what", "Hedda Monvik, in Kestrel Wire",
        "Where they disagree", "figures that differ", "What’s next", "Said at the sources, not quoted here: What’s next, more",
        "No source says, as far as we found: What remains unclear, Background", "Hype 4.0 of 10", "2 superlatives or promises",
        "also in The Holm Herald", "from Northgate Courier, by a line of the page", "Together because of: Varnholm, Lesser Holm",
        "Okke Brandtmar, in Harbour Radio", "on: free ferries in Varnholm", "date unknown", "no public link",
        "Meridian Post, closest to: Kestrel Wire, likeness 0.71", "from Calder Cells: “Für Lieferwagen", "not judged",
        "Why it stands here: 7.13 = 3 × 1.580 (origins: 3 independent origins, 4 outlets)",
        "Put first by the editor; its rank is 9.77 = 3 × 2.000 (origins: 4 independent origins, 8 outlets)",
    ):  # fmt: skip
        assert said in stories, said
    for article in sample().articles:
        assert article.title in stories
        assert article.outlet in stories


def test_story_pages_have_every_quote() -> None:
    """And an issue's page some of each story, with none that the story's page lacks."""
    chronicle = Chronicle(issues=[sample()])
    for brief in sample().briefs:
        (made,) = render_stories(SITE, chronicle, [brief.story])
        assert Counter(claim.text for claim in quotes_in(made)) == Counter(quote.text for quote in brief.quotes())
    short = {claim.text for claim in quotes_in(the_site()[NEWEST])}
    assert all(short & {quote.text for quote in brief.quotes()} for brief in sample().briefs)


def test_the_front_page_has_the_newest_stories_and_ways_to_all_others() -> None:
    front = page("index.html")
    links = front.xpath("//main//a/@href")
    assert front.xpath("string(//h1)") == "The Long View"
    assert [title.text_content() for title in front.xpath("//h3[@class='headline']")] == [
        b.title for b in sample().briefs
    ]
    for path in (NEWEST, "2026-11-19/index.html", "topics/energy.html", "archive.html", "outlets.html", "about.html"):
        assert path in links
    assert quotes_in(the_site()["index.html"])


def test_a_story_without_sides_has_room_for_key_points_on_the_front_page() -> None:
    first, *rest = sample().briefs
    points = replace(first.sections[0], name="key-points")
    neutral = replace(first, sections=(points,), takes=())
    front = page("index.html", replace(sample(), briefs=(neutral, *rest)))
    assert points.quotes[0].text in text_of(front)


def test_no_issue_without_a_word() -> None:
    """Where there is nothing to tell, the front page and the issue say so."""
    made = site([*issues(), sample("empty")])
    for path in ("index.html", "2026-11-21/index.html"):
        assert "Nothing to report this time" in text_of(pages(made)[path])


def test_an_outlets_page_shows_its_own_takes_over_time() -> None:
    """As a picture with a title, and as a table with the same numbers; and its own label beside each story."""
    found = page("outlets/kestrel-wire.html")
    shelf = next(
        one for one in Archive(outlines=[outline(i) for i in reversed(issues())]).outlets if one.slug == "kestrel-wire"
    )
    counts = [shelf.mix(row) for row in shelf.rows if any(shelf.mix(row))]
    rows = [tuple(int(cell.text) for cell in row.xpath("td")) for row in found.xpath("//figure//tbody/tr")]
    assert rows == counts
    drawn = Counter(found.xpath("//figure/*[local-name()='svg']/*[local-name()='rect']/@class"))
    assert drawn == Counter(label for row in counts for label, n in zip(LABELS, row, strict=True) if n)
    assert found.xpath("//figure/*[local-name()='svg'][@role='img']/*[local-name()='title']/text()")


def test_the_archive_has_every_headline_of_every_issue_by_month() -> None:
    found = page("archive.html")
    assert [one.text for one in found.xpath("//h3")] == ["November 2026"]
    linked = {(a.get("href"), a.text) for a in found.xpath("//main//ul[@class='lines']//a")}
    assert linked == {(f"stories/{b.story}.html", one_line(b.title)) for issue in issues() for b in issue.briefs}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“We go on,” she said.", "‘\u200a“We go on,” she said.’"),
        ("She said “no”", "‘She said “no”\u200a’"),
        ("It is over.", "“It is over.”"),
        ("'Over', he said.", "“\u200a'Over', he said.”"),
    ],
)
def test_a_quote_with_marks_of_its_own_stands_in_the_other_ones(text: str, shown: str) -> None:
    """Its own words are not touched."""
    issue, _ = issue_about("x", None)
    (brief,) = issue.briefs
    quote = Quote(text=text, article="a1", start=0, end=len(text))
    section = replace(brief.sections[0], points=(replace(brief.sections[0].points[0], quotes=(quote,)),))
    changed = replace(issue, briefs=(replace(brief, sections=(section,), takes=()),))
    said = page(f"{issue.id}/index.html", changed).xpath("//p[@class='said lead']")[0]
    assert said.text_content().startswith(shown)
    assert said.find("q").text == text


# --- languages --------------------------------------------------------------------------------------------------------


def test_a_german_edition_is_german_throughout() -> None:
    """Every message of the templates is in the catalogue."""
    german, source = words("de", LOCALES), ""
    for path in sorted(SITE.folder.glob("*.j2")):
        source += path.read_text("utf-8")
    messages = set(re.findall(r'_\("((?:[^"\\]|\\.)*)"', source))
    assert len(messages) > 100
    same = ("{speaker}, in {outlet}", "{story}, {title}", "{outlet} in {title}")
    assert [message for message in sorted(messages) if german.find(message) == message and message not in same] == []
    nouns = set(re.findall(r'counted\("([^"]+)"\)', source))
    assert [noun for noun in sorted(nouns) if german.count(2, noun) == words("en").count(2, noun)] == []
    found = page(NEWEST, *(replace(issue, language="de") for issue in issues()))
    assert (found.get("lang"), found.xpath("string(//h1)")) == ("de", "Freitag, 20. November 2026")
    assert "„" in found.xpath("string(//p[@class='said lead'])")


def test_a_page_is_in_the_language_of_its_interface_and_stories_in_theirs() -> None:
    """An Arabic story runs from right to left, wherever the page does not."""
    first, *rest = sample().briefs
    title = "افتتح الميناء يوم الاثنين"
    one, *others = sample().articles
    issue = replace(
        sample(), language="fi", articles=(replace(one, title=title, language="ar"), *others),
        briefs=(replace(first, title=title), *rest),
    )  # fmt: skip
    for path in (NEWEST, "index.html"):
        found = page(path, issue)
        assert (found.get("lang"), found.get("dir")) == ("en", "ltr"), "there is no Finnish catalogue"
        (headline,) = found.xpath(f"//*[@class='headline'][.//a[text()='{title}']]")
        assert (headline.get("lang"), headline.get("dir")) == ("ar", "rtl")


# --- where pages lead -------------------------------------------------------------------------------------------------


def test_names_that_run_against_the_page_are_isolated() -> None:
    """Or the date beside them would be scrambled."""
    name = "أخبار المدينة"
    issue = replace(
        sample(), articles=tuple(replace(article, outlet=name, author=name) for article in sample().articles)
    )
    found = page(f"stories/{FERRIES}.html", issue)
    lines = [
        line.text_content()
        for line in found.xpath("//ul[@class='sources']//p[@class='meta']")
        if name in line.text_content()
    ]
    assert lines
    assert all(line.count(name) == line.count(f"\u2068{name}\u2069") for line in lines)
    assert "\u2068" not in page(f"stories/{FERRIES}.html").text_content()


def test_a_story_that_runs_the_other_way_has_all_its_edges_on_its_side() -> None:
    """Its frame runs as it does; one that runs as the page needs no word about that."""
    issue = replace(sample(), articles=tuple(replace(article, language="ar") for article in sample().articles))
    for path in ("index.html", NEWEST):
        assert {one.get("dir") for one in page(path, issue).xpath("//main//article")} == {"rtl"}
        assert page(path).xpath("//main//article/@dir") == []
    turned = page(f"stories/{FERRIES}.html", issue).xpath("//div[@class='sides']")
    assert [one.get("dir") for one in turned] == ["rtl"]


def test_english_in_a_page_that_runs_from_right_to_left_is_isolated(tmp_path: Path) -> None:
    """What a catalogue lacks stays English, and would get its full stop at the wrong end."""
    (tmp_path / "ar.po").write_text('msgid "Outlets"\nmsgstr "المصادر"\n', "utf-8")
    issue = replace(sample(), language="ar")
    (made,) = [one for one in render(replace(SITE, locales=(tmp_path,)), [issue]) if one.path == "about.html"]
    found = html.document_fromstring(made.content, parser=html.HTMLParser(encoding="utf-8"))
    assert found.get("dir") == "rtl"
    assert found.xpath("//nav//a[@href='outlets.html']")[0].text_content() == "المصادر"
    assert found.xpath("//h1")[0].text_content() == "\u2068How it is made\u2069"


def test_every_link_leads_to_a_file_and_every_file_can_be_reached() -> None:
    """Relative links only, so that the site works from a disk, a sub-path and any host."""
    made, reached, left = the_site(), set(), ["index.html"]
    found = pages(made)
    while left:
        path = left.pop()
        if path in reached or path not in found:
            reached.add(path)
            continue
        reached.add(path)
        for href in found[path].xpath("//a/@href|//link[@rel='stylesheet' or @rel='icon']/@href"):
            if re.match(r"https?:|mailto:", href) or href.endswith("feed.xml"):
                continue
            assert not href.startswith("/")
            target, _, anchor = href.partition("#")
            place = _resolved(path, target)
            assert place in made, f"{href} on {path}"
            assert not anchor or anchor in found[place].xpath("//@id"), f"{href} on {path}"
            left.append(place)
    alone = set(made) - reached - {"404.html", "robots.txt", "sitemap.xml", "_headers"}
    assert alone == {f"stories/{sample().briefs[0].merged[0]}.html"}, "a story that has moved is there for old links"


def _resolved(path: str, href: str) -> str:
    parts = list(PurePosixPath(path).parent.parts) if href else [path]
    for part in href.split("/") if href else []:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_titles_and_descriptions_are_each_page_s_own() -> None:
    found = [one for one in pages(the_site()).values() if not one.xpath("//meta[@name='robots']")]
    for said in ("string(//title)", "string(//meta[@name='description']/@content)"):
        every = [one.xpath(said) for one in found]
        assert all(every)
        assert [text for text, count in Counter(every).items() if count > 1] == []


@pytest.mark.parametrize("home", [HOME, None])
def test_absolute_addresses_stand_where_machines_need_them_and_only_if_they_are_known(home: str | None) -> None:
    made = site([replace(issue, url=home) for issue in issues()])
    for path, one in pages(made).items():
        told_elsewhere = one.xpath("//meta[@name='robots']")
        canonical = one.xpath("//link[@rel='canonical']/@href")
        assert canonical == ([HOME + path] if home and not told_elsewhere else [])
        assert bool(one.xpath("//meta[@property='og:url']")) == bool(home and path != "404.html")
    assert ("sitemap.xml" in made) == bool(home)
    assert (f"Sitemap: {HOME}sitemap.xml" in made["robots.txt"].content.decode()) == bool(home)


def test_the_page_of_wrong_addresses_has_no_link_without_an_address() -> None:
    """It may stand at any depth, where a relative one would lead to nothing."""
    assert pages(the_site())["404.html"].xpath("//a/@href") == [f"{HOME}index.html", f"{HOME}archive.html"]
    bare = site([replace(issue, url=None) for issue in issues()])
    assert b"<a " not in bare["404.html"].content


def test_the_sitemap_has_exactly_the_pages_that_want_to_be_found() -> None:
    root = etree.fromstring(the_site()["sitemap.xml"].content)
    listed = [loc.text for loc in root.iter("{*}loc")]
    wanted = [path for path, one in pages(the_site()).items() if not one.xpath("//meta[@name='robots']")]
    assert sorted(listed) == sorted(HOME + ("" if path == "index.html" else path) for path in wanted)
    assert len(root.findall("{*}url/{*}lastmod")) == len(listed)


def test_a_page_with_one_outlets_words_alone_asks_not_to_be_indexed() -> None:
    """The source is the better find. With two outlets there is something to compare."""
    first = sample().briefs[0]
    for count, robots in ((1, ["noindex, follow"]), (2, [])):
        issue = replace(
            sample(), briefs=(replace(first, articles=first.articles[:count], lineage=type(first.lineage)()),)
        )
        assert page(f"stories/{FERRIES}.html", issue).xpath("//meta[@name='robots']/@content") == robots


def test_machines_are_told_of_the_sources_and_not_that_we_wrote_them() -> None:
    """An issue is a list with an address of a source for each story; a story cites its articles."""
    (data,) = page(NEWEST).xpath("//script[@type='application/ld+json']/text()")
    items = json.loads(data)["mainEntity"]["itemListElement"]
    assert [item["position"] for item in items] == [1, 2, 3]
    sources = {article.url for article in sample().articles}
    assert sum(item["url"] in sources for item in items) >= 2
    (data,) = page(f"stories/{FERRIES}.html").xpath("//script[@type='application/ld+json']/text()")
    found = json.loads(data)
    assert {one["url"] for one in found["citation"]} <= sources
    assert "NewsArticle" not in data


def test_feeds_are_announced_as_the_edition_makes_them() -> None:
    def announced(path: str, *formats: str) -> list[str]:
        found = page(path, replace(sample(), formats=formats))
        return [str(href) for href in found.xpath("//link[@rel='alternate']/@href")]

    assert announced(NEWEST, "site") == []
    assert announced(NEWEST) == announced(NEWEST, "rss", "site") == ["../feed.xml"]
    assert announced(NEWEST, "feeds") == ["../feed.xml", "../feed.atom", "../feed.json"]
    assert "stories.atom" in announced("index.html", "feeds")
    assert "energy.json" in announced("topics/energy.html", "feeds")


# --- what pages fetch and weigh ---------------------------------------------------------------------------------------


def test_a_page_fetches_its_style_and_its_icon_and_runs_nothing() -> None:
    """Under a policy that lets nothing else through; the page of a wrong address brings its style along."""
    for path, one in pages(the_site()).items():
        policy = one.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert policy.startswith("default-src 'none'; style-src '")
        icon = "data:" if path == "404.html" else "'self'; connect-src 'self'"
        assert policy.endswith(f"img-src {icon}; base-uri 'none'; form-action 'none'")
        assert (
            one.xpath("//script[not(@type='application/ld+json')]|//iframe|//form|//img|//base|//@style|//@onclick")
            == []
        )
        style = one.xpath("//link[@rel='stylesheet']/@href")
        assert style == ([] if path == "404.html" else ["../" * path.count("/") + "site.css"])
        assert bool(one.xpath("//style")) == (path == "404.html")
    css = the_site()["site.css"].content.decode()
    assert "url(" not in css
    assert "@import" not in css
    assert "frame-ancestors 'none'" in the_site()["_headers"].content.decode()


def test_the_front_page_and_an_issue_of_twenty_stories_have_at_most_50_kilobytes() -> None:
    """With the style, though every story of it has as much to say as the sample's second."""
    issue = long_issue(17)
    assert len(issue.briefs) == 20
    made = site([*issues()[:1], issue])
    style = len(made["site.css"].content)
    for path in ("index.html", NEWEST):
        assert len(made[path].content) + style <= 50_000, path
        assert len(pages(made)[path].xpath("//*[@class='headline']")) == 20


def test_every_page_has_one_h1_skips_no_level_and_no_id_stands_twice() -> None:
    bare_issues = [
        replace(issue, topics=(), briefs=tuple(replace(b, topic=None) for b in issue.briefs)) for issue in issues()
    ]
    for path, one in [*pages(the_site()).items(), *pages(site(bare_issues)).items()]:
        levels = [int(heading.tag[1]) for heading in one.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert (levels[0], levels.count(1)) == (1, 1), path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        ids = one.xpath("//@id")
        assert len(set(ids)) == len(ids), path
        assert set(one.xpath("//@aria-labelledby")) <= set(ids), path


# --- hostile material, and proof --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text_on_every_page(text: str) -> None:
    issue, texts = issue_about(text, ATTRIBUTE_BREAKER)
    made = site([issue])
    for path, one in pages(made).items():
        check_harmless(one)
        if "application/ld+json" in made[path].content.decode():
            json.loads(one.xpath("//script/text()")[0])
    etree.fromstring(made["sitemap.xml"].content)
    for artifact in made.values():
        if not artifact.path.startswith("stories/s0"):
            prove(artifact, [issue], texts, quotes=False)


def test_every_page_is_proven() -> None:
    """Pages of lists have no quotes, and need none; those that a page has are proven."""
    chronicle = Chronicle(issues=issues())
    for path, artifact in the_site().items():
        known = chronicle.sources(Path(path).stem) if path.startswith("stories/") else issues()
        assert prove(artifact, known, TEXTS, quotes=False) >= (path == "index.html")


# --- charts -----------------------------------------------------------------------------------------------------------


def brief_on(*days: date | None) -> tuple[Brief, Issue]:
    """A story with an article of each day."""
    first = sample().articles[0]
    articles = tuple(
        replace(
            first,
            id=f"a{number}",
            day_only=True,
            published=day and datetime.combine(day, time(), UTC),
        )
        for number, day in enumerate(days)
    )
    brief = replace(
        sample().briefs[2], articles=tuple(a.id for a in articles), lineage=type(sample().briefs[2].lineage)()
    )
    return brief, replace(sample(), articles=articles)


def _cited(brief: Brief, issue: Issue) -> dict[str, Cited]:
    citations = {citation.id: citation for citation in issue.articles}
    return cited_in(brief, citations, ZoneInfo(issue.timezone), words("en"))


@pytest.mark.parametrize(
    ("counts", "percents"),
    [((1, 1, 1), [34, 33, 33]), ((1, 0, 2), [33, 0, 67]), ((0, 0, 0), [0, 0, 0]), ((1, 1, 4), [17, 17, 66])],
)
def test_percents_of_a_table_add_up(counts: tuple[int, ...], percents: list[int]) -> None:
    assert [share.percent for share in shares(counts)] == percents


def test_an_empty_front_page_leads_to_no_issue() -> None:
    """There is nothing more in it."""
    empty = site([replace(issues()[0], briefs=(), more=0)])["index.html"].content.decode()
    assert "Read the whole issue" not in empty
    assert "Read the whole issue" in the_site()["index.html"].content.decode()


@pytest.mark.parametrize(
    ("licence", "shown", "kept"),
    [
        ("Copyright (c) 2020 Courier", None, "Copyright (c) 2020 Courier"), ("© 2019 LA Times", None, "© 2019 LA Times"),
        ("All rights reserved.", None, "All rights reserved."), ("CC BY 4.0", "CC BY 4.0", None), ("MIT License", "MIT License", None),
        ("© 2020 Courier, CC BY-NC 4.0", "© 2020 Courier, CC BY-NC 4.0", None), (None, None, None),
        ("Copyright 2020, free for non-commercial use", "Copyright 2020, free for non-commercial use", None),
    ],
)  # fmt: skip
def test_a_notice_of_copyright_is_no_licence(licence: str | None, shown: str | None, kept: str | None) -> None:
    """It stands on the story's page alone."""
    issue = replace(sample(), articles=tuple(replace(one, licence=licence) for one in sample().articles))
    brief = issue.briefs[0]
    cited = _cited(brief, issue)[brief.articles[0]]
    assert (cited.licence, cited.notice) == (shown, kept)
    texts = {one.path: one.content.decode() for one in render(load_format(FORMATS["email"]), [issue], ("issue",))}
    if kept:
        assert all(kept not in text for text in texts.values())
        (story,) = render_stories(SITE, Chronicle(issues=[issue]), [brief.story])
        assert kept in story.content.decode()


def test_an_address_is_no_author() -> None:
    for author, shown in (("desk@courier.example", None), ("Ann Poe", "Ann Poe"), ("ann @ home", "ann @ home")):
        issue = replace(sample(), articles=tuple(replace(one, author=author) for one in sample().articles))
        assert _cited(issue.briefs[0], issue)[issue.briefs[0].articles[0]].author == shown


def test_coverage_has_a_column_a_day_and_gaps_where_nothing_came() -> None:
    start = date(2026, 11, 1)
    brief, issue = brief_on(start, start, start + timedelta(2), None)
    cited = _cited(brief, issue)
    found = coverage([cited[id] for id in brief.articles])
    assert found
    assert [(column.first, column.count) for column in found.columns] == [
        (start, 2), (start + timedelta(1), 0), (start + timedelta(2), 1),
    ]  # fmt: skip
    assert [box.height for column in found.columns for box in column.boxes] == [HEIGHT, HEIGHT / 2]
    assert (found.peak.count, found.undated) == (2, 1)


def test_long_coverage_is_drawn_in_columns_of_several_days() -> None:
    start = date(2026, 1, 1)
    brief, issue = brief_on(start, start + timedelta(299))
    cited = _cited(brief, issue)
    found = coverage([cited[id] for id in brief.articles])
    assert found
    assert len(found.columns) <= 31
    assert sum(column.count for column in found.columns) == 2
    assert found.columns[-1].last == start + timedelta(299)
    assert all(b.first - a.last == timedelta(1) for a, b in pairwise(found.columns))


def test_a_single_day_is_no_chart() -> None:
    brief, issue = brief_on(date(2026, 1, 1), date(2026, 1, 1), None)
    cited = _cited(brief, issue)
    assert coverage([cited[id] for id in brief.articles]) is None


def test_boxes_of_a_mix_stand_on_each_other_and_fill_the_height() -> None:
    archive = Archive(outlines=[outline(issue) for issue in reversed(issues())])
    charts = [chart for shelf in archive.outlets if (chart := mix(shelf))]
    assert charts
    for chart in charts:
        assert [column.issue.at for column in chart.columns] == sorted(column.issue.at for column in chart.columns)
        for column in chart.columns:
            top = float(HEIGHT)
            for box in column.boxes:
                assert box.y + box.height == pytest.approx(top)
                top = box.y
        assert min(box.y for column in chart.columns for box in column.boxes) == pytest.approx(0)


def test_shares_fill_a_bar() -> None:
    found = shares((1, 0, 2))
    assert [(share.start, share.width) for share in found] == [(0, 33.33), (33.33, 0), (33.33, 66.67)]
    assert sum(share.width for share in shares((0, 0, 0))) == 0


def test_a_story_that_has_become_another_is_not_listed_among_all_stories() -> None:
    archive = Archive(outlines=[outline(issue) for issue in reversed(issues())])
    assert {line.story for line, _ in archive.stories} == {FERRIES, BATTERY, LIBRARY}
    told = {line.story for one in archive.outlines for line in one.lines}
    taken = replace(
        issues()[0], briefs=(*issues()[0].briefs, replace(issues()[0].briefs[0], story=sample().briefs[0].merged[0]))
    )
    archive = Archive(outlines=[outline(sample()), outline(taken)])
    assert {line.story for line, _ in archive.stories} == told
