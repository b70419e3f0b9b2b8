"""`digest build`."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.again import rebuild
from digest.cli.options import config_option, edition_option, json_option, now_option, store_option, the_time
from digest.cli.running import a_run, told
from digest.errors import DigestError
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.app.report import Report


@click.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="The folder to write to.")  # fmt: skip
@store_option
@now_option("Build")
@edition_option
@click.option("--offline", is_flag=True, help="Ask no feed; use what is stored, and the seed files.")
@click.option("--from", "manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Build the issue of this manifest.json again from the store, and compare.")  # fmt: skip
@json_option
def build(
    path: Path,
    out: Path,
    store: str | None,
    now: datetime | None,
    wanted: tuple[str, ...],
    offline: bool,
    manifest: Path | None,
    as_json: bool,
) -> None:
    """Build one issue of each edition: ask the feeds that are due, cluster, summarize, judge, render.

    A second build on the same day, in the edition's time zone, replaces the first. With --from nothing is asked or
    stored, and files are only written if --out is given.
    """
    if manifest:
        if now or wanted or offline:
            raise click.UsageError("--from needs no --now, --edition or --offline: the manifest says all that")
        given = click.get_current_context().get_parameter_source("out") is not click.core.ParameterSource.DEFAULT
        rebuild(manifest, path, store, out if given else None, as_json=as_json)
        return
    from digest.app.build import Build
    from digest.app.setup import decisions, editions, read_config

    config = read_config(path)
    chosen, decided = editions(config, wanted), decisions(config)
    with a_run(config, store, the_time(now)) as run:
        report = Build(run=run, out=out, offline=offline, decisions=decided).issues(chosen)
    for line in _summary(report):
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    broken = [f"{name} of {built.issue.edition}" for built in report.built for name in built.broken]
    if report.failed or broken:
        named = ", ".join([*report.failed, *broken])
        raise DigestError(named, "could not be built", "see the warnings above; the rest was built")


def _summary(report: "Report") -> Iterator[str]:
    """The report for people."""
    yield from told(report.problems, report.polled)
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
        if not issue.briefs and not issue.left:
            yield "      nothing new: no article in the window that an earlier issue did not have"
        if issue.left and not issue.more:
            yield "      some stories are kept out (`digest explain` lists them, and says why)"
        if issue.more:
            yield f"      {counted(issue.more, 'further story')} left out (`digest explain` lists them, and says why)"
        yield f"      {counted(len(built.artifacts), 'artifact')}, {built.changed} changed, in {built.folder}"
    yield ""
    total = sum(seconds for _, seconds in report.seconds)
    yield f"{total:.1f} s: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds)
