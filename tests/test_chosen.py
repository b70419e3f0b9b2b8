"""An issue of some topics alone."""

from email import message_from_bytes, policy
from pathlib import Path

from digest.render.chosen import chosen
from digest.render.engine import load_format, render
from digest.render.formats import MAIL
from tests.mailing import EDITION, ISSUE, place, send, sending
from tests.test_render import FORMATS, sample


def test_no_choice_is_the_whole_issue() -> None:
    assert chosen(sample(), ()) is sample() or chosen(sample(), ()) == sample()


def test_only_the_stories_of_the_chosen_topics_are_told() -> None:
    issue = chosen(sample(), ["Energy", "Culture"])
    assert issue
    assert [brief.topic for brief in issue.briefs] == ["Energy", "Culture"]
    assert issue.topics == ("Energy", "Culture")
    assert (issue.id, issue.number, issue.title) == (sample().id, sample().number, sample().title)


def test_nothing_is_left_of_topics_without_stories() -> None:
    assert chosen(sample(), ["Health"]) is None
    assert chosen(sample(), ["A topic that is gone"]) is None


def test_every_choice_can_be_mailed_and_names_nothing_else() -> None:
    earlier, issue = sample("earlier"), sample()
    titles = {brief.topic: brief.title for brief in issue.briefs}
    for topic, title in titles.items():
        part = chosen(issue, [str(topic)])
        assert part
        made = render(load_format(FORMATS["email"]), [earlier, part], ("issue",), subscribers=True)
        mail = message_from_bytes(next(one.content for one in made if one.media_type == MAIL), policy=policy.default)
        assert str(mail["Subject"])[:60] == title[:60]
        body = mail.get_body(("plain",))
        assert body
        text = " ".join(body.get_content().split())
        assert title in text
        assert [other for other in titles.values() if other != title and other in text] == []


def test_everybody_gets_what_they_have_chosen(tmp_path: Path) -> None:
    """And who has chosen what the issue has nothing of is skipped, and told as such; choosing later changes nothing."""
    made = place(tmp_path, None, 4)
    for number, choice in enumerate(['["Energy"]', '["Health"]', '["Culture", "A topic that is gone"]']):
        made.sql("UPDATE subscribers SET topics = ? WHERE id = ?", choice, f"idr{number}")
    with sending(made) as run:
        count = run.dry_run(run.config.editions[0], None, tmp_path / "dry")
    mailed = send(made)
    assert (count, mailed.counts.sent, mailed.counts.skipped, mailed.finished) == (3, 3, 1, True)
    assert made.sql("SELECT subscriber, reply FROM deliveries WHERE state = 'skipped'") == [
        ("idr1", "has chosen topics without a story")
    ]
    titles = {brief.topic: brief.title[:50] for brief in sample().briefs}
    for folder in (tmp_path / "dry", tmp_path / "out" / "Maildir" / EDITION / ISSUE):
        subjects = {}
        for path in (folder / "new").iterdir():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            subjects[str(mail["To"]).partition("@")[0]] = str(mail["Subject"])[:50]
        assert subjects == {"r0": titles["Energy"], "r2": titles["Culture"], "r3": titles["City & sea"]}
