"""A page for every story that was ever told: what it says, where it leads, that it stays, and that it is proven."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from digest.app.verify import usable_formats
from digest.cli import cli
from digest.errors import FormatError, VerifyError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.engine import load_format, render_stories
from digest.render.formats import STORY
from digest.render.frozen import freeze
from digest.render.proof import prove
from digest.store.sql import SqlStore
from tests.test_build import NEXT_WEEK, House, files, own
from tests.test_render import FORMATS, NOTE, ROOT, TEXTS, issues, make_format, sample
from tests.test_verify_artifacts import Shelved, make_article, shelved  # noqa: F401  # a fixture

SITE = load_format(FORMATS["site"])
FERRIES, BATTERY, LIBRARY = (brief.story for brief in sample().briefs)
MERGED = sample().briefs[0].merged[0]
NOBODY = "0000000000000000"


def page(id: str, all_issues: list[Issue]) -> html.HtmlElement:
    return html.document_fromstring(artifact(id, all_issues).content, parser=html.HTMLParser(encoding="utf-8"))


def artifact(id: str, all_issues: list[Issue]) -> Artifact:
    (made,) = render_stories(SITE, Chronicle(issues=all_issues), [id])
    return made


# --- where stories go -------------------------------------------------------------------------------------------------


def issue_of(number: int, *told: tuple[str, tuple[str, ...]]) -> Issue:
    """An issue that tells these stories, with the ids that each has taken in; a day for each number."""
    first = replace(sample().briefs[2], since=None)
    return replace(
        sample(), id=f"2026-12-{number:02}", number=number, topics=(),
        briefs=tuple(replace(first, story=id, merged=merged, title=f"{first.title}") for id, merged in told),
    )  # fmt: skip


def moves(*all_issues: Issue) -> dict[str, str]:
    return dict(Chronicle(issues=all_issues).moved)


def test_a_story_that_has_become_another_leads_there() -> None:
    assert moves(issue_of(1, ("a", ()), ("b", ())), issue_of(2, ("b", ("a",)))) == {"a": "b"}


def test_a_chain_leads_to_its_end() -> None:
    chain = (issue_of(1, ("a", ())), issue_of(2, ("b", ("a",))), issue_of(3, ("c", ("b",))))
    assert moves(*chain) == {"a": "c", "b": "c"}


def test_a_later_issue_that_tells_the_story_again_ends_its_move() -> None:
    """Also if it takes in the one that it had become."""
    chain = (issue_of(1, ("a", ()), ("b", ())), issue_of(2, ("b", ("a",))))
    assert moves(*chain, issue_of(3, ("a", ()))) == {}
    assert moves(*chain, issue_of(3, ("a", ("b",)))) == {"b": "a"}
    assert moves(*chain, issue_of(3, ("a", ())), issue_of(4, ("b", ("a",)))) == {"a": "b"}


def test_what_an_issue_tells_has_not_moved_in_it() -> None:
    """Even if it is also said to have become another story, or itself."""
    assert moves(issue_of(1, ("a", ()), ("b", ("a", "b")))) == {}


ids = st.sampled_from("abcdef")
tellings = st.lists(st.tuples(ids, st.lists(ids, max_size=2).map(tuple)), max_size=3, unique_by=lambda told: told[0])
histories = st.lists(tellings, min_size=1, max_size=6).map(
    lambda all_told: [issue_of(number, *told) for number, told in enumerate(all_told, 1)]
)


@given(histories)
@settings(max_examples=100, deadline=None)
def test_every_way_ends_at_a_story_that_is_told(history: list[Issue]) -> None:
    """And every story that was told or taken in is known, for good."""
    chronicle = Chronicle(issues=history)
    for issue in history:
        for brief in issue.briefs:
            assert {brief.story, *brief.merged} <= chronicle.stories
    for old, end in chronicle.moved.items():
        assert old != end
        assert end in chronicle.told
        assert end not in chronicle.moved


@given(histories, tellings)
@settings(max_examples=25, deadline=None)
def test_pages_that_an_issue_does_not_touch_stay_as_they_are(
    history: list[Issue], told: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Byte for byte, whether it is a new issue or one that is built again in another way."""
    before = Chronicle(issues=history)
    for number in range(1, len(history) + 2):
        issue = replace(issue_of(number, *told), title=f"Built again {number}")
        kept = {old.id: old for old in history} | {issue.id: issue}
        now = Chronicle(issues=[kept[id] for id in sorted(kept)])
        wanted = [old for old in (*before.issues, *now.issues) if old.id == issue.id]
        untouched = (before.stories | now.stories) - now.touched(wanted, before)
        assert render_stories(SITE, now, untouched) == render_stories(SITE, before, untouched)


