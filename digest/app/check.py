"""Say what each edition would do, without doing any of it."""

from collections.abc import Iterator

from digest.config import Config, Edition
from digest.errors import SeedError
from digest.ingest.disk import find
from digest.text.normalize import counted


def describe(config: Config) -> Iterator[str]:
    """Lines for people: an edition each, with what it reads and what it makes."""
    yield f"{config.path}: {counted(len(config.editions), 'edition')}, no problem found"
    if config.contact is None and any(edition.feeds for edition in config.editions):
        yield "advice: set contact: to an address where publishers learn who asks for their feeds"
    for edition in config.editions:
        yield ""
        yield from _edition(config, edition)


def _edition(config: Config, edition: Edition) -> Iterator[str]:
    patterns = [pattern for outlet in edition.outlets for pattern in outlet.files] + list(edition.files)
    files = list(find(patterns, config.folder))
    warnings = [file for file in files if isinstance(file, SeedError)]
    days, rest = divmod(edition.window.total_seconds(), 86400)
    window = f"{days:.0f} days" if not rest else f"{edition.window.total_seconds() / 3600:.0f} hours"
    seeds = counted(len(files) - len(warnings), "seed file")
    reads = f"{counted(len(edition.feeds), 'feed')} of {counted(len(edition.outlets), 'outlet')}, {seeds}"
    channels = [choice.name for choice in edition.channels]
    yield f"{edition.id}: {edition.title} ({edition.language}, {edition.timezone})"
    yield f"  reads    {reads}"
    yield f"  window   {window}; seed files count once, whatever their date"
    yield f"  makes    up to {counted(edition.stories, 'story')} of {counted(edition.sentences, 'sentence')}"
    yield f"  with     {edition.clusterer.name}, {edition.summarizer.name}, {edition.stance.name}"
    yield f"  renders  {', '.join(edition.formats) or 'issue.json only'}"
    yield f"  delivers {', '.join(['the --out folder', *channels])}"
    for warning in warnings:
        yield f"  warning  {warning}"
