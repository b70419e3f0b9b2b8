"""How fast mail may go: in all, and to one domain. Times are seconds of a clock that never goes back."""

from digest.config import Rate
from digest.deliver.mail.retries import held


class Pace:
    """Messages are spread evenly: "60 per minute" is one each second, never 60 at once."""

    def __init__(self, rate: Rate | None, per_domain: Rate | None) -> None:
        self._gap = rate.seconds / rate.count if rate else 0.0
        self._domain_gap = per_domain.seconds / per_domain.count if per_domain else 0.0
        self._next = float("-inf")
        self._domains: dict[str, float] = {}
        self._held: dict[str, int] = {}

    def wait(self, now: float) -> float:
        """Seconds until a message may go at all."""
        return max(0.0, self._next - now)

    def wait_for(self, domain: str, now: float) -> float:
        """Seconds until a message may go to this domain."""
        return max(0.0, self._domains.get(domain, now) - now)

    def take(self, domain: str, now: float) -> None:
        """A message to this domain goes now."""
        if self._gap:
            self._next = max(self._next, now) + self._gap
        if self._domain_gap:
            self._domains[domain] = max(self._domains.get(domain, now), now) + self._domain_gap

    def went(self, domain: str) -> None:
        """The domain has taken a message."""
        self._held.pop(domain, None)

    def hold(self, domain: str, now: float) -> None:
        """The domain wants less: it is left alone, for longer each time until something goes through again."""
        self._held[domain] = self._held.get(domain, 0) + 1
        until = now + held(self._held[domain], domain).total_seconds()
        self._domains[domain] = max(self._domains.get(domain, now), until)
