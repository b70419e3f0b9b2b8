"""Arguments that several commands take, and how they are read."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any] | click.Command)


class Moment(click.ParamType[datetime]):
    """A point in time in ISO 8601 with its offset from UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write it like 2026-11-20T09:00+01:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no offset; add one, such as {value}+01:00 or {value}Z", param, ctx)
        if not 1990 <= moment.year <= 2100:
            self.fail(f"{value!r} is out of range; years from 1990 to 2100 will do", param, ctx)
        return moment.astimezone(UTC)


config_option = click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("feeds.yaml"),
    show_default=True,
    help="The file with outlets, feeds and editions.",
)
store_option = click.option("--store", metavar="URL", help="The database, in place of the one that the file names.")
edition_option = click.option(
    "--edition", "wanted", metavar="ID", multiple=True, help="This edition only; may be repeated."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print a report for programs on stdout.")


def now_option(does: str) -> Callable[[_Command], _Command]:
    """`--now`; `does` is what the command does as of that moment."""
    return click.option("--now", type=Moment(), help=f"{does} as of this moment, such as 2020-05-04T09:00+02:00.")


def the_time(given: datetime | None) -> datetime:
    """The moment that the person gave, or this one: the only place that reads the clock."""
    return given or datetime.now(UTC).replace(microsecond=0)
