"""The exhibit and what was seen of it: made once, whichever test process comes first, and read by all."""

from pathlib import Path

import pytest

from tests.proof.exhibit import Exhibit, build_exhibit, once
from tests.proof.tools import need
from tests.proof.tour import Seen, keep, kept, tour


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "proof"


@pytest.fixture(scope="session")
def exhibit(shelf: Path) -> Exhibit:
    folder = shelf / "exhibit"
    with once(folder) as first:
        if first:
            build_exhibit(folder)
    return Exhibit(folder=folder / "out")


@pytest.fixture(scope="session")
def seen(shelf: Path, exhibit: Exhibit) -> list[Seen]:
    """What a browser saw of the exhibit."""
    need("browser", "node", "axe", "puppeteer")
    folder = shelf / "seen"
    with once(folder) as first:
        if first:
            keep(tour(exhibit, folder), folder / "seen.json")
    return kept(folder / "seen.json")
