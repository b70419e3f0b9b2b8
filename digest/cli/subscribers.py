"""`digest subscribers`. Addresses are printed on stdout alone, and only where they are asked for."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest.cli.options import config_option, json_option, store_option, the_time
from digest.errors import SubscriberError
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.app.roll import Roll

_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group()
def subscribers() -> None:
    """Who gets an edition: take in, give out, list, add, remove or erase."""


def _where(command: _Command) -> _Command:
    return config_option(store_option(command))


_edition = click.option("--edition", "wanted", metavar="ID", help="The edition, if there are several.")
_address = click.argument("address")


@subscribers.command("import")
@_where
@_edition
@click.option("--dry-run", is_flag=True, help="Say what would be taken in, and take in nothing.")
@click.argument("file", type=click.File("rb"))
def import_(path: Path, store: str | None, wanted: str | None, dry_run: bool, file: Any) -> None:
    """Take in subscribers from a CSV file ("-" is stdin), whose consent you have to be able to prove.

    Whoever has left, bounced or complained, or was removed or erased, is not taken in again. Rows that cannot be taken
    are told by line; the others are.
    """
    from digest.app.people import open_people
    from digest.app.roll import LIMIT

    with open_people(path, store, wanted, now=the_time(None), warn=_warn) as (opened, roll):
        rows = roll.read(file.read(LIMIT + 1), getattr(file, "name", "stdin"))
        people = [row.subscriber for row in rows if row.subscriber]
        outcomes = iter(opened.subscribers.admit(people, dry=dry_run))
        refused = added = known = 0
        for row in rows:
            outcome = next(outcomes) if row.subscriber else row.reason
            added += outcome == "added"
            known += outcome == "known"
            if outcome not in ("added", "known"):
                refused += 1
                click.echo(f"line {row.line}: {_WHY.get(outcome, outcome)}", err=True)
    what = "would be added" if dry_run else "added"
    click.echo(f"{counted(added, 'subscriber')} {what}, {known} known before, {refused} refused", err=True)
    if refused:
        sys.exit(1)


_WHY = {
    "left": "has left, and only they can come back, through the form",
    "bounced": "has no mailbox any more, and only they can come back, through the form",
    "complained": "has complained of mail from here, and only they can come back, through the form",
    "erased": "had all erased, and only they can come back, through the form",
    "removed": "was removed, and only they can come back, through the form",
}


@subscribers.command("export")
@_where
@click.option("--edition", "wanted", metavar="ID", help="Of this edition only.")
def export(path: Path, store: str | None, wanted: str | None) -> None:
    """Print all subscribers as CSV, for a spreadsheet or another installation."""
    from digest.app.people import open_people
    from digest.app.roll import as_csv

    with open_people(path, store, wanted, now=the_time(None), warn=_warn) as (opened, roll):
        _print(as_csv(opened.subscribers.everybody(roll.edition if wanted else None)))


@subscribers.command("list")
@_where
@click.option("--edition", "wanted", metavar="ID", help="Of this edition only.")
@json_option
def list_(path: Path, store: str | None, wanted: str | None, as_json: bool) -> None:
    """Print who is subscribed."""
    import json

    from digest.app import roll as lists
    from digest.app.people import open_people

    with open_people(path, store, wanted, now=the_time(None), warn=_warn) as (opened, roll):
        people = opened.subscribers.everybody(roll.edition if wanted else None)
        if as_json:
            _print(json.dumps({"id": one.id, **lists.as_json(one)}, ensure_ascii=False) + "\n" for one in people)
            return
        for one in people:
            chosen = ", ".join(filter(None, (one.language, *one.topics)))
            click.echo(f"{one.edition}  {one.state:10}  {one.address}{f'  ({chosen})' if chosen else ''}")


@subscribers.command()
@_where
@_edition
@click.option("--language", metavar="TAG", help="In which Digest writes to them about their subscription.")
@click.option("--topic", "topics", metavar="NAME", multiple=True, help="Only this section; may be repeated.")
@_address
def add(
    path: Path, store: str | None, wanted: str | None, language: str | None, topics: tuple[str, ...], address: str
) -> None:
    """Add somebody whose consent you have to be able to prove."""
    from digest.app.people import open_people

    with open_people(path, store, wanted, now=the_time(None), warn=_warn) as (opened, roll):
        one = roll.one(address, _sole(roll), language, topics)
        (outcome,) = opened.subscribers.admit([one])
    if outcome in _WHY:
        raise SubscriberError("a subscriber", _WHY[outcome])
    click.echo("added" if outcome == "added" else "is subscribed already", err=True)


@subscribers.command()
@_where
@click.option("--edition", "wanted", metavar="ID", help="From this edition only, in place of all.")
@_address
def remove(path: Path, store: str | None, wanted: str | None, address: str) -> None:
    """Write to somebody no more, and take them in from no list; only they can come back, through the form."""
    from digest.app.people import open_people
    from digest.mailing import address_key

    with open_people(path, store, wanted, now=the_time(None), warn=_warn) as (opened, roll):
        key = address_key(roll.secret, _checked(address))
        ended = opened.subscribers.remove(_sole(roll) if wanted else "", key, lambda: the_time(None))
    click.echo(f"{counted(ended, 'subscription')} ended; this address is not written to any more", err=True)


@subscribers.command()
@_where
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="Where messages lie that were written to a folder; theirs go, too.")  # fmt: skip
@_address
def erase(path: Path, store: str | None, out: Path, address: str) -> None:
    """Forget somebody: all that is kept is a keyed hash, so that no list and no restored copy brings them back."""
    from digest.app.erase import erase as forget
    from digest.app.people import open_people

    with open_people(path, store, None, now=the_time(None), warn=_warn) as (opened, roll):
        gone = forget(opened, roll.secret, _checked(address), out, roll.now)
    click.echo(f"erased: {counted(gone.subscriptions, 'subscription')}, {counted(gone.messages, 'message')}", err=True)
    if not gone.wholly:
        click.echo(
            "warning: another process is reading the database, so old pages of it are still on the disk", err=True
        )
        click.echo("next: end it, then run the command again", err=True)


def _sole(roll: "Roll") -> str:
    if roll.edition is None:
        raise SubscriberError("a subscriber", "needs an edition", f"use --edition with {', '.join(roll.editions)}")
    return roll.edition


def _checked(address: str) -> str:
    from digest.text.addresses import mail_address

    found = mail_address(address)
    if found is None:
        raise SubscriberError("this", "is no address that can be written to", "such as ada@example.org")
    return found


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, nl=False)


def _warn(text: str) -> None:
    click.echo(f"warning: {text}", err=True)
