"""When a mailing stops by itself, before it does harm to the sender's name."""

from dataclasses import dataclass

from digest.deliver.mail.replies import Fate

_ENOUGH = 50  # attempts
_FEW = 3  # failures never stop a mailing, or one bad address of fifty would
_TEMPORARY, _PERMANENT = 0.05, 0.01
_IN_A_ROW = 3


@dataclass(slots=True)
class Breaker:
    """Told of every fate. A domain that wants less mail (`hold`) is no failure: it is given less."""

    attempts: int = 0
    temporary: int = 0
    permanent: int = 0
    refused: int = 0

    def note(self, fate: Fate) -> str | None:
        """Why the mailing has to stop, if it has to."""
        self.attempts += 1
        self.temporary += fate == "later"
        self.permanent += fate in ("failed", "full", "bounced", "refused")
        self.refused = self.refused + 1 if fate == "refused" else 0
        if self.refused >= _IN_A_ROW:
            return f"the server has refused {self.refused} messages in a row for a policy of its own"
        if self.attempts < _ENOUGH:
            return None
        for count, share, kind in (
            (self.permanent, _PERMANENT, "for good"),
            (self.temporary, _TEMPORARY, "for the time being"),
        ):
            if count > max(_FEW - 1, share * self.attempts):
                return f"{count} of {self.attempts} attempts were refused {kind}"
        return None
