"""Which entries of a feed are new, and what their articles say."""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.ingest.feeds.entries import BACK_CATALOGUE, BOILERPLATE, CHANGES, article_id, composed, is_calendar, news
from digest.model import Entry, Filed, Known

FEED = "https://courier.example/feed.xml"


def entry(guid: str, **fields: object) -> Entry:
    given = {
        "feed": FEED,
        "outlet": "Courier",
        "url": f"https://courier.example/{guid}",
        "title": f"Harbour report {guid}",
    }
    rest = {"html": f"<p>Text of {guid}.</p>", "published": None, "author": None, "language": "en"}
    return Entry(**{**given, **rest, "guid": guid, **fields})  # type: ignore[arg-type]


def known(*filed: Filed) -> dict[str, Known]:
    return {
        f.entry.guid: Known(
            guid=f.entry.guid,
            sha256=f.entry.sha256,
            article=f.article,
            published=f.entry.published,
            seen=f.seen,
            changes=f.changes,
        )
        for f in filed
    }


def test_only_new_and_changed_entries_are_filed(now: datetime) -> None:
    first = news([entry("1"), entry("2")], {}, now)
    assert [filed.changes for filed in first] == [0, 0]
    later = now + timedelta(days=1)
    found = news([entry("1"), entry("2", title="Corrected"), entry("3")], known(*first), later)
    assert [(f.entry.guid, f.changes, f.seen) for f in found] == [("2", 1, now), ("3", 0, later)]
    assert found[0].article == first[1].article


def test_a_feed_that_changes_all_its_guids_brings_nothing_twice(now: datetime) -> None:
    """By address, or where there is none, by words; www or not, http or not."""
    entries = [entry("1"), entry("2", url=None), entry("3", url="http://www.courier.example/3")]
    filed = news(entries, {}, now)
    renamed = [replace(one, guid=f"new-{one.guid}") for one in entries]
    moved = replace(renamed[2], url="https://courier.example/3")
    assert news(renamed, known(*filed), now) == ()
    (changed,) = news([*renamed[:2], moved], known(*filed), now)
    assert (changed.entry.guid, changed.article, changed.changes) == ("3", filed[2].article, 1)


def test_entries_that_share_an_address_stay_apart(now: datetime) -> None:
    live = [entry(guid, url="https://courier.example/live") for guid in "12"]
    assert len({filed.article for filed in news(live, {}, now)}) == 2


def test_an_address_is_one_article_in_all_feeds_of_its_host() -> None:
    def id(feed: str, url: str) -> str:
        return article_id(entry("1", feed=feed, url=url), shared=False)

    same = id("https://www.courier.example/all.xml", "https://www.courier.example/a/#top")
    assert same == id("http://courier.example/tech.xml", "https://courier.example/a")
    assert same != id("https://gazette.example/feed.xml", "https://courier.example/a")
    assert same != id("https://courier.example/all.xml", "https://courier.example/b")


def test_a_new_name_for_an_outlet_does_not_make_its_articles_new() -> None:
    assert article_id(entry("1", outlet="The Courier"), shared=False) == article_id(entry("1"), shared=False)


def test_the_past_of_a_feed_that_is_met_first_is_known_and_not_told(now: datetime) -> None:
    """2,000 undated entries are no news; what is dated is judged by its date."""
    entries = [entry(str(n)) for n in range(2000)] + [entry("dated", published=now)]
    found = news(entries, {}, now, met=False)
    assert len(found) == 2001
    told = [filed.entry.guid for filed in found if filed.article]
    assert told == [*map(str, range(BACK_CATALOGUE)), "dated"]
    assert news(entries, known(*found), now) == ()
    assert all(filed.article for filed in news(entries, {}, now))


def test_an_entry_that_changes_at_every_look_is_left_alone_in_the_end(now: datetime) -> None:
    """As one with the time of day in its text."""
    (filed,) = news([entry("1")], {}, now)
    updates = 0
    for minute in range(50):
        found = news([entry("1", html=f"<p>It is {minute} past nine.</p>")], known(filed), now)
        updates += len(found)
        filed = found[0] if found else filed
    assert updates == CHANGES


def filed(guid: str, now: datetime, **fields: object) -> Filed:
    page = fields.pop("page", None)
    return Filed(entry=entry(guid, **fields), article=guid, seen=now, page=page)  # type: ignore[arg-type]


def test_what_an_outlet_says_of_itself_in_every_entry_is_left_out(now: datetime) -> None:
    about = "<p>The Courier is the most trusted paper of the coast.</p>"
    htmls = [(f"<p>News {n} is here.</p>{about}", "") for n in range(BOILERPLATE)]
    one = filed("1", now, html=htmls[0][0])
    assert "trusted" not in composed([one], htmls)[0].text
    assert "trusted" in composed([one], htmls[:2])[0].text


def test_an_article_is_of_its_page_if_that_says_more(now: datetime) -> None:
    page = "The harbour opened to ships on Monday.\n\nNine of them came on the first day, from five countries."
    whole, teaser = filed("1", now, page=page), filed("2", now, html=f"<p>{'Long text. ' * 30}</p>", page="Short page.")
    first, second = composed([whole, teaser], [])
    assert first.text == f"Harbour report 1\n\n{page}"
    assert "Short page" not in second.text
    assert (first.id, first.seen, first.url) == ("1", now, "https://courier.example/1")


def test_a_page_that_tells_of_something_else_is_not_the_article(now: datetime) -> None:
    """A wall before an article answers with 200, and is longer than the teaser."""
    wall = "You must log in to read on. Subscribe now to get every story, every day, for less than a coffee a week."
    teaser = filed("1", now, html="<p>The harbour of Larn opened to ships on Monday.</p>", page=wall)
    assert "log in" not in composed([teaser], [])[0].text


def test_blocks_that_the_pages_of_a_feed_repeat_are_left_out_of_each(now: datetime) -> None:
    """Whether they are composed together or one by one, as they come in."""
    pages = [f"Report {n} tells of the harbour and its ships.\n\nSubscribe now." for n in range(3)]
    made = composed([filed("1", now, html="<p>Ships.</p>", page=pages[0])], [("", page) for page in pages])
    assert "Subscribe" not in made[0].text
    assert (
        "Subscribe"
        in composed([filed("1", now, html="<p>Ships.</p>", page=pages[0])], [("", page) for page in pages[:2]])[0].text
    )


def test_an_address_that_gives_new_events_is_not_one_article(now: datetime) -> None:
    """As a daily page does; an edit under a new guid is dated within hours of what it replaces."""
    day = timedelta(days=1)
    (first,) = news([entry("mon", url="https://courier.example/today", published=now - day)], {}, now - day)
    daily = entry("tue", url="https://courier.example/today", title="Something else", published=now)
    (second,) = news([daily], known(first), now)
    assert (second.entry.guid, second.changes) == ("tue", 0)
    assert second.article not in (None, first.article)
    assert news([daily], known(first, second), now + day) == ()
    edited = replace(daily, guid="edit", title="Edited", published=now - day + timedelta(hours=2))
    assert news([edited], known(first), now)[0].entry.guid == "mon"


def test_entries_dated_far_ahead_are_no_flood_either(now: datetime) -> None:
    calendar = [entry(str(n), published=now + timedelta(days=30 + n)) for n in range(200)]
    assert sum(filed.article is not None for filed in news(calendar, {}, now, met=False)) == BACK_CATALOGUE
    assert is_calendar(calendar, now)
    assert not is_calendar([*calendar, entry("x", published=now)], now)
    assert not is_calendar([*calendar, entry("y")], now)
