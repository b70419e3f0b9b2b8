"""Gather what an issue may tell: seed files, and the articles of feeds and of earlier issues."""

from collections import defaultdict
from collections.abc import Sequence

from digest.app.run import Run
from digest.config import Edition
from digest.errors import FeedError, SeedError
from digest.ingest.feeds.entries import composed
from digest.ingest.sandbox import SandboxError
from digest.ingest.seeds.disk import find
from digest.ingest.seeds.files import read_seed
from digest.ingest.web.rights import known_origin, mining_reserved_by
from digest.model import Article, Filed, Issue

LOOKBACK = 3  # windows: a story that had no news for longer than that comes back as a new one
NEIGHBOURS = 50  # entries of a feed that are looked at to tell its boilerplate


def gather(run: Run, edition: Edition, earlier: Sequence[Issue]) -> list[Article]:
    """What the issue may tell, and what ties it to the stories of the issues of the last three windows."""
    feeds = [feed.url for feed in edition.feeds]
    since = run.now - edition.window
    _compose(run, run.store.uncomposed(feeds, since, run.now))
    window = run.store.feed_articles(feeds, since, run.now)
    recent = [issue for issue in earlier if issue.at >= run.now - LOOKBACK * edition.window]
    before = [id for issue in recent for brief in issue.briefs for id in brief.articles]
    every = [*window, *_seeds(run, edition), *run.store.articles(before)]
    return list({article.id: article for article in every}.values())


def reserved(run: Run, articles: Sequence[Article]) -> dict[str, str]:
    """The articles, by id, whose publisher is known to reserve text and data mining, each with what says so."""
    linked = [(article.id, article.url) for article in articles if article.url]
    origins = {url: origin for _, url in linked if (origin := known_origin(url))}
    sites = run.store.sites(set(origins.values()))
    known = ((id, url, sites[origins[url]]) for id, url in linked if origins.get(url) in sites)
    return {id: by for id, url, site in known if (by := mining_reserved_by(site, url, run.now))}


def _compose(run: Run, wanted: Sequence[Filed]) -> None:
    """Make articles of entries, in the sandbox, a feed at a time. Of all entries with the same article, the longest."""
    by_article: dict[str, list[Filed]] = defaultdict(list)
    for filed in run.store.entries_of({filed.article for filed in wanted if filed.article}):
        by_article[filed.article or ""].append(filed)
    by_feed: dict[str, list[Filed]] = defaultdict(list)
    for same in by_article.values():
        longest = max(same, key=lambda filed: len(filed.page or "") + len(filed.entry.html))
        by_feed[longest.entry.feed].append(longest)
    jobs = {
        feed: run.sandbox.submit(composed, chosen, run.store.newest(feed, NEIGHBOURS))
        for feed, chosen in by_feed.items()
    }
    for feed, job in jobs.items():
        try:
            articles: Sequence[Article] = job.result()
        except Exception:  # noqa: BLE001  (one entry at least sets off something: find out which)
            articles = _one_by_one(run, by_feed[feed])
        # Those that cannot be made are done with as well, until they change.
        keys = [(f.entry.feed, f.entry.guid) for chosen in by_feed[feed] for f in by_article[chosen.article or ""]]
        run.store.save_composed(articles, sorted(keys))


def _one_by_one(run: Run, wanted: Sequence[Filed]) -> list[Article]:
    """The articles of a feed of which one at least cannot be made; such an entry is noted, and left out."""
    newest = run.store.newest(wanted[0].entry.feed, NEIGHBOURS)
    try:
        run.sandbox.call(composed, [], newest)
    except Exception:  # noqa: BLE001  (the neighbours are at fault: do without)
        newest = ()
    made: list[Article] = []
    for filed in wanted:
        try:
            made += run.sandbox.call(composed, [filed], newest)
        except Exception as error:  # noqa: BLE001  (one bad entry stops no run)
            known = isinstance(error, SandboxError)
            reason = str(error) if known else f"{type(error).__name__}: {error}; please report this to the project"
            subject = filed.entry.url or f"{filed.entry.feed} ({filed.entry.guid})"
            run.note(FeedError(subject, f"could not be read ({reason})", f"an entry of {filed.entry.feed}, left out"))
    return made


def _seeds(run: Run, edition: Edition) -> list[Article]:
    """The edition's seed files as stored articles; a file that an outlet claims is not read for the edition too."""
    found: list[Article] = []
    tried: set[str] = set()
    claims = [(o.files, o.name, o.language) for o in edition.outlets] + [(edition.files, None, edition.language)]
    for patterns, outlet, language in claims:
        for file in find(patterns, run.config.folder):
            name = file.subject if isinstance(file, SeedError) else file.name
            if name in tried:
                continue
            tried.add(name)
            try:
                if isinstance(file, SeedError):
                    raise file
                found.append(read_seed(file.data, name, outlet=outlet, language=language, seen=run.now))
            except SeedError as error:
                run.note(error)
    run.store.save_files(found)
    return list(run.store.articles([article.id for article in found]))
