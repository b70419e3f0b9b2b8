"""`digest build --from`: an issue out of its manifest."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.errors import ConfigError, VerifyError
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.app.again import Again


def rebuild(source: Path, config: Path, store: str | None, out: Path | None, *, as_json: bool) -> None:
    """Build the issue of the manifest `source` again, into `out` if there is one; VerifyError if it is another now."""
    from digest.app.again import again
    from digest.app.manifest import Manifest
    from digest.app.setup import open_store, read_config
    from digest.deliver.folder import Folder

    if out and source.resolve().is_relative_to(out.resolve()):
        raise ConfigError("--out", f"has {source} in it", "name another folder: what was built is to be compared with")
    manifest = Manifest.load(source)
    with open_store(None if store else read_config(config), store, create=False) as opened:
        found = again(manifest, opened, config.parent)
    if out:
        Folder(path=out)(found.issue, found.artifacts)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(json.dumps(_json(found), ensure_ascii=False) if as_json else _said(found), err=not as_json)
    if found.differ:
        differing = f"{counted(len(found.differ), 'file')} would not be the same: {', '.join(found.differ)}"
        raise VerifyError(str(source), differing, "see the notes above" if found.notes else "")


def _said(found: "Again") -> str:
    issue, count = found.issue, len(found.artifacts) - 1
    verdict = "" if found.differ else ", the same bytes"
    return f"{issue.title}, issue {issue.number} ({issue.id}): {counted(count, 'artifact')} made again{verdict}"


def _json(found: "Again") -> dict[str, object]:
    issue = found.issue
    return {
        "schema": 1,
        "edition": issue.edition,
        "issue": issue.id,
        "artifacts": [artifact.path for artifact in found.artifacts],
        "differ": list(found.differ),
        "notes": list(found.notes),
    }
