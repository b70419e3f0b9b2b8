"""Training the stance model: the command, on a small invented set."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import zstandard
from numpy.typing import NDArray

from digest.errors import ConfigError, PluginError
from digest.stance._weights import SHIPPED, load
from digest.stance.cue_words import CueWords
from digest.stance.train.rows import examples, labelled, unlearned, voice
from tests.quality.diagram import PICTURE, picture
from tests.quality.stance import calibration_error
from tests.replay import ROOT

SVG = "{http://www.w3.org/2000/svg}"

WORDS = "river bridge council harbour ferry school market farmer doctor engine window garden letter winter".split()


def rows(count: int, **fields: str) -> list[dict[str, Any]]:
    """Numbered rows whose texts are made of a few words, in an order of their own."""
    found = []
    for number in range(count):
        said = " ".join(WORDS[(number * 5 + step * (1 + number % 3)) % len(WORDS)] for step in range(130))
        found.append({"id": str(number), "group": str(number), "text": f"{said}.", **fields})
    return found


def write(path: Path, found: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "\n".join(map(json.dumps, found)).encode()
    path.write_bytes(zstandard.compress(data) if path.suffix == ".zst" else data)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    labels = ("positive", "skeptical", "neutral")
    words = ("praised", "slammed", "met")
    names = [
        {
            "id": str(n),
            "group": str(n),
            "target": "Orbix",
            "text": f"Lund {words[n % 3]} Orbix on Monday.",
            "start": 0,
            "label": labels[n % 3],
        }
        for n in range(60)
    ]
    claims = [
        {
            "id": str(n),
            "group": str(n),
            "target": "The ferry has sunk",
            "text": ("Ferry sinks", "No, ferry is not sunk", "Ferry reportedly sunk")[n % 3],
            "label": labels[n % 3],
        }
        for n in range(60)
    ]
    takes = [
        {**row, "title": "A bridge", "target": "A bridge", "label": labels[n % 3]} for n, row in enumerate(rows(45))
    ]
    comment = rows(40, title="Opinion: ours", url="https://example.org/opinion/a", outlet="The Lamp")
    reports = rows(40, title="News", url="https://example.org/news/a", outlet="Reuters")
    write(tmp_path / "stance/newsmtsc_train.jsonl.zst", names)
    write(tmp_path / "stance/emergent_train.jsonl", claims)
    write(tmp_path / "stance/takes_dev.jsonl", takes)
    write(tmp_path / "cluster/allsides.jsonl.zst", [*comment, *reports])
    write(tmp_path / "summary/neus_train.jsonl.zst", [{"articles": rows(5, title="News")}])
    return tmp_path


def train(data: Path, out: Path, *more: str, seed: str = "0") -> bytes:
    command = [sys.executable, "-m", "digest.stance.train", str(data), *more, "--out", str(out)]
    subprocess.check_output(command, env={**os.environ, "PYTHONHASHSEED": seed})
    return out.read_bytes()


def test_training_again_gives_the_same_bytes_and_more_rows_give_others(data: Path, tmp_path: Path) -> None:
    """Whatever the hash seed; a reader's own labelled file counts."""
    first, second = train(data, tmp_path / "a.npz"), train(data, tmp_path / "b.npz", seed="1")
    assert first == second
    own = tmp_path / "own.jsonl"
    write(
        own, [{"id": "x", "group": "x", "target": "The ferry has sunk", "text": "Ferry is fine", "label": "skeptical"}]
    )
    assert train(data, tmp_path / "c.npz", str(own)) != first


def test_what_was_trained_can_be_chosen(data: Path, tmp_path: Path) -> None:
    """The option `weights` takes the file, and what its rows said is what the model says."""
    train(data, tmp_path / "own.npz")
    model = CueWords(weights=tmp_path / "own.npz", sure=0)
    said = {}
    for word in ("praised", "slammed", "met"):
        take = model(voice({"text": f"Lund {word} Orbix on Monday.", "start": 0}), "Orbix")
        assert take.stance is not None
        said[word] = take.stance.label
    assert said == {"praised": "positive", "slammed": "skeptical", "met": "neutral"}
    assert set(load(tmp_path / "own.npz").linear) == {"tone", "headline", "name", "judging", "siding"}


def test_rows_without_a_label_teach_nothing() -> None:
    assert examples([{"group": "a", "target": "x", "text": "y", "label": None}]) == []


