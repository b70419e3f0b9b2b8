"""An installation in, findings out: what is well, what is worth knowing, what must be done, and how."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from digest.app.doctor.finding import Finding, note, ok
from digest.app.doctor.house import channels, disk, feeds, formats, interpreter, kept_secrets, mail_secrets, store
from digest.app.doctor.probes import certificates, clock
from digest.app.doctor.standing import Sending, standing
from digest.app.doctor.zone import Live, Names, Zone
from digest.app.secrets import secret_value
from digest.app.setup import public_address, read_config
from digest.config import Config
from digest.errors import ConfigError, DigestError


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Looks at an installation, and changes nothing. `zone` is a file with records in place of DNS.

    `offline`, nothing is asked over the network.
    """

    path: Path
    store_url: str | None
    out: Path
    now: datetime
    zone: Path | None = None
    offline: bool = False

    def findings(self) -> Iterator[Finding]:
        """All of them, in the order in which somebody would look; without a configuration there is no more to see."""
        yield from interpreter()
        try:
            config = read_config(self.path)
        except ConfigError as error:
            yield Finding.of(error, "configuration")
            return
        yield ok("configuration", str(self.path), "is sound")
        for area, check in self._checks(config):
            try:
                yield from check()
            except DigestError as error:
                yield Finding.of(error, area)

    def _checks(self, config: Config) -> Iterator[tuple[str, Callable[[], Iterator[Finding]]]]:
        yield "store", lambda: store(config, self.store_url, self.now)
        yield "disk", lambda: disk(config, self.store_url, self.out)
        yield "secrets", lambda: kept_secrets(config, self.store_url, self.out)
        yield "secrets", lambda: mail_secrets(config)
        yield "formats", lambda: formats(config)
        yield "channels", lambda: channels(config)
        yield "feeds", lambda: feeds(config, self.store_url, self.now)
        yield "mail", lambda: self._mail(config)
        yield "certificates", lambda: self._network(config, "certificates")
        yield "clock", lambda: self._network(config, "clock")

    def _mail(self, config: Config) -> Iterator[Finding]:
        mail = config.mail
        if mail is None:
            yield note(
                "mail",
                str(config.path),
                "has no mail:, so mail goes to a folder",
                "set mail: when others are to get it",
            )
            return
        names = self._names()
        if names is None:
            yield note("mail", "DNS", "was not asked: offline", "name a --zone")
            return
        key = secret_value(config.folder, mail.dkim.key).encode() if mail.dkim else None
        for edition in config.editions:
            yield from standing(Sending.of(edition.id, edition.sender, mail, key), names)

    def _names(self) -> Names | None:
        if self.zone:
            return Zone.read(self.zone)
        return None if self.offline else Live()

    def _network(self, config: Config, what: str) -> Iterator[Finding]:
        if self.offline:
            yield note(what, "network", "was not asked: offline")
        elif what == "certificates":
            yield from certificates(config.mail, public_address(config), self.now)
        else:
            yield from clock(config, self.now)


def as_json(findings: list[Finding]) -> dict[str, Any]:
    """For programs: the findings, and how many must be seen to."""
    return {"must": sum(one.weight == "must" for one in findings), "findings": [asdict(one) for one in findings]}
