"""Say what each edition would do, and what would fail, without doing any of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from digest import plugins
from digest.app.setup import decisions, load_formats, miswritten
from digest.config import Config, Decisions, Edition, Quoting, Rights, Rule
from digest.errors import SeedError
from digest.ingest.seeds.disk import SeedFile, find
from digest.ingest.seeds.files import read_seed
from digest.text.normalize import counted

_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)  # articles must have been met at some time; these are thrown away


def describe(config: Config) -> Iterator[str]:
    """Lines for people: an edition each, with what it reads and what it makes; seed files that fail are warnings,
    and so are mistakes in a catalogue of words, since a build does without what is wrong.

    Raises FormatError if a format that an edition names is broken, or writes what another one of it writes,
    PluginError if a file that a plug-in needs is broken, and ConfigError if the editor's file is wrong: such an edition
    cannot be built.
    """
    decided = decisions(config)
    for edition in config.editions:
        load_formats(edition.formats, config.folder)
        for choice in (edition.clusterer, edition.summarizer, edition.stance, *(one for one, _ in edition.sections)):
            plugins.check(choice, config.folder)
    yield f"{config.path}: {counted(len(config.editions), 'edition')}, no mistake in the file"
    if config.contact is None and any(edition.feeds for edition in config.editions):
        yield "advice: set contact: to an address where publishers learn who asks for their feeds"
    for edition in config.editions:
        yield ""
        yield from _edition(config, edition)
        yield from _editor(decided.get(edition.id, Decisions()))


def _edition(config: Config, edition: Edition) -> Iterator[str]:
    patterns = [pattern for outlet in edition.outlets for pattern in outlet.files] + list(edition.files)
    files = list(find(patterns, config.folder))
    broken = [error for file in files if (error := _failure(file, edition.language))]
    warnings = [*broken, *(miswritten([edition.language], config.folder) if edition.formats else [])]
    days, rest = divmod(edition.window.total_seconds(), 86400)
    window = f"{days:.0f} days" if not rest else f"{edition.window.total_seconds() / 3600:.0f} hours"
    seeds = counted(len(files) - len(broken), "seed file")
    reads = f"{counted(len(edition.feeds), 'feed')} of {counted(len(edition.outlets), 'outlet')}, {seeds}"
    channels = [choice.name for choice in edition.channels]
    yield f"{edition.id}: {edition.title} ({edition.language}, {edition.timezone})"
    yield f"  reads    {reads}"
    yield f"  window   {window}; seed files count once, whatever their date"
    sections = ", ".join(choice.name for choice, _ in edition.sections) or "takes only"
    yield f"  makes    up to {counted(edition.stories, 'story')}: {sections}"
    yield from _rights(edition.rights)
    yield from _selection(edition)
    yield f"  with     {edition.clusterer.name}, {edition.summarizer.name}, {edition.stance.name}"
    yield f"  renders  {', '.join(edition.formats) or 'issue.json only'}"
    yield f"  delivers {', '.join(['the --out folder', *channels])}"
    for warning in warnings:
        yield f"  warning  {warning}" + (f" ({warning.hint})" if warning.hint else "")


def _rights(rights: Rights) -> Iterator[str]:
    """Only what is not as it is where nobody says anything."""
    if rights.default != Quoting():
        yield f"  quotes   {_amount(rights.default)} of an outlet in a story"
    for name, amount in rights.outlets:
        yield f"  quotes   {_amount(amount)} of {name}"
    if rights.commercial:
        yield "  quotes   nothing whose licence allows no commercial use or no derivatives"


def _amount(quoting: Quoting) -> str:
    if quoting.nothing:
        return "nothing"
    limits = ((quoting.sentences, "sentence"), (quoting.words, "word"))
    named = [counted(limit, what) for limit, what in limits if limit is not None]
    return f"up to {' and '.join(named)}" if named else "any amount"


def _selection(edition: Edition) -> Iterator[str]:
    """Only what is not as it is where nobody says anything."""
    chosen = edition.selection
    for topic in chosen.topics:
        most = f", up to {counted(topic.stories, 'story')}" if topic.stories else ""
        yield f"  section  {topic.name}: {_rule(topic.rule) if topic.rule else 'all the rest'}{most}"
    if chosen.include:
        yield f"  includes only {_rule(chosen.include)}"
    if chosen.exclude:
        yield f"  excludes {_rule(chosen.exclude)}"
    if chosen.min_outlets > 1:
        yield f"  needs    {chosen.min_outlets} outlets a story"


def _rule(rule: Rule) -> str:
    named = (("words", rule.words), ("categories", rule.categories), ("outlets", rule.outlets))
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in named if names) or "nothing"


def _editor(decided: Decisions) -> Iterator[str]:
    counts = {"pinned": decided.pin, "dropped": decided.drop, "merged": decided.merge, "split": decided.split}
    counts |= {"stances set": decided.stances}
    if any(counts.values()):
        yield "  editor   " + ", ".join(f"{len(what)} {done}" for done, what in counts.items() if what)


def _failure(file: SeedFile | SeedError, language: str) -> SeedError | None:
    """Why a build would do without this file, if it would."""
    if isinstance(file, SeedError):
        return file
    try:
        read_seed(file.data, file.name, outlet=None, language=language, seen=_WHENEVER)
    except SeedError as error:
        return error
    return None
