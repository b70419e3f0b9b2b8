"""Read `feeds.yaml`: people edit it, Digest only reads it. All that is wrong with the file is said at once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pydantic

from digest.config.document import Document
from digest.config.explain import explain, unknown_names
from digest.config.mail import mail_of
from digest.config.records import Config, Edition, Network, Outlet, Quoting, Rights, Rule, Selection, Topic, Weights
from digest.config.schedule import timing
from digest.config.schema import EditionSchema, FileSchema, OutletSchema, QuoteSchema, RuleSchema, plugin
from digest.config.web import web_of
from digest.errors import ConfigError
from digest.model import Feed
from digest.plugins import Choice


def load(path: Path, formats: Collection[str]) -> Config:
    """Read and check the file; `formats` are the names of the formats there are. ConfigError lists all problems."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), error.strerror or "cannot be read", "name the file with -c PATH") from None
    document = Document.read(data, str(path))
    try:
        file = FileSchema.model_validate(document.value)
    except pydantic.ValidationError as error:
        found = [explain(document, problem) for problem in error.errors()]
        raise ConfigError("", "\n".join(found), f"see the configuration reference, and correct {path}") from None
    problems = list(unknown_names(document, file, sorted(formats)))
    if problems:
        raise ConfigError("", "\n".join(problems), f"see the configuration reference, and correct {path}")
    editions = tuple(_edition(name, edition) for name, edition in file.editions.items())
    network = Network(allow=tuple(file.network.allow), gap=file.network.gap, at_once=file.network.at_once)
    return Config(
        path=path,
        store=file.store,
        contact=file.contact,
        network=network,
        editions=editions,
        mail=mail_of(file.mail) if file.mail else None,
        ping=file.ping,
        web=web_of(file.web) if file.web else None,
    )


def _edition(name: str, edition: EditionSchema) -> Edition:
    outlets = tuple(_outlet(title, outlet, edition.language) for title, outlet in edition.outlets.items())
    number, unit = edition.window.split(" ")
    return Edition(
        id=name,
        title=edition.title,
        language=edition.language,
        timezone=edition.timezone,
        window=timedelta(**{unit.rstrip("s") + "s": int(number)}),
        url=edition.url.rstrip("/") + "/" if edition.url else None,
        sender=edition.sender,
        hub=edition.hub,
        licence=edition.licence,
        address=edition.address,
        outlets=outlets,
        files=tuple(edition.files),
        stories=edition.limits.stories,
        sections=tuple((Choice(kind="section", name=name), limit) for name, limit in edition.brief.items() if limit),
        rights=_rights(edition),
        selection=_selection(edition),
        formats=tuple(edition.formats),
        channels=tuple(plugin("channel", channel) for channel in edition.channels),
        clusterer=plugin("clusterer", edition.clusterer),
        summarizer=plugin("summarizer", edition.summarizer),
        stance=plugin("stance", edition.stance),
        timing=timing(
            edition.schedule,
            edition.timezone,
            make_up=edition.make_up,
            jitter=edition.jitter,
            skip=edition.skip,
            review=edition.review,
            review_hours=edition.review_hours,
            editor=edition.editor,
        ),
    )


def _outlet(name: str, outlet: OutletSchema, language: str) -> Outlet:
    language = outlet.language or language
    return Outlet(
        name=name,
        feeds=tuple(
            Feed(url=feed.url, outlet=name, language=language, pages=feed.full_text == "page") for feed in outlet.feeds
        ),
        files=tuple(outlet.files),
        language=language,
        weight=outlet.weight,
    )


def _rights(edition: EditionSchema) -> Rights:
    default = _quoting(edition.quote, Quoting())
    outlets = ((name, outlet.quote) for name, outlet in edition.outlets.items())
    return Rights(
        default=default,
        outlets=tuple((name, _quoting(quote, default)) for name, quote in outlets if quote),
        commercial=edition.commercial,
    )


def _quoting(quote: QuoteSchema, default: Quoting) -> Quoting:
    """`default` with the limits that are named."""
    return replace(default, **{name: getattr(quote, name) for name in quote.model_fields_set})


def _selection(edition: EditionSchema) -> Selection:
    return Selection(
        topics=tuple(
            Topic(name=name, rule=_rule(section), stories=section.stories) for name, section in edition.sections.items()
        ),
        include=(_rule(edition.include) or None) if edition.include else None,
        exclude=(_rule(edition.exclude) or None) if edition.exclude else None,
        min_outlets=edition.min_outlets,
        weights=Weights(**edition.ranking.model_dump()),
        outlets=tuple((name, outlet.weight) for name, outlet in edition.outlets.items() if outlet.weight != 1),
    )


def _rule(rule: RuleSchema) -> Rule:
    return Rule(words=tuple(rule.words), categories=tuple(rule.categories), outlets=tuple(rule.outlets))
