"""How fast mail may go: in all, and to one domain. Times are seconds of a clock that never goes back."""

from digest.config import Rate
from digest.deliver.mail.retries import held


class Pace:
    """Messages are spread evenly: "60 per minute" is one each second, never 60 at once.

    `at_once` is how many may be under way to one domain, so that a slow one does not take every connection.
    """

    def __init__(self, rate: Rate | None, per_domain: Rate | None, at_once: int) -> None:
        self._gap = rate.seconds / rate.count if rate else 0.0
        self._domain_gap = per_domain.seconds / per_domain.count if per_domain else 0.0
        self._at_once = at_once
        self._next = float("-inf")
        self._domains: dict[str, float] = {}
        self._under_way: dict[str, int] = {}
        self._held: dict[str, int] = {}

    def wait(self, now: float) -> float:
        """Seconds until a message may go at all."""
        return max(0.0, self._next - now)

    def wait_for(self, domain: str, now: float) -> float:
        """Seconds until a message may go to this domain, as far as that can be told: infinite while it is full."""
        if self._under_way.get(domain, 0) >= self._at_once:
            return float("inf")
        return max(0.0, self._domains.get(domain, now) - now)

    def take(self, domain: str, now: float) -> None:
        """A message to this domain is on its way."""
        self._next = max(self._next, now) + self._gap if self._gap else now
        if self._domain_gap:
            self._domains[domain] = max(self._domains.get(domain, now), now) + self._domain_gap
        self._under_way[domain] = self._under_way.get(domain, 0) + 1

    def done(self, domain: str, *, went: bool) -> None:
        """It has an outcome; `went` if it was sent."""
        self._under_way[domain] -= 1
        if not self._under_way[domain]:
            del self._under_way[domain]
        if went:
            self._held.pop(domain, None)

    def hold(self, domain: str, now: float) -> None:
        """The domain wants less: it is left alone, for longer each time until something goes through again."""
        self._held[domain] = self._held.get(domain, 0) + 1
        until = now + held(self._held[domain], domain).total_seconds()
        self._domains[domain] = max(self._domains.get(domain, now), until)
