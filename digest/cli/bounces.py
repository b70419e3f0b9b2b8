"""`digest bounces`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, json_option, store_option, the_time
from digest.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.config import Config
    from digest.ingest.mailboxes import Arrived

_TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: what mail servers understand


@click.command()
@click.argument("source", type=click.Choice(["-"]), required=False)
@config_option
@store_option
@click.option("--maildir", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Read what is new in this Maildir.")  # fmt: skip
@click.option("--imap", metavar="URL", help="Read what is unread there: imaps://USER@HOST/FOLDER.")
@click.option("--password", metavar="REF", help="The mailbox's password: env:NAME or file:PATH.")
@click.option("--recipient", default="", metavar="ADDRESS",
              help="The address that a message on stdin came to, if it does not say so.")  # fmt: skip
@json_option
def bounces(
    source: str | None,
    path: Path,
    store: str | None,
    maildir: Path | None,
    imap: str | None,
    password: str | None,
    recipient: str,
    as_json: bool,
) -> None:
    """Read mail that came back: who bounces, complains or leaves is written to no more.

    From a Maildir, from a mailbox by IMAP, or one message from stdin (-). Only what has a valid token counts.
    """
    if sum(map(bool, (source, maildir, imap))) != 1:
        raise click.UsageError("name one of --maildir DIR, --imap URL, or - for stdin")
    with _told_to_server(source):
        from digest.app.returned import Reader
        from digest.app.secrets import secrets
        from digest.app.setup import open_store, read_config

        config = read_config(path)
        if not config.mail or not config.mail.bounces:
            hint = "set it to the mailbox that they come to, such as bounce@example.org"
            raise ConfigError(str(config.path), "has no bounces: under mail:", hint)
        with open_store(config, store) as opened:
            reader = Reader(
                returns=opened.returns,
                secrets=secrets(config, store, warn=_warn),
                bounces=config.mail.bounces,
                warn=_warn,
            )
            reader.read(_messages(config, maildir, imap, password), the_time(None), recipient)
    counts = dict(sorted(reader.counts.items()))
    if as_json:
        click.echo(json.dumps(counts))
    click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing new", err=True)


def _messages(config: "Config", maildir: Path | None, imap: str | None, password: str | None) -> "Iterable[Arrived]":
    from digest.app.secrets import secret_value
    from digest.ingest import mailboxes

    if maildir:
        return mailboxes.maildir(maildir)
    if imap:
        if not password or not password.startswith(("env:", "file:")):
            raise click.UsageError("--imap needs --password env:NAME or file:PATH; the password itself is never given")
        return mailboxes.imap(mailboxes.account(imap, secret_value(config.folder, password, warn=_warn)))
    return [mailboxes.Arrived(place="stdin", data=sys.stdin.buffer.read(mailboxes.LIMIT))]


@contextmanager
def _told_to_server(source: str | None) -> Iterator[None]:
    """A mail server that runs this for each message keeps the message, and tries again, if we say so."""
    try:
        yield
    except (StoreError, ConfigError) as error:
        if source is None:
            raise
        click.echo(f"error: {error}", err=True)
        sys.exit(_TRY_LATER)


def _warn(text: str) -> None:
    click.echo(f"warning: {text}", err=True)
