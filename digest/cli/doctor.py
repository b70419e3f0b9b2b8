"""`digest doctor`."""

import json
import sys
from pathlib import Path

import click

from digest.cli.options import config_option, json_option, now_option, store_option, the_time
from digest.text.normalize import counted


@click.command()
@config_option
@store_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="The folder of artifacts.")  # fmt: skip
@click.option("--zone", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Records in place of DNS, as a zone file.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Ask nothing over the network.")
@click.option("--all", "every", is_flag=True, help="Show what is well, too.")
@now_option("Look")
@json_option
def doctor(
    path: Path, store: str | None, out: Path, zone: Path | None, offline: bool, every: bool, now: object, as_json: bool
) -> None:
    """Look for what is wrong or soon will be: configuration, store, disk, secrets, feeds, mail, certificates, clock.

    Each finding has its next step. Exit code 1 if something must be done.
    """
    from datetime import datetime

    from digest.app.doctor import Doctor
    from digest.app.doctor import as_json as told

    moment = the_time(now if isinstance(now, datetime) else None)
    findings = list(Doctor(path=path, store_url=store, out=out, now=moment, zone=zone, offline=offline).findings())
    if as_json:
        click.echo(json.dumps(told(findings), ensure_ascii=False))
    marks = {"ok": "fine", "note": "note", "must": "MUST"}
    for one in findings:
        if not as_json and (every or one.weight != "ok"):
            click.echo(f"{marks[one.weight]}  {one.area}: {one.subject}: {one.text}")
            if one.next:
                click.echo(f"      next: {one.next}")
    must = sum(one.weight == "must" for one in findings)
    well = sum(one.weight == "ok" for one in findings)
    click.echo(f"{counted(well, 'check')} fine, {counted(must, 'thing')} to be done", err=True)
    sys.exit(1 if must else 0)
