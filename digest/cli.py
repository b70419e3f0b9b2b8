"""The command line: arguments, exit codes, printing, and the only clock.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 something failed that a person must look at,
2 the command or `feeds.yaml` is wrong. Feeds and files that fail are reported and do not change the exit code.
Heavy modules are imported inside commands, so that `--help` answers at once.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from digest import __version__
from digest.errors import ConfigError, DigestError, PluginError
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.app.build import Progress
    from digest.app.report import Report
    from digest.config import Config, Edition


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


_config = click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("feeds.yaml"),
    show_default=True,
    help="The file with outlets, feeds and editions.",
)
_store = click.option("--store", metavar="URL", help="The database, in place of the one that the file names.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Many feeds in, one honest newsletter out: every sentence verbatim from a source."""


@cli.command()
@_config
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="The folder to write to.")  # fmt: skip
@_store
@click.option("--now", type=Moment(), help="Build as of this moment, such as 2020-05-04T09:00+02:00.")
@click.option("--edition", "wanted", metavar="ID", multiple=True, help="Build this edition only; may be repeated.")
@click.option("--offline", is_flag=True, help="Ask no feed; use what is stored, and the seed files.")
@click.option("--json", "as_json", is_flag=True, help="Print a report for programs on stdout.")
def build(
    path: Path,
    out: Path,
    store: str | None,
    now: datetime | None,
    wanted: tuple[str, ...],
    offline: bool,
    as_json: bool,
) -> None:
    """Build one issue of each edition: fetch, cluster, summarize, judge, render.

    A second build on the same day, in the edition's time zone, replaces the first.
    """
    from digest.app.build import Run
    from digest.app.setup import open_store, read_config

    config = read_config(path)
    editions = _editions(config, wanted)
    with open_store(config, store) as opened, _progress() as progress:
        run = Run(
            config=config,
            store=opened,
            out=out,
            now=now or datetime.now(UTC).replace(microsecond=0),
            offline=offline,
            progress=progress,
            clock=perf_counter,
        )
        report = run.build(editions)
    for line in _summary(report):
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    if report.failed:
        raise DigestError(", ".join(report.failed), "could not be built", "see the warnings above; the rest was built")


@cli.command()
@_config
def check(path: Path) -> None:
    """Check feeds.yaml, and say what each edition would do."""
    from digest.app.check import describe
    from digest.app.setup import read_config

    for line in describe(read_config(path)):
        click.echo(line)


@cli.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, exists=True))
@click.option("-c", "--config", "config_path", type=click.Path(path_type=Path), default=Path("feeds.yaml"),
              show_default=True, help="The file that names the store, unless --store does.")  # fmt: skip
@_store
def verify(path: Path, config_path: Path, store: str | None) -> None:
    """Prove every quote in every artifact under PATH to be verbatim from a stored article."""
    from digest.app.setup import open_store, read_config, template_folders
    from digest.app.verify import usable_formats
    from digest.app.verify import verify as prove

    total = files = other = 0
    formats = usable_formats(template_folders(config_path.parent))
    with open_store(None if store else read_config(config_path), store, create=False) as opened:
        for proven in prove(path, opened, formats):
            note = "" if proven.as_built else "  (not as built: altered, or the templates have changed)"
            click.echo(f"{proven.quotes:6} {proven.path}{note}", err=True)
            total, files, other = total + proven.quotes, files + 1, other + (not proven.as_built)
    noted = f"; {other} not as built" if other else ""
    click.echo(f"{counted(total, 'quote')} in {counted(files, 'artifact')}, all verbatim{noted}")


def main() -> None:
    """Run the command line; errors that a person can act on are printed without a traceback."""
    try:
        cli.main(prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except DigestError as error:
        click.echo(f"error: {error}", err=True)
        if error.hint:
            click.echo(f"next: {error.hint}", err=True)
        sys.exit(2 if isinstance(error, ConfigError | PluginError) else 1)


def _editions(config: "Config", wanted: tuple[str, ...]) -> "list[Edition]":
    from digest.plugins import hint

    known = [edition.id for edition in config.editions]
    for id in wanted:
        if id not in known:
            raise ConfigError(str(config.path), f"has no edition '{id}'", hint(id, known))
    return [edition for edition in config.editions if not wanted or edition.id in wanted]


def _summary(report: "Report") -> Iterator[str]:
    """The report for people."""
    for problem in report.problems:
        yield f"warning: {problem.subject}: {problem.reason}" + (f" ({problem.hint})" if problem.hint else "")
    polled = report.polled
    if polled.tried:
        counts = f"{polled.tried} tried, {polled.unchanged} unchanged, {polled.failed} failed"
        yield f"feeds: {counts}; {polled.entries} entries read"
    for built in report.built:
        issue = built.issue
        yield ""
        counts = f"{counted(len(issue.briefs), 'story')} from {counted(built.articles, 'article')}"
        yield f"{issue.title}, issue {issue.number} ({issue.id}): {counts}"
        outlets = {article.id: article.outlet for article in issue.articles}
        for number, brief in enumerate(issue.briefs, 1):
            count = len({outlets[id] for id in brief.articles})
            since = f", continuing, {len(brief.new)} new" if brief.since else ""
            yield f"{number:4}. {brief.title} ({counted(count, 'outlet')}{since})"
        if not issue.briefs:
            yield "      nothing new: no article in the window that an earlier issue did not have"
        if issue.more:
            yield f"      {counted(issue.more, 'further story')} left out (limits: stories)"
        yield f"      {counted(len(built.artifacts), 'artifact')}, {built.changed} changed, in {built.folder}"
    yield ""
    total = sum(seconds for _, seconds in report.seconds)
    yield f"{total:.1f} s: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds)


class _Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, edition: str) -> None:
        return None

    def step(self, name: str, done: int, total: int) -> None:
        return None


class _Bar:
    """Progress on a terminal."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("start", total=None, item="")

    def stage(self, name: str, edition: str) -> None:
        # Shown at once: a stage may be over before the display would next look.
        said = f"{edition} {name}".strip()
        self._bar.update(self._task, description=said, total=None, completed=0, item="", refresh=True)

    def step(self, name: str, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total, item=name)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A display on stderr if that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[item]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)
