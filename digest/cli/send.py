"""`digest send`."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, json_option, store_option, the_time
from digest.cli.progress import progress
from digest.cli.stopping import until_stopped
from digest.errors import MailError, SubscriberError
from digest.text.addresses import mail_address
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.app.mailed import Mailed
    from digest.app.send import Send


@click.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="Where the folder for mail is, if there is no mail server.")  # fmt: skip
@store_option
@click.option("--edition", "wanted", metavar="ID", help="The edition, if there are several.")
@click.option("--issue", metavar="ID", help="This issue, in place of the newest.")
@click.option("--test", "address", metavar="ADDRESS", help="One message to this address only; nothing is written down.")
@click.option("--dry-run", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Every subscriber's message into this folder; nothing is sent or written down.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on although the mailing was paused, with a new deadline.")
@click.option("--resend-uncertain", is_flag=True,
              help="Send again what may have arrived; those who have it get it twice.")  # fmt: skip
@click.option("--wait", "patience", type=click.FloatRange(0, 7 * 24 * 3600), default=120.0, show_default=True,
              metavar="SECONDS", help="End when nobody can be written to for longer; a later run goes on.")  # fmt: skip
@json_option
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write what became of each delivery, with addresses.")  # fmt: skip
def send(
    path: Path,
    out: Path,
    store: str | None,
    wanted: str | None,
    issue: str | None,
    address: str | None,
    folder: Path | None,
    resume: bool,
    resend_uncertain: bool,
    patience: float,
    as_json: bool,
    table: Path | None,
) -> None:
    """Mail an issue to the subscribers of its edition, each once.

    Whatever interrupts it, run it again: it goes on where it was. Without mail: in feeds.yaml the messages go to a
    folder.
    """
    from digest.app.send import Send
    from digest.app.setup import open_store, public_address, read_config, the_edition
    from digest.deliver.mail.queue import Time

    if address and folder:
        raise click.UsageError("--test and --dry-run exclude each other")
    if table:
        _begin(table)
    if address is not None and mail_address(address) is None:
        raise SubscriberError("--test", "is no address that can be written to", "such as ada@example.org")
    config = read_config(path)
    edition = the_edition(config, wanted)
    with until_stopped() as stop, open_store(config, store) as opened, progress() as display:
        run = Send(
            config=config,
            store=opened,
            store_url=store,
            out=out,
            web=public_address(config),
            time=Time(clock=lambda: the_time(None), ticks=monotonic, wait=lambda seconds: _wait(stop, seconds)),
            progress=display,
            warn=lambda text: click.echo(f"warning: {text}", err=True),
            stopping=stop.is_set,
            patience=patience,
        )
        if address:
            where = run.test(edition, issue, address.strip())
            click.echo(f"sent to {address}" if where is None else f"written to {where}", err=True)
            return
        if folder:
            count = run.dry_run(edition, issue, folder)
            click.echo(f"{counted(count, 'message')} in {folder}; nothing was sent", err=True)
            return
        mailed = run.issue(edition, issue, resume=resume, resend_uncertain=resend_uncertain)
        _report(mailed, run, as_json=as_json, table=table)
    for line in _summary(mailed, stopped=stop.is_set()):
        click.echo(line, err=True)
    if mailed.paused:
        subject = f"{mailed.edition} {mailed.issue}"
        raise MailError(subject, f"is paused: {mailed.paused}", "see to it, then run `digest send --resume`")


def _begin(table: Path) -> None:
    """Before the first message: a report that cannot be written is no reason to have none."""
    try:
        table.touch(0o600)
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise click.BadParameter(
            f"{table} {reason}; name a file in a folder that is there", param_hint="--csv"
        ) from None


def _wait(stop: threading.Event, seconds: float) -> None:
    stop.wait(seconds)


def _report(mailed: "Mailed", run: "Send", *, as_json: bool, table: Path | None) -> None:
    from digest.app.mailed import as_csv

    if table:
        with table.open("w", encoding="utf-8", newline="") as file:
            file.writelines(as_csv(run.deliveries(mailed)))
    if as_json:
        click.echo(json.dumps(mailed.as_json(run.deliveries(mailed)), ensure_ascii=False))


def _summary(mailed: "Mailed", *, stopped: bool) -> Iterator[str]:
    """The report for people."""
    counts, what = mailed.counts, f"{mailed.edition} {mailed.issue}"
    if mailed.elsewhere:
        yield f"{what}: already running in another process"
        return
    if not counts.recipients:
        yield f"{what}: nobody is subscribed"
        yield "next: add people with `digest subscribers add` or `digest subscribers import`"
        return
    kinds = ("sent", "failed", "skipped", "uncertain", "pending", "sending")
    numbers = ", ".join(f"{getattr(counts, kind)} {kind}" for kind in kinds if getattr(counts, kind))
    yield f"{what}: {counted(counts.recipients, 'recipient')}: {numbers}"
    if counts.uncertain:
        yield "uncertain: a message may have arrived; `digest send --json` lists them, --resend-uncertain sends again"
    if counts.open and not mailed.paused:
        yield f"{'stopped' if stopped else 'not all is done yet'}: {_to_go_on(mailed)}"


def _to_go_on(mailed: "Mailed") -> str:
    """When the next is due, by the clock on the wall of whoever reads it."""
    again, now = mailed.again, mailed.ended or mailed.at
    when = f"next try {again.astimezone():%H:%M}: " if again and again > now else ""
    return f"{when}run `digest send` again (`digest run` does so by itself)"
