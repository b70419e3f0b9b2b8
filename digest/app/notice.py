"""A word to the editor, by mail: through the mail server, or into a folder where there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from digest.app.post import Postbox
from digest.config import Config, Edition
from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.maildir import FOLDER
from digest.mailing import Review, domain_of
from digest.model import Issue, short_hash
from digest.render.mail import header_text

_POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Tells an edition's `editor:`; without one, nobody."""

    config: Config
    out: Path
    warn: Callable[[str], None]

    def of_draft(self, edition: Edition, issue: Issue, folder: Path, review: Review, now: datetime) -> bool:
        """A draft waits in this folder. False if there is nobody to tell."""
        editor = edition.timing.review and edition.timing.review.editor
        if not editor:
            return False
        mail = EmailMessage(policy=_POLICY)
        sender = edition.sender or editor
        mail["From"], mail["To"] = sender, editor
        mail["Subject"] = header_text(f"Draft: {issue.title}, no. {issue.number}")
        mail["Date"] = format_datetime(now)
        key = short_hash("draft", edition.id, issue.id, review.asked.isoformat())
        mail["Message-ID"] = f"<{key}@{domain_of(parseaddr(sender)[1])}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_text(edition, issue, folder, review), cte="quoted-printable")
        to, back = parseaddr(editor)[1], parseaddr(sender)[1]
        envelope = Envelope(sender=back, recipient=to, name=key, data=mail.as_bytes(), utf8=False)
        folder = self.out / FOLDER / edition.id / "editor"
        with Postbox(config=self.config, folder=folder, warn=self.warn).hand_over(back) as hand_over:
            hand_over(envelope)
        return True


def _text(edition: Edition, issue: Issue, folder: Path, review: Review) -> str:
    stories = "\n".join(f"{number}. {brief.title}" for number, brief in enumerate(issue.briefs, 1))
    page = (folder / issue.id / "index.html").resolve()
    shown = page if page.is_file() else page.parent
    ends = f"Without an answer it goes out at {review.until:%Y-%m-%d %H:%M} UTC." if review.until else ""
    otherwise = ends or "It goes out when you say so, and not at all if the next one is due before that."
    name = f"{edition.id}/{issue.id}"
    return (
        f"{issue.title}, no. {issue.number}, waits for you:\n\n{stories}\n\n"
        f"{shown.as_uri()}\n\n"
        f"To bring it out: digest approve {name}\nNot to:          digest approve {name} --reject\n\n{otherwise}\n"
    )
