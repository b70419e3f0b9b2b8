"""What can go wrong, as one tree. Every error names its object and, where there is one, the next step.

DigestError
├── ConfigError         feeds.yaml cannot be used
├── FeedError           one feed could not be fetched or parsed; never stops a run
├── SeedError           one seed file could not be read; never stops a run
├── OpmlError           a list of feeds is none, or too much (in ingest.opml)
├── PluginError         a plug-in is missing, or was given options that it does not take
├── FormatError         a format folder, or one of its templates, is broken
├── StoryError          there is no such story, or no such issue
├── SubscriberError     a list of subscribers, or one of them, cannot be taken
├── MailError           mail does not go out: the server, the sender or the ledger stands against it
├── StoreError          the store cannot be opened, migrated or written
└── VerifyError         an artifact claims a quote that no source has
"""


class DigestError(Exception):
    """Base of all errors that a person can do something about.

    `subject` is the object at fault (a path, a URL, an edition), `reason` what is wrong with it, `hint` the next step.
    """

    def __init__(self, subject: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{subject}: {reason}" if subject else reason)
        self.subject = subject
        self.reason = reason
        self.hint = hint

    def __reduce__(self) -> tuple[type["DigestError"], tuple[str, str, str], dict[str, object]]:
        # What `Exception` does of its own calls the class with the message alone.
        return type(self), (self.subject, self.reason, self.hint), self.__dict__


class ConfigError(DigestError):
    """`feeds.yaml` cannot be used; `reason` may list several places, a line each."""


class FeedError(DigestError):
    """One feed could not be fetched or parsed."""


class SeedError(DigestError):
    """One seed file could not be read."""


class PluginError(DigestError):
    """A plug-in is missing, or was given an option that it does not take."""


class FormatError(DigestError):
    """A format folder or one of its templates is broken."""


class StoryError(DigestError):
    """A story or an issue that is asked for is not there."""


class SubscriberError(DigestError):
    """A list of subscribers, or one of them, cannot be taken. No address stands in it."""


class MailError(DigestError):
    """Mail does not go out as it is set up."""


class StoreError(DigestError):
    """The store cannot be opened, migrated or written."""


class VerifyError(DigestError):
    """An artifact claims a quote that no source has."""