def test_rows_that_teach_nothing_are_told(data: Path, tmp_path: Path) -> None:
    """A speaker's words have fixed weights; with the target's name among them they are a sentence about a name."""
    own = tmp_path / "own.jsonl"
    base = {"group": "x", "label": "positive"}
    found: list[dict[str, Any]] = [
        {**base, "target": "Ferry sinks", "text": "I am glad of it."},
        {**base, "target": "Orbix", "text": "I am glad of Orbix."},
        {**base, "target": "Ferry sinks", "text": "I am sorry for it.", "label": None},
        {**base, "target": "The ferry has sunk", "text": "Ferry is fine"},
    ]
    write(own, found)
    assert unlearned(labelled(own)) == [1]
    command = [sys.executable, "-m", "digest.stance.train", str(data), str(own), "--out", str(tmp_path / "own.npz")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert f"{own}: nothing is learned from 1 labelled rows" in told
    assert "row 1" in told


def test_the_calibration_error_is_the_gap_between_said_and_right() -> None:
    """Of four labels said to be right nine times in ten, two are: 0.4 apart."""
    assert calibration_error(
        ["neutral"] * 4, ["neutral", "neutral", "positive", "positive"], [0.9] * 4
    ) == pytest.approx(0.4)
    assert calibration_error(["neutral"] * 2, ["neutral"] * 2, [1.0] * 2) == 0


def test_the_picture_of_chances_has_a_circle_for_every_tenth() -> None:
    """In its place, the larger the more labels it has; what it shows is told in words, too; it is well-formed."""
    drawn = picture([("names", [(30, 0.5, 0.4), (70, 0.9, 1.0)]), ("headlines", [(4, 0.75, 0.75)])])
    root = ElementTree.fromstring(drawn)
    circles = [{key: float(one.attrib[key]) for key in ("cx", "cy", "r")} for one in root.iter(f"{SVG}circle")]
    assert len(circles) == 3
    assert circles[0]["cy"] > circles[1]["cy"], "fewer were right"
    assert circles[0]["cx"] < circles[1]["cx"], "less was said"
    assert circles[0]["r"] < circles[1]["r"], "fewer labels"
    assert "headlines: said 0.75, right 0.75" in str(root.findtext(f"{SVG}desc"))
    assert drawn == picture([("names", [(30, 0.5, 0.4), (70, 0.9, 1.0)]), ("headlines", [(4, 0.75, 0.75)])])


def test_the_picture_in_the_card_shows_all_three_sets() -> None:
    root = ElementTree.parse(PICTURE).getroot()
    said = str(root.findtext(f"{SVG}desc"))
    assert [part.split(":")[0].strip() for part in said.split(";")] == ["names", "headlines", "articles"]
    assert "images/reliability.svg" in (ROOT / "docs" / "stance-model.md").read_text("utf-8")


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_weights_that_cannot_be_read_are_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PluginError, match=r"own\.npz"):
        load(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"headline.weights": None}, "lacks headline.weights"),
        ({"vectors.names": None, "net0.out": None}, "lacks vectors.names, net0.out"),
        ({"vectors.rows": np.zeros((3, 7), dtype=np.int8)}, "networks do not fit its word vectors"),
        ({"siding.weights": np.zeros((4, 3), dtype=np.float16)}, "siding.weights has to have 1 columns"),
        ({"tone.weights": np.zeros((1, 2), dtype=np.float16)}, "cannot be read"),
    ],
)
def test_weights_that_lack_a_part_are_named_with_it(
    tmp_path: Path, changes: dict[str, NDArray[Any] | None], said: str
) -> None:
    """Such a file would else stop a build in the middle."""
    with np.load(SHIPPED) as archive:
        parts = {name: part for name, part in {**archive, **changes}.items() if part is not None}
    np.savez(tmp_path / "own.npz", **parts)
    with pytest.raises(PluginError, match=said) as caught:
        load(tmp_path / "own.npz")
    assert "own.npz" in caught.value.subject


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"group": "1", "target": "t", "text": "x.", "label": "negative"}', "has the label 'negative'"),
        ('{"group": "1", "target": "t", "label": "neutral"}', "has no text"),
        ('{"group": "1", "target": "t", "text": "x.", "title": null, "label": "neutral"}', "title that is no text"),
        ("{", "is no JSON"),
        ("[]", "is no object"),
    ],
)
def test_a_row_that_cannot_be_learned_from_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "own.jsonl"
    fine = '{"group": "1", "target": "t", "text": "x.", "label": null}'
    path.write_text(f"\ufeff{fine}\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        labelled(path)
    assert "2" in str(caught.value).replace(str(tmp_path), "")


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digest.stance.train", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "newsmtsc_train.jsonl.zst" in found.stderr
    assert "Traceback" not in found.stderr
