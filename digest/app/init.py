"""Write a `feeds.yaml` to begin with, and copies of templates to be changed."""

import shutil
from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path

from digest.app.setup import template_folders
from digest.errors import ConfigError
from digest.plugins import hint
from digest.render.formats import LOCALES, find_formats

START = "start.yaml"


def begin(folder: Path, formats: Sequence[str] | None) -> list[Path]:
    """Write what is wanted into `folder`, and return what was written.

    That is the file and, of `formats`, copies of the packaged templates: of all if it is empty, of none if it is None.
    With formats, a file that is there stays as it is. ConfigError, before anything is written, if anything else is
    there already, or if there is no such format.
    """
    config = folder / "feeds.yaml"
    sources = {} if formats is None else _chosen(formats)
    targets = {folder / "templates" / format: source for format, source in sources.items()}
    _refuse_taken([*targets, *([] if sources and config.exists() else [config])])
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not config.exists():
            with config.open("x", encoding="utf-8", newline="\n") as file:
                file.write((files("digest.config") / START).read_text("utf-8"))
            written.append(config)
        for target, source in targets.items():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "__pycache__"))
            written.append(target)
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise ConfigError(str(error.filename or folder), reason, "name another folder") from None
    return written


def _chosen(names: Collection[str]) -> dict[str, Path]:
    """The packaged folders of the formats of these names, or of all; the catalogues of words only if they are named."""
    folders = template_folders(Path())[1:]
    found = find_formats(folders) | ({LOCALES: folders[-1] / LOCALES} if LOCALES in names else {})
    for name in names:
        if name not in found:
            raise ConfigError("--templates", f"there is no format '{name}'", hint(name, list(found)))
    return {name: folder for name, folder in found.items() if not names or name in names}


def _refuse_taken(paths: Collection[Path]) -> None:
    for path in paths:
        if path.exists() or path.is_symlink():
            aside = "`digest check` says what it would do; or name another folder, as in `digest init FOLDER`"
            if path.is_dir():
                aside = "change it there; or move it aside, or name other formats, to have a fresh copy"
            raise ConfigError(str(path), "is there already, and is left as it is", aside)
