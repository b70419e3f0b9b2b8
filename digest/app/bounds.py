"""What a manifest may ask for: what `feeds.yaml` may, and nothing that contradicts itself.

Anybody may have written it, and no value of it may crash or stall a build, or lead out of the edition's folder.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pydantic

from digest.config import Rule
from digest.config.schema import FileSchema, QuoteSchema
from digest.ingest.dates import in_utc
from digest.pipeline import Plan, issue_id
from digest.render.frozen import FROZEN

if TYPE_CHECKING:
    from digest.app.manifest import Input, Manifest

_WINDOW = timedelta(weeks=999)  # the longest that feeds.yaml can name
_NUMBER = 1_000_000


def flaws(manifest: "Manifest") -> Iterator[str]:
    """What is wrong with a manifest whose fields have the right types, in words; later ones need the earlier right."""
    yield from _wrong_wishes(manifest)
    yield from _wrong_moments(manifest)
    if not timedelta(0) < manifest.plan.window <= _WINDOW:
        yield f"plan.window: is not between nothing and {_WINDOW.days // 7} weeks"
    if not 1 <= manifest.number < _NUMBER:
        yield f"number: is not between 1 and {_NUMBER - 1}"
    kinds = manifest.plugins.kinds
    if kinds != ("clusterer", "summarizer", "stance", *["section"] * (len(kinds) - 3)):
        yield "plugins: one of them is of another kind"
    yield from _twice("inputs", [one.id for one in manifest.inputs])
    yield from _twice("plugins.sections", [choice.name for choice, _ in manifest.plugins.sections])
    yield from _twice("plan.selection.topics", [topic.name for topic in manifest.plan.selection.topics])
    yield from _twice("issues", [manifest.issue, *(one.name for one in (*manifest.earlier, *manifest.later))])
    yield from (f"inputs: the sentences of {one.id} overlap" for one in manifest.inputs if not _apart(one))
    yield from _wrong_paths(manifest)


def _wrong_wishes(manifest: "Manifest") -> Iterator[str]:
    """All that people can write into feeds.yaml is held against the same rules."""
    rights = manifest.plan.rights
    try:
        FileSchema.model_validate({"editions": {manifest.plan.edition: _edition(manifest)}})
        for quoting in (rights.default, *(own for _, own in rights.outlets)):
            QuoteSchema.model_validate(asdict(quoting))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        yield f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _edition(manifest: "Manifest") -> dict[str, Any]:
    """As feeds.yaml would have it."""
    plan: Plan = manifest.plan
    rules = plan.selection
    return {
        "title": plan.title,
        "language": plan.language,
        "timezone": plan.timezone,
        "url": plan.url,
        "sender": plan.sender,
        "hub": plan.hub,
        "licence": plan.licence,
        "address": plan.address,
        "limits": {"stories": plan.stories},
        "brief": {choice.name: limit for choice, limit in manifest.plugins.sections},
        "sections": {topic.name: {**_rule(topic.rule), "stories": topic.stories} for topic in rules.topics},
        "include": rules.include and _rule(rules.include),
        "exclude": rules.exclude and _rule(rules.exclude),
        "min_outlets": rules.min_outlets,
        "ranking": asdict(rules.weights),
        "outlets": {name: {"weight": weight} for name, weight in rules.outlets},
        "formats": list(manifest.formats),
    }


def _rule(rule: Rule) -> dict[str, list[str]]:
    return {name: list(values) for name, values in asdict(rule).items()}


def _wrong_moments(manifest: "Manifest") -> Iterator[str]:
    """Moments of a year that no article is from; what is reckoned with them must be a moment, too."""
    named: list[tuple[str, datetime | None]] = [("at", manifest.at)]
    named += [("stale", one.since) for one in manifest.stale]
    for one in manifest.inputs:
        named += [("inputs.seen", one.seen), ("inputs.published", one.published)]
    yield from (f"{name}: a year that cannot be" for name, moment in named if moment and not in_utc(moment))


def _twice(name: str, values: Sequence[str]) -> Iterator[str]:
    if len(set(values)) < len(values):
        yield f"{name}: one of them stands there twice"


def _apart(one: "Input") -> bool:
    """Are its spans in order, none of them empty?"""
    ends = [int(number) for number in one.sentences.replace("-", " ").split()]
    starts = ends[::2]
    return all(start < end for start, end in zip(starts, ends[1::2], strict=True)) and all(
        end <= start for end, start in zip(ends[1::2], starts[1:], strict=False)
    )


def _wrong_paths(manifest: "Manifest") -> Iterator[str]:
    """It is of the issue of its moment, and names paths in the edition's folder, that issue's own file among them."""
    id, names = issue_id(manifest.at, manifest.plan.timezone), [one.name for one in manifest.artifacts]
    if manifest.issue != id:
        yield f"issue: the one of that moment is {id}"
    yield from _twice("artifacts", names)
    yield from (f"artifacts: {name!r} is no path in the edition's folder" for name in names if not _inside(name))
    if f"{id}/{FROZEN}" not in names:
        yield f"artifacts: {id}/{FROZEN} is not among them, so that there is nothing to compare"


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    plain = name.isprintable() and "\\" not in name and str(path) == name
    return plain and not path.is_absolute() and ".." not in path.parts and name != "."
