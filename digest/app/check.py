"""Say what each edition would do, and what would fail, without doing any of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from digest.app.setup import load_formats
from digest.config import Config, Edition
from digest.errors import SeedError
from digest.ingest.seeds.disk import SeedFile, find
from digest.ingest.seeds.files import read_seed
from digest.text.normalize import counted

_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)  # articles must have been met at some time; these are thrown away


def describe(config: Config) -> Iterator[str]:
    """Lines for people: an edition each, with what it reads and what it makes; seed files that fail are warnings.

    Raises FormatError if a format that an edition names is broken, or writes what another one of it writes: such an
    edition cannot be built.
    """
    for edition in config.editions:
        load_formats(edition.formats, config.folder)
    yield f"{config.path}: {counted(len(config.editions), 'edition')}, no mistake in the file"
    if config.contact is None and any(edition.feeds for edition in config.editions):
        yield "advice: set contact: to an address where publishers learn who asks for their feeds"
    for edition in config.editions:
        yield ""
        yield from _edition(config, edition)


def _edition(config: Config, edition: Edition) -> Iterator[str]:
    patterns = [pattern for outlet in edition.outlets for pattern in outlet.files] + list(edition.files)
    files = list(find(patterns, config.folder))
    warnings = [error for file in files if (error := _failure(file, edition.language))]
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
        yield f"  warning  {warning}" + (f" ({warning.hint})" if warning.hint else "")


def _failure(file: SeedFile | SeedError, language: str) -> SeedError | None:
    """Why a build would do without this file, if it would."""
    if isinstance(file, SeedError):
        return file
    try:
        read_seed(file.data, file.name, outlet=None, language=language, seen=_WHENEVER)
    except SeedError as error:
        return error
    return None
