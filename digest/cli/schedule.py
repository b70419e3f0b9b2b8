"""`digest schedule`."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, edition_option, json_option, now_option, store_option, the_time

if TYPE_CHECKING:
    from digest.app.vitals import Vitals


@click.command()
@config_option
@store_option
@now_option("Say what comes after")
@edition_option
@json_option
def schedule(path: Path, store: str | None, now: datetime | None, wanted: tuple[str, ...], as_json: bool) -> None:
    """Show when each edition is due next, there and in UTC, and what became of its last turns."""
    from digest.app.setup import editions, read_config, slots_of
    from digest.app.vitals import vitals

    config, moment = read_config(path), the_time(now)
    with slots_of(config, store) as slots:
        found = [vitals(slots, edition, moment) for edition in editions(config, wanted)]
    if as_json:
        data = {"schema": 1, "now": moment.isoformat(), "editions": [one.as_json() for one in found]}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for one in found:
        for line in _lines(one):
            click.echo(line)


def _lines(one: "Vitals") -> Iterator[str]:
    edition, timing = one.edition, one.edition.timing.schedule
    if timing is None:
        yield f"{edition.id}: no schedule: in feeds.yaml; it is built by `digest build` alone"
    else:
        yield f"{edition.id}: {timing.said}, {edition.timezone}"
        for turn in one.coming:
            yield f"  next  {turn.id:<16} {timing.local(turn.due):%a %Y-%m-%d %H:%M} ({turn.due:%Y-%m-%d %H:%M} UTC)"
    for slot in one.last:
        shown = f"{slot.due:%Y-%m-%d %H:%M} UTC"
        issue = f", issue {slot.issue}" if slot.issue else ""
        yield f"  last  {slot.id:<16} {shown}: {slot.state}{issue}{': ' if slot.note else ''}{slot.note}"
    for draft in one.drafts:
        until = f", goes out at {draft.until:%Y-%m-%d %H:%M} UTC without an answer" if draft.until else ""
        yield f"  draft {draft.issue}: {draft.verdict}{until}; `digest approve {edition.id}/{draft.issue}`"
    if one.overdue:
        yield f"  overdue: {one.overdue.id}, since {one.overdue.due:%Y-%m-%d %H:%M} UTC; is `digest run` running?"