# --- what a page says -------------------------------------------------------------------------------------------------


def test_a_page_tells_the_story_through_all_issues() -> None:
    """Newest first, under the newest headline, with links back to where each telling stands."""
    found = page(FERRIES, issues())
    assert found.xpath("string(//h1)") == "Varnholm council votes to make its ferries free"
    assert found.xpath("//main//h2/a/@href") == ["../2026-11-20/index.html#story-1", "../2026-11-19/index.html#story-1"]
    text = found.text_content()
    assert "Varnholm to drop ferry fares in two-year trial" in found.xpath("string(//p[@class='then'])")
    for words in ("told in 2 issues", "No. 11, 19 November 2026", "Together because of: Varnholm", "How they see it"):
        assert words in text
    assert found.xpath("string(//link[@rel='canonical']/@href)").endswith(f"/long-view/stories/{FERRIES}.html")
    assert len(set(found.xpath("//@id"))) == len(found.xpath("//@id"))
    assert set(found.xpath("//@aria-labelledby")) <= set(found.xpath("//@id"))


def test_headlines_of_an_issue_lead_to_their_pages() -> None:
    """By relative links, so that they also work from a folder."""
    from tests.test_render import artifacts, by_name

    found = html.document_fromstring(by_name(artifacts(issues()))["index.html"].content)
    links = found.xpath("//*[@class='headline']/a/@href")
    assert links == [f"../stories/{id}.html" for id in (FERRIES, BATTERY, LIBRARY)]


@pytest.mark.parametrize("id", [FERRIES, MERGED, NOBODY])
def test_pages_of_stories_run_nothing_and_fetch_nothing(id: str) -> None:
    """Under the same policy as the page of an issue."""
    found = page(id, issues())
    scripts = "//script[not(@type='application/ld+json')]"
    assert found.xpath(f"{scripts}|//iframe|//form|//img|//style|//base|//@style|//@onclick") == []
    policy = found.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert found.xpath("//link[@rel='stylesheet']/@href") == ["../site.css"]
    assert len(found.xpath("//h1")) == 1


@pytest.mark.parametrize("home", ["https://news.example.org/long-view", None])
def test_the_page_of_a_story_that_has_moved_leads_on(home: str | None) -> None:
    """At once, and by a link for those whose browser does not; search engines are told not to keep it."""
    all_issues = [replace(issue, url=home) for issue in issues()]
    found = page(MERGED, all_issues)
    assert found.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={FERRIES}.html"]
    assert found.xpath("//main//a/@href") == [f"{FERRIES}.html"]
    assert found.xpath("//link[@rel='canonical']") == []
    assert found.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
    assert found.xpath("string(//main//a)") == sample().briefs[0].title


def test_a_story_that_no_issue_tells_any_more_says_so() -> None:
    found = page(NOBODY, issues())
    assert "told no more" in found.text_content()
    assert found.xpath("//meta[@http-equiv='refresh']") == []


@pytest.mark.parametrize("id", ["../x", "", "a/b", ".hidden", "x" * 81, "a b"])
def test_a_story_stays_in_its_folder(id: str) -> None:
    first = sample().briefs[0]
    issue = replace(sample(), briefs=(replace(first, story=id, merged=()),))
    with pytest.raises(FormatError, match="names its page"):
        render_stories(SITE, Chronicle(issues=[issue]), [id])


@pytest.mark.parametrize(
    ("path", "scope"),
    [("s/x.txt", "story"), ("{story}.txt", "story"), ("{story}/x.txt", "story"), ("s/{story}/{story}.txt", "story"),
     ("s/{story}.txt", "issue"), ("s/{story}.txt", "edition"), ("s/{tale}.txt", "story")],
)  # fmt: skip
def test_the_place_of_the_id_in_a_path_is_checked(tmp_path: Path, path: str, scope: str) -> None:
    """In a folder, so that no story's file can be taken for an issue's or an edition's."""
    manifest = NOTE.replace("note.txt", path) + f'scope = "{scope}"\n'
    make_format(tmp_path / "f", manifest, note="x")
    with pytest.raises(FormatError, match=r"format\.toml:2: "):
        load_format(tmp_path / "f")


def test_any_format_can_have_pages_of_stories(tmp_path: Path) -> None:
    manifest = NOTE.replace("note.txt", f"s/{STORY}.txt") + 'scope = "story"\n'
    make_format(tmp_path / "f", manifest, note="{{ story.tellings | length }} {{ issue.id | text }}")
    made = render_stories(load_format(tmp_path / "f"), Chronicle(issues=issues()), [FERRIES, MERGED])
    assert [(one.path, one.content) for one in made] == [
        (f"s/{FERRIES}.txt", b"2 2026-11-20"), (f"s/{MERGED}.txt", b"0 2026-11-20"),
    ]  # fmt: skip


