"""Say what each edition would do, without doing any of it."""

from collections.abc import Iterator

from digest.config import Config, Edition
from digest.errors import SeedError
from digest.ingest.disk import find


def describe(config: Config) -> Iterator[str]:
    """Lines for people: an edition each, with what it reads and what it makes."""
    yield f"{config.path}: {len(config.editions)} edition{'s' * (len(config.editions) != 1)}, no problem found"
    if config.contact is None and any(edition.feeds for edition in config.editions):
        yield "advice: set contact: to an address where publishers learn who asks for their feeds"
    for edition in config.editions:
        yield ""
        yield from _edition(config, edition)


def _edition(config: Config, edition: Edition) -> Iterator[str]:
    patterns = [pattern for outlet in edition.outlets for pattern in outlet.files] + list(edition.files)
    files = list(find(patterns, config.folder))
    days, rest = divmod(edition.window.total_seconds(), 86400)
    window = f"{days:.0f} days" if not rest else f"{edition.window.total_seconds() / 3600:.0f} hours"
    channels = [choice.name for choice in edition.channels]
    yield f"{edition.id}: {edition.title} ({edition.language}, {edition.timezone})"
    yield f"  reads    {len(edition.feeds)} feeds of {len(edition.outlets)} outlets, {_count(files)} seed files"
    yield f"  window   {window}; seed files count once, whatever their date"
    yield f"  makes    up to {edition.stories} stories of {edition.sentences} sentences"
    yield f"  with     {edition.clusterer.name}, {edition.summarizer.name}, {edition.stance.name}"
    yield f"  renders  {', '.join(edition.formats) or 'issue.json only'}"
    yield f"  delivers {', '.join(['the --out folder', *channels])}"
    for file in files:
        if isinstance(file, SeedError):
            yield f"  warning  {file}"


def _count(files: list[object]) -> int:
    return sum(not isinstance(file, SeedError) for file in files)
