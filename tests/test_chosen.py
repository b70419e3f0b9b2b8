"""An issue of some topics alone."""

from email import message_from_bytes, policy

from digest.render.chosen import chosen
from digest.render.engine import load_format, render
from digest.render.formats import MAIL
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