# --- built ------------------------------------------------------------------------------------------------------------


def story_of(house: House, issue: str = "2026-11-20") -> str:
    id: str = house.issue(issue)["briefs"][0]["story"]["id"]
    return id


def test_a_story_that_goes_on_keeps_its_page(house: House) -> None:
    """Only what has changed is written."""
    house.build()
    id = story_of(house)
    before = files(house.out / "weekly" / "stories")
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    house.build(now=NEXT_WEEK)
    after = files(house.out / "weekly" / "stories")
    assert list(before) == list(after) == [f"{id}.html"]
    assert after[f"{id}.html"].decode().count('class="telling"') == 2
    assert house.build(now=NEXT_WEEK)["editions"][0]["changed"] == 0


def test_an_old_page_is_left_alone(house: House) -> None:
    house.build()
    path = house.out / "weekly" / "stories" / f"{story_of(house)}.html"
    path.write_bytes(path.read_bytes() + b"\n")
    report = house.build(now=NEXT_WEEK)
    assert path.read_bytes().endswith(b"\n\n")
    assert report["editions"][0]["artifacts"].count(f"stories/{path.name}") == 0


@pytest.mark.parametrize("lost", ["weekly/stories", "weekly", "weekly/2026-11-20"])
def test_pages_come_back_however_much_of_the_folder_is_gone(house: House, lost: str) -> None:
    house.build()
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    house.build(now=NEXT_WEEK)
    before = files(house.out)
    shutil.rmtree(house.out / lost)
    house.build(now="2026-11-28T09:00+01:00")
    after = files(house.out)
    assert {name: after[name] for name in own(before)} == own(before)


def test_a_page_catches_up_with_issues_that_were_built_elsewhere(house: House) -> None:
    """Into another folder, as somebody may who tries something."""
    house.build()
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    elsewhere = ("build", "-c", str(house.config), "--out", str(house.folder / "other"), "--now", NEXT_WEEK)
    house.run(*elsewhere)
    house.build(now="2026-11-28T09:00+01:00")
    (name,) = files(house.out / "weekly" / "stories")
    page = (house.out / "weekly" / "stories" / name).read_text("utf-8")
    assert page.count('class="telling"') == 2


def test_a_story_that_a_second_build_does_not_tell_leaves_a_page_that_says_so(house: House) -> None:
    """Somebody may have its address; and what it quoted is not vouched for any more."""
    house.build()
    old = story_of(house)
    for seed in (house.folder / "seeds").iterdir():
        seed.unlink()
    house.seed("post", "Night buses begin to run in Oskar", "The first bus left at one.")
    house.build()
    assert story_of(house) != old
    assert "told no more" in (house.out / "weekly" / "stories" / f"{old}.html").read_text("utf-8")


def keep(house: House, *all_issues: Issue) -> None:
    """Issues as if they had been built before."""
    with SqlStore(f"sqlite:///{house.folder}/digest.db") as store:
        for issue in all_issues:
            store.save_issue("weekly", issue.id, issue.number, issue.at, freeze(replace(issue, edition="weekly")))
            store.save_files(make_article(c, TEXTS[c.sha256]) for c in issue.articles)


def test_every_story_of_every_stored_issue_has_a_page_and_old_addresses_lead_on(house: House) -> None:
    """Whatever has been taken in by what; all of it is proven."""
    old, new = issues()
    taken = replace(old.briefs[0], story="feedfeedfeedfeed")
    keep(
        house,
        replace(old, briefs=(*old.briefs, taken)),
        replace(new, briefs=(replace(new.briefs[0], merged=("feedfeedfeedfeed",)), *new.briefs[1:])),
    )
    house.build(now=NEXT_WEEK)
    folder = house.out / "weekly" / "stories"
    told = {FERRIES, BATTERY, LIBRARY, "feedfeedfeedfeed", story_of(house, "2026-11-27")}
    assert {path.stem for path in folder.iterdir()} == told
    assert f"0; url={FERRIES}.html" in (folder / "feedfeedfeedfeed.html").read_text("utf-8")
    assert "feedfeedfeedfeed" not in (folder / f"{FERRIES}.html").read_text("utf-8")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# --- proven -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(shelved: Shelved) -> Shelved:  # noqa: F811
    """The sample edition on disk, with the pages of its stories."""
    chronicle = Chronicle(issues=issues())
    (shelved.folder / "stories").mkdir()
    for made in render_stories(SITE, chronicle, chronicle.stories | {NOBODY}):
        (shelved.folder / made.path).write_bytes(made.content)
    return shelved


