"""`digest approve`."""

from pathlib import Path
from time import monotonic

import click

from digest.cli.options import config_option, store_option, the_time
from digest.cli.running import a_run
from digest.cli.stopping import until_stopped
from digest.errors import DigestError


@click.command()
@click.argument("draft", metavar="EDITION/ISSUE")
@config_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="The folder to write to.")  # fmt: skip
@store_option
@click.option("--reject", is_flag=True, help="It does not go out; its stories may come in the next issue.")
def approve(draft: str, path: Path, out: Path, store: str | None, reject: bool) -> None:
    """Bring out an issue that waits for its editor (review: required), and mail it."""
    from digest.app.review import decide, went_out
    from digest.app.service import Service
    from digest.cli.progress import progress
    from digest.deliver.mail.queue import Time

    edition, _, issue = draft.partition("/")
    if not issue:
        raise click.UsageError("name it as EDITION/ISSUE, such as weekly/2026-11-20")
    with until_stopped() as stop, progress() as display:

        def wait(seconds: float) -> None:
            stop.wait(seconds)

        service = Service(
            path=path,
            store_url=store,
            out=out,
            time=Time(clock=lambda: the_time(None), ticks=monotonic, wait=wait),
            run=lambda config, moment: a_run(config, store, moment),
            progress=display,
            say=lambda text: click.echo(text, err=True),
            tell=lambda taken: None,
            stopping=stop.is_set,
        )
        chosen = decide(service, edition, issue, approved=not reject)
        if reject:
            click.echo(f"{draft} does not go out", err=True)
            return
        taken = service.approve(chosen, issue)
    if not taken and went_out(service, chosen, issue):
        click.echo(f"{draft} went out already", err=True)
    elif not taken:
        click.echo(f"{draft} is approved; the `digest run` that is at work brings it out", err=True)
    elif not all(one.well for one in taken):
        raise DigestError(draft, "is approved, and could not be brought out", "see above; `digest run` tries again")
