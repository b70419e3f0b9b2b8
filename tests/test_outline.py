"""Issues in outline: topics, outlets and years of a whole edition."""

from dataclasses import replace

from digest.render.outline import Archive, outline, slug
from tests.test_render import issues

ARCHIVE = Archive(outlines=[outline(issue) for issue in reversed(issues())])


def test_every_story_stands_under_each_of_its_outlets() -> None:
    told = {(one.id, line.story, name) for one in ARCHIVE.outlines for line in one.lines for name in line.outlets}
    shelved = {
        (row.id, line.story, shelf.name) for shelf in ARCHIVE.outlets for row in shelf.rows for line in row.lines
    }
    assert shelved == told
    assert {name for _, _, name in told} == {
        a.outlet for i in issues() for b in i.briefs for a in i.articles if a.id in b.articles
    }


def test_the_mix_of_an_outlet_counts_its_own_takes_only() -> None:
    for shelf in ARCHIVE.outlets:
        for row in shelf.rows:
            issue = next(one for one in issues() if one.id == row.id)
            labels = [
                take.stance.label
                for brief in issue.briefs
                for take in {t.outlet: t for t in brief.takes if t.stance and t.speaker is None}.values()
                if take.stance and take.outlet == shelf.name
            ]
            assert shelf.mix(row) == tuple(labels.count(name) for name in ("positive", "skeptical", "neutral"))


def test_topics_have_the_stories_of_all_issues_newest_first() -> None:
    first, last = issues()[0], issues()[-1]
    named = [
        replace(issue, topics=("Boats",), briefs=tuple(replace(brief, topic="Boats") for brief in issue.briefs))
        for issue in (first, last)
    ]
    (shelf,) = Archive(outlines=[outline(issue) for issue in reversed(named)]).topics
    assert [row.id for row in shelf.rows] == [last.id, first.id]
    assert (shelf.name, shelf.slug) == ("Boats", "boats")


def test_slugs_name_files_and_tell_names_apart() -> None:
    assert slug("Ars Technica") == "ars-technica"
    assert slug("BBC") == slug("bbc") == "bbc"
    names = ["../../etc/passwd", "CON", "AT&T", "AT-T", "at t", "Ñandú", "Nandu", "新聞", "", "x" * 300, "\0"]
    slugs = [slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert not {"con", "index"} & {slug("CON"), slug("index")}
    assert all(1 <= len(one) <= 80 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in slugs)
