"""`digest run`."""

import json
import os
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, now_option, store_option, the_time
from digest.cli.running import a_run
from digest.cli.stopping import until_stopped
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.app.turns import Taken


@click.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="The folder to write to.")  # fmt: skip
@store_option
@click.option("--serve", "serves", is_flag=True, help="Serve the pages for subscribers, too, as `digest serve` does.")
@click.option("--once", is_flag=True, help="Do what is due now, then end: for cron and the like.")
@now_option("With --once: do what is due")
def run(path: Path, out: Path, store: str | None, serves: bool, once: bool, now: datetime | None) -> None:
    """Bring out each edition at its time, ask the feeds in between, send the mail: what `schedule:` says.

    It may be stopped, killed and started again at any time: each turn of an edition is taken once, and one that was
    missed is made up. A line of JSON for each turn goes to stdout, a log to stderr.
    """
    from digest.app.serve import serving
    from digest.app.service import Service, keep_looking
    from digest.cli.progress import Silent
    from digest.deliver.mail.queue import Time

    if now and not once:
        raise click.UsageError("--now needs --once")
    if serves and once:
        raise click.UsageError("--serve and --once exclude each other")

    def say(text: str) -> None:
        click.echo(f"{the_time(now).isoformat()} {text}", err=True)

    def tell(taken: "Taken") -> None:
        click.echo(json.dumps(taken.as_json(), ensure_ascii=False))
        sys.stdout.flush()

    with until_stopped() as stop:

        def wait(seconds: float) -> None:
            stop.wait(seconds)

        service = Service(
            path=path,
            store_url=store,
            out=out,
            time=Time(clock=lambda: the_time(now), ticks=monotonic, wait=wait),
            run=lambda config, moment: a_run(config, store, moment),
            progress=Silent(),
            say=say,
            tell=tell,
            stopping=stop.is_set,
        )
        if once:
            if not service.look():
                raise DigestError("run", "something did not go well", "see the lines above; run it again to go on")
            return
        names = [edition.id for edition in service.config.editions if edition.timing.schedule]
        if not names:
            raise DigestError(str(path), "has no edition with a schedule:", "add one, such as schedule: Fri 07:00")
        say(f"running: {', '.join(names)}")
        beside = serving(service.config, store, out, service.time.clock, say) if serves else nullcontext()
        with beside:
            ended = keep_looking(service, stop.wait, monotonic)
        say("stopped" if ended else "stopped in the middle of something; it is gone on with when run again")
        if not ended:
            sys.stderr.flush()
            os._exit(0)  # a thread is still at it: all that it does can be cut off and done again
