"""What `digest preview` shows: an issue in every format, as templates and configuration are now; nothing is kept.

An issue is shown as it is stored. Once `feeds.yaml` or `editor.yaml` has changed it is built again, as of its own time,
from what is stored, until the store has other issues than before.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from digest.app.build import Build
from digest.app.run import Progress, Run
from digest.app.setup import decisions, look_at_store, read_config, template_folders, the_edition
from digest.app.sheets import Made, make, trouble
from digest.config import Config, Decisions, Edition
from digest.config.editor import FILE as EDITOR
from digest.errors import DigestError, FormatError, StoryError
from digest.ingest.sandbox import Sandbox
from digest.model import Issue
from digest.render.frozen import thaw
from digest.render.words import forget
from digest.store.overlay import Overlay
from digest.web.board import Board, File, Listed, Trouble

_STORED = "As it is stored, in today's templates."
_ANEW = "Built again, offline, from feeds.yaml and editor.yaml as they are now. Nothing of it is stored."
_FIRST = "No issue is stored yet: this is what `digest build --offline` would make. Nothing of it is stored."


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where to look: `feeds.yaml`, a store other than its own, an edition if it has several. `issue` is shown to those
    who name none, in place of the newest; `now` is when an issue would be built, if there is none.
    """

    path: Path
    store: str | None
    edition: str | None
    issue: str | None
    now: datetime

    def read(self) -> tuple[Config, Edition, Decisions]:
        """What the two files say; ConfigError says what is wrong with them."""
        config = read_config(self.path)
        edition = the_edition(config, self.edition)
        return config, edition, decisions(config).get(edition.id, Decisions())

    @property
    def files(self) -> tuple[Path, Path]:
        """Upon whose change an issue is built again."""
        return self.path, self.path.parent / EDITOR

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where formats are looked for, whether they are there or not."""
        return tuple(template_folders(self.path.parent))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """An issue among all of its edition, oldest first, and how it came about; `mark` says after which change.

    `name` is its id as it is stored: with another time zone, it may be built as that of another day.
    """

    mark: int
    name: str
    issue: Issue
    issues: tuple[Issue, ...]
    note: str
    trouble: Trouble | None = None
    warnings: tuple[str, ...] = ()


class Preview:
    """The source of a preview's boards. Raises, to begin with, what is wrong with the configuration and the store."""

    def __init__(self, look: Look, *, clock: Callable[[], float], progress: Progress, sandbox: Sandbox) -> None:
        self._look = look
        self._clock, self._progress, self._sandbox = clock, progress, sandbox
        self._lock = Lock()
        self._config, self.edition, self._decided = look.read()
        self._mark = 0  # counts what makes all copies old
        self._stale = False  # have the files to be read again?
        self._anew = False  # do they say something else than when what is stored was built, as far as we know?
        self._then = (self._config, self.edition, self._decided)
        self._broken: Trouble | None = None
        self._stored: dict[str, Issue] = {}  # by the hash of what is stored
        self._copies: dict[str, _Copy] = {}
        self._made: dict[str, Made] = {}
        self._read_store()
        known = [issue.id for issue in self._stored.values()]
        if look.issue is not None and look.issue not in known:
            hint = f"there are: {', '.join(known[-10:]) or 'none yet; leave --issue out'}"
            raise StoryError(look.issue, f"is no issue of {self.edition.id}", hint)
        if not known:
            self._copies[""] = self._built(None)

    def changed(self, names: Collection[str]) -> None:
        with self._lock:
            # What is wrong with feeds.yaml may be that it names a format which is there only now.
            self._stale |= self._broken is not None or not {file.name for file in self._look.files}.isdisjoint(names)
            self._made.clear()
            forget()  # templates are looked at again by themselves, catalogues are not

    def board(self, issue: str | None) -> Board | None:
        with self._lock:
            troubles = [self._refresh()]
            copy = self._copy(issue or self._look.issue)
            if copy is None:
                return None
            issues = [Listed(id=one.id, number=one.number, stories=len(one.briefs)) for one in copy.issues]
            return Board(
                edition=self.edition.id,
                title=copy.issue.title,
                issue=copy.name,
                note=copy.note,
                issues=tuple(reversed(issues)),
                sheets=self._sheets(copy).sheets,
                troubles=tuple(filter(None, (*troubles, copy.trouble))),
                warnings=copy.warnings,
            )

    def file(self, issue: str, path: str) -> File | Trouble | None:
        with self._lock:
            copy = self._copy(issue)
            try:
                found = self._sheets(copy).file(path) if copy else None
            except FormatError as error:
                return trouble(error)
            return File(media_type=found.media_type, content=found.content) if found else None

    def _refresh(self) -> Trouble | None:
        """Take up what has changed; what cannot be used is told, and things stay as they were."""
        try:
            if self._stale:
                self._stale = False
                self._broken = None
                self._config, self.edition, self._decided = self._look.read()
                self._anew = (self._config, self.edition, self._decided) != self._then
                self._mark += 1
        except DigestError as error:
            self._broken = trouble(error)
        try:
            self._read_store()
        except DigestError as error:
            return self._broken or trouble(error)
        return self._broken

    def _read_store(self) -> None:
        """If there are other issues than before, they were built as the files are now."""
        with look_at_store(self._config, self._look.store) as store:
            found = {sha256(data).hexdigest(): data for data in store.issues(self.edition.id)}
        if found.keys() != self._stored.keys():
            self._stored = {hash: self._stored.get(hash) or thaw(data) for hash, data in found.items()}
            self._anew = False
            self._then = (self._config, self.edition, self._decided)
            self._mark += 1

    def _copy(self, id: str | None) -> _Copy | None:
        """The issue as it is to be shown now; if it cannot be built, as it was before."""
        by_id = {issue.id: issue for issue in self._stored.values()}
        stored = by_id[id or next(reversed(by_id))] if by_id and (id is None or id in by_id) else None
        key = stored.id if stored else ""
        known = self._copies.get(key)
        if known is None or known.mark != self._mark:
            known = self._copies[key] = self._new_copy(stored, known)
            self._made.pop(key, None)
        return known if id in (None, known.name) else None

    def _new_copy(self, stored: Issue | None, known: _Copy | None) -> _Copy:
        every = tuple(self._stored.values())
        plain = _Copy(mark=self._mark, name=stored.id, issue=stored, issues=every, note=_STORED) if stored else None
        if plain and not self._anew:
            return plain
        try:
            return self._built(stored)
        except DigestError as error:
            before = known or plain
            if before is None:
                raise
            return replace(before, mark=self._mark, trouble=trouble(error))

    def _built(self, stored: Issue | None) -> _Copy:
        """The issue of that time from what is stored and the files as they are now."""
        at = stored.at if stored else self._look.now
        with look_at_store(self._config, self._look.store) as store:
            run = Run(
                config=self._config,
                store=Overlay(store),
                now=at,
                progress=self._progress,
                clock=self._clock,
                sandbox=self._sandbox,
            )
            build = Build(run=run, out=self._config.folder, offline=True, decisions={self.edition.id: self._decided})
            order = build.order(self.edition, build.states([self.edition]), list(self._stored.values()))
            issue = build.issue(order)
        return _Copy(
            mark=self._mark,
            name=stored.id if stored else issue.id,
            issue=issue,
            issues=tuple(order.all(issue)),
            note=_ANEW if stored else _FIRST,
            warnings=tuple(map(str, run.problems)),
        )

    def _sheets(self, copy: _Copy) -> Made:
        made = self._made.get(copy.issue.id)
        if made is None or made.issue is not copy.issue:
            made = make(copy.issue, copy.issues, self.edition.formats, self._config.folder)
            self._made[copy.issue.id] = made
        return made
