"""The editions that the proof looks at, built once with every format there is, and shared by all test processes.

sample   the sample seeds in three issues, so that stories go on and there is an archive
twenty   twenty stories under headings, from files that are written here: an issue as large as most will ever be
scripts  Arabic, Hebrew, Chinese, Japanese and German stories in one issue
german   a German edition          arabic  an Arabic one, which runs from right to left
empty    an issue without stories
hostile  headlines that break formats, out of a feed
attack   hundreds of payloads as headlines, texts, authors and outlets, out of feeds
five     the five real documents   replay  two issues of real feeds; both only where they are beside the project
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from digest.cli import cli
from tests.proof.pages import Page, formats, pages_in
from tests.proof.payloads import PAYLOADS, TITLES, attack_feed, hostile_feed
from tests.proof.twenty import write_seeds
from tests.replay import ROOT, SHARED, available, replay
from tests.server import serve

HOME = "https://news.example.org"
SCRIPTS = ROOT / "tests" / "data" / "scripts"
NOW = "2026-11-20T09:00+01:00"
ISSUES = {"2026-11-13T09:00+01:00": "night-*", "2026-11-17T09:00+01:00": "[!qQ]*", NOW: "*"}  # the seeds there by then
OUTLETS = 30  # that share the payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """What was built: `folder` is the `--out` of all editions."""

    folder: Path

    @property
    def editions(self) -> dict[str, tuple[Page, ...]]:
        return {path.name: pages_in(path) for path in sorted(self.folder.iterdir()) if path.is_dir()}

    @property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for pages in self.editions.values() for page in pages)

    def issue(self, page: Page) -> dict[str, object]:
        """The frozen issue in whose folder a page lies."""
        found: dict[str, object] = json.loads((page.file.parent / "issue.json").read_text("utf-8"))
        return found


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """True for the first of all processes that comes here, which makes the folder while the others wait.

    If it fails, all others fail at once, with its words: trying again would only take longer.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    outcome = folder.with_suffix(".outcome")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if outcome.exists():
            if failure := outcome.read_text("utf-8"):
                raise RuntimeError(f"{folder.name} could not be made: {failure}")
            yield False
            return
        folder.mkdir()
        try:
            yield True
        except BaseException as error:
            outcome.write_text(repr(error), "utf-8")
            raise
        outcome.write_text("", "utf-8")


def build_exhibit(root: Path, without: Collection[str] = ()) -> Exhibit:
    """Every edition, built by the command that users run, below `root`."""
    exhibit = Exhibit(folder=root / "out")
    for name, make in EDITIONS.items():
        if name in without:
            continue
        work = root / "work" / name
        work.mkdir(parents=True)
        make(House(name=name, folder=work, out=exhibit.folder))
    if available():
        _replay(House(name="replay", folder=root / "work", out=exhibit.folder))
    return exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An edition's configuration and store."""

    name: str
    folder: Path
    out: Path

    def configure(self, **keys: object) -> Path:
        """Its `feeds.yaml`, which is JSON, and so YAML. Returns its path."""
        title = keys.pop("title", f"The {self.name.capitalize()}")
        edition = {
            "title": title, "timezone": "Europe/Berlin", "url": f"{HOME}/{self.name}", "formats": list(formats()),
            "sender": "The Editor <editor@news.example.org>", "window": "14 days", **keys,
        }  # fmt: skip
        config = self.folder / "feeds.yaml"
        network = {"allow": ["127.0.0.1"], "gap": 0}
        config.write_text(
            json.dumps({"network": network, "editions": {self.name: edition}}, ensure_ascii=False), "utf-8"
        )
        return config

    def build(self, config: Path, now: str = NOW) -> None:
        where = ["-c", str(config), "--store", f"sqlite:///{self.folder}/digest.db", "--out", str(self.out)]
        result = CliRunner().invoke(cli, ["build", *where, "--now", now], catch_exceptions=False)
        if result.exit_code:
            raise RuntimeError(f"the edition {self.name} was not built:\n{result.output}")


def build_sample(house: House, title: str = "The Sample") -> None:
    """The sample seeds, as they come in."""
    config = house.configure(files=["seeds/*"], title=title)
    seeds = house.folder / "seeds"
    seeds.mkdir()
    for now, pattern in ISSUES.items():
        for seed in (ROOT / "seeds").glob(pattern):
            shutil.copy(seed, seeds)
        house.build(config, now)


def _twenty(house: House) -> None:
    sections = write_seeds(house.folder / "seeds")
    house.build(house.configure(files=["seeds/*"], sections=sections, limits={"stories": 20}))


def _of_scripts(language: str, pattern: str, title: str) -> Callable[[House], None]:
    def make(house: House) -> None:
        house.build(house.configure(files=[f"{SCRIPTS}/{pattern}"], language=language, title=title))

    return make


def _empty(house: House) -> None:
    """One outlet alone is too few for a story here."""
    house.build(house.configure(files=[f"{ROOT}/seeds/night-buses-civic-wire.md"], min_outlets=2))


def _hostile(house: House) -> None:
    with serve({"/feed.json": (200, {"Content-Type": "application/feed+json"}, hostile_feed(NOW))}) as server:
        outlets = {"Courier": {"feeds": [f"{server.base}/feed.json"]}}
        house.build(house.configure(outlets=outlets, limits={"stories": len(TITLES)}))


def _attack(house: House) -> None:
    """The payloads are the headlines, texts and authors of ten entries of each outlet; outlets are named by some."""
    feeds = {f"/{n}.json": attack_feed(n, OUTLETS, NOW) for n in range(OUTLETS)}
    with serve(
        {path: (200, {"Content-Type": "application/feed+json"}, body) for path, body in feeds.items()}
    ) as server:
        names = [payload for payload in PAYLOADS if payload.isprintable()][:: len(PAYLOADS) // OUTLETS - 1]
        outlets = {name: {"feeds": [f"{server.base}/{n}.json"]} for n, name in enumerate(names[:OUTLETS])}
        house.build(house.configure(outlets=outlets, limits={"stories": len(PAYLOADS)}, title=f"A {PAYLOADS[0]}"))


def _five(house: House) -> None:
    """As tests/data/five-seeds.yaml, but in every format."""
    seeds = SHARED / "seeds"
    if not seeds.is_dir():
        return
    outlets = {"Viqus": {"files": [f"{seeds}/000*.txt"]}, "DeepTrendLab": {"files": [f"{seeds}/002*.txt"]}}
    config = house.configure(outlets=outlets, files=[f"{seeds}/*.txt"], title="One story, five times")
    house.build(config, "2026-05-12T09:00+00:00")


def _replay(house: House) -> None:
    with replay(house.folder) as server:
        text = server.config.read_text("utf-8")
        head = f"url: {HOME}/replay\n    formats: [{', '.join(formats())}]\n    "
        server.config.write_text(text.replace("timezone: Pacific", f"{head}timezone: Pacific"), "utf-8")
        house.build(server.config, "2020-05-04T09:00+12:00")
        server.move("2020-05-10T09:00+12:00")
        house.build(server.config, "2020-05-10T09:00+12:00")


EDITIONS: dict[str, Callable[[House], None]] = {
    "sample": build_sample,
    "twenty": _twenty,
    "scripts": _of_scripts("en", "*", "The Scripts"),
    "german": _of_scripts("de", "*.de.md", "Die Woche"),
    "arabic": _of_scripts("ar", "*.ar.md", "نشرة الأسبوع"),
    "empty": _empty,
    "hostile": _hostile,
    "attack": _attack,
    "five": _five,
}