def test_pages_of_stories_are_proven(told: Shelved) -> None:
    """With the quotes of all issues; those that lead on have none."""
    counts = {Path(path).stem: count for path, count in told.verify("stories").items()}
    assert counts == {FERRIES: 16, BATTERY: 16, LIBRARY: 4, MERGED: 0, NOBODY: 0}


def test_an_altered_quote_of_an_older_telling_is_found(told: Shelved) -> None:
    path = told.folder / "stories" / f"{FERRIES}.html"
    path.write_text(path.read_text("utf-8").replace("6.2 million", "7.2 million"), "utf-8")
    with pytest.raises(VerifyError, match=f"stories/{FERRIES}.html.*7.2 million"):
        told.verify()


def test_a_page_may_not_quote_what_was_said_of_another_story(told: Shelved) -> None:
    """Though it is verbatim from an article that the same issue cites."""
    quote = sample().briefs[2].sections[0].quotes[0]
    claim = f'<q data-quote="{quote.article}:{quote.start}-{quote.end}">{quote.text}</q></main>'
    path = told.folder / "stories" / f"{FERRIES}.html"
    path.write_text(path.read_text("utf-8").replace("</main>", claim), "utf-8")
    with pytest.raises(VerifyError, match="Ostmoor town library"):
        told.verify()


@pytest.mark.parametrize("id", [MERGED, NOBODY])
def test_a_page_that_leads_on_quotes_nothing(told: Shelved, id: str) -> None:
    path = told.folder / "stories" / f"{id}.html"
    path.write_text(path.read_text("utf-8").replace("</main>", "<p>“The mayor resigned in tears.”</p></main>"), "utf-8")
    with pytest.raises(VerifyError, match="mayor resigned in tears"):
        told.verify()


def test_a_page_that_was_changed_is_not_as_built(house: House) -> None:
    """A link, a label, or where it leads."""
    house.build()
    path = house.out / "weekly" / "stories" / f"{story_of(house)}.html"
    path.write_text(path.read_text("utf-8").replace("../feed.xml", "https://evil.example/"), "utf-8")
    result = CliRunner().invoke(cli, ["verify", str(house.out), "-c", str(house.config)])
    assert f"stories/{path.name}  (not as built" in result.stderr
    assert "all verbatim; 1 not as built" in result.stdout


@pytest.mark.parametrize(
    "name", ["stories/x.txt", "stories/a/b.html", "stories/.html2", "story/x.html", "stories/a b.html"]
)
def test_what_no_format_makes_of_a_story_is_named(told: Shelved, name: str) -> None:
    path = told.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    if not path.name.startswith("."):
        with pytest.raises(VerifyError, match=f"{name}: no format makes it"):
            told.verify()


def test_another_store_knows_no_story(told: Shelved) -> None:
    from digest.app.verify import verify
    from digest.store.memory import MemoryStore

    path = told.folder / "stories" / f"{MERGED}.html"
    with pytest.raises(VerifyError, match="the store has no issue of the edition long-view"):
        list(verify(path, MemoryStore(), usable_formats([ROOT / "templates"])))


def test_names_in_quotation_marks_do_no_harm_on_a_page() -> None:
    """Of sources, topics and what articles share: they stand where quotes might."""
    name = 'Radio “We hear you all”, "the best of them"'
    first = sample().briefs[0]
    origin = replace(first.lineage.origins[4], name=name)
    brief = replace(
        first, topic=name, why=replace(first.why, names=(name,), terms=(name,)), merged=(MERGED,),
        lineage=replace(first.lineage, origins=(origin,)), rank=(replace(first.rank[0], name=name, said=name),),
    )  # fmt: skip
    issue = replace(sample(), briefs=(brief,), topics=(name,))
    chronicle = Chronicle(issues=[issue])
    for made in render_stories(SITE, chronicle, chronicle.stories):
        prove(made, chronicle.sources(Path(made.path).stem), TEXTS)


def test_shared_words_are_no_licence_to_quote_them() -> None:
    """What articles share may not stand in quotation marks for that."""
    first = sample().briefs[0]
    terms = ("mayor", "resigned", "in", "tears")
    issue = replace(sample(), briefs=(replace(first, why=replace(first.why, terms=terms)),))
    chronicle = Chronicle(issues=[issue])
    (made,) = render_stories(SITE, chronicle, [FERRIES])
    forged = replace(made, content=made.content.replace(b"</main>", "<p>“Mayor resigned in tears”</p></main>".encode()))
    with pytest.raises(VerifyError, match="resigned in tears"):
        prove(forged, chronicle.sources(FERRIES), TEXTS)
