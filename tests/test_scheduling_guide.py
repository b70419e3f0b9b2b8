"""What docs/scheduling.md tells people to copy works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from digest.schedule import parse
from tests.test_build import ROOT

GUIDE = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
CONFIG = "editions:\n  weekly:\n    title: Weekly\n    schedule: daily 00:00\n    files: ['seeds/*']\n    formats: [markdown]\n"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def installed(folder: Path) -> Path:
    """As the guide has it under /srv/digest: the program in a folder of its own, feeds.yaml and seeds."""
    program = folder / "venv" / "bin" / "digest"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m digest "$@"\n')
    program.chmod(0o755)
    (folder / "feeds.yaml").write_text(CONFIG)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return program


def test_every_schedule_in_the_guide_is_one() -> None:
    rows = re.findall(r"^\| (`.+?`) \| ", GUIDE.split("| `schedule:` | due |", 1)[1].split("\n\n")[0], re.MULTILINE)
    said = [one for row in rows for one in re.findall(r"`(.+?)`", row)]
    assert len(said) == 8
    assert all(parse(one, "UTC") for one in said)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze checks units")
def test_the_units_are_taken_by_systemd(tmp_path: Path) -> None:
    program = installed(tmp_path / "srv")
    names = []
    for text in blocks("ini"):
        name = Path(text.partition("\n")[0]).name
        made = text.replace("/srv/digest/venv/bin/digest", str(program)).replace("/srv/digest", str(tmp_path / "srv"))
        (tmp_path / name).write_text(made.replace("User=digest", "User=root"))
        names.append(str(tmp_path / name))
    assert len(names) == 3
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "digest" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_cron_line_works_with_the_little_that_cron_gives(tmp_path: Path) -> None:
    installed(tmp_path)
    (line,) = blocks("crontab")
    command = line.split(maxsplit=5)[5].strip().replace("/srv/digest", str(tmp_path))
    for _ in range(2):
        bare = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "digest"}
        assert subprocess.run(["/bin/sh", "-c", command], env=bare, check=False, cwd="/").returncode == 0
    log = (tmp_path / "digest.log").read_text()
    assert log.count('"state": "done"') == 1, log


def test_the_steps_of_the_workflow_work_in_a_fresh_folder(tmp_path: Path) -> None:
    program = installed(tmp_path)
    (tmp_path / "out" / "Maildir").mkdir(parents=True)
    workflow = YAML(typ="safe", pure=True).load(blocks("yaml")[-1])
    steps = [step["run"] for step in workflow["jobs"]["digest"]["steps"] if "run" in step]
    assert steps[0] == "pip install ."  # which takes the network; the rest is tried here
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    for step in steps[1:]:
        subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=environment, check=True)
    assert list((tmp_path / "public" / "weekly").glob("*/issue.json"))
    assert not (tmp_path / "public" / "Maildir").exists()
    assert parse(workflow["on"]["schedule"][0]["cron"].replace("*", "0", 1), "UTC")
