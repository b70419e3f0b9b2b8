"""The shape of `feeds.yaml`: keys, types, defaults. Every refusal says what is allowed instead."""

import difflib
import re
from collections.abc import Callable, Collection
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from digest.config.mail import DkimSchema, MailSchema, Secret
from digest.config.schedule import ScheduleText, SkipSchema, SpanText
from digest.config.web import WebSchema
from digest.plugins import Choice
from digest.text.hosts import allow_entry

_WINDOW = re.compile(r"([1-9][0-9]{0,2}) (hour|day|week)s?")
_EDITION_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_STORE = re.compile(r"(?:sqlite|postgresql)(?:\+\w+)?://")
DEFAULT_STORE = "sqlite:///digest.db"


def _checked(allowed: str, accept: Any, known: Callable[[], Collection[str]] = tuple) -> AfterValidator:
    """Text that `accept` takes; otherwise the refusal says what is `allowed`, and which of the `known` ones is near."""

    def check(value: str) -> str:
        if not accept(value):
            near = difflib.get_close_matches(value, sorted(known()), n=1)
            raise ValueError(f"{allowed}; did you mean '{near[0]}'?" if near else allowed)
        return value

    return AfterValidator(check)


def _web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        port_fits = parts.port is None or parts.port > 0  # .port raises for one that cannot be
        plain = value.isprintable() and unquote(value).isprintable() and " " not in value and "@" not in parts.netloc
        return parts.scheme in ("http", "https") and all(host.rstrip(".").split(".")) and port_fits and plain
    except ValueError:
        return False


def _mailbox(value: str) -> bool:
    """One address that the standard library can write into a header."""
    name, address = parseaddr(value)
    try:
        Address(display_name=name, addr_spec=address)
        address.encode("ascii")
    except (ValueError, HeaderParseError):
        return False
    return "@" in address and "=?" not in value and value.isprintable() and not set(address) & set(' "<>,;')


def _choice(value: Any) -> Any:
    """`name` is short for `{use: name}`."""
    return {"use": value} if isinstance(value, str) else value


_WebAddress = Annotated[str, _checked("an http:// or https:// address without a user name", _web_address)]
_LocalHost = Annotated[
    str,
    _checked("a host, an address or a network of yours, such as intranet, 127.0.0.1:8700 or 10.0.0.0/8", allow_entry),
]
_Glob = Annotated[
    str,
    _checked("a path or pattern of .txt, .md, .html or .eml files, such as seeds/*.md", lambda value: value.strip()),
]
_Language = Annotated[str, _checked("a language tag such as en, de or pt-BR", _LANGUAGE.fullmatch)]
_Zone = Annotated[
    str,
    _checked(
        "a time zone of the IANA list, such as Europe/Berlin or UTC",
        lambda value: value in available_timezones(),
        known=available_timezones,
    ),
]
_Weight = Annotated[float, Field(ge=0, le=100)]
_Title = Annotated[str, _checked("text on one line", lambda value: value.strip() and value.isprintable())]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PluginSchema(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    use: str


_PluginField = Annotated[PluginSchema, BeforeValidator(_choice)]


class LimitsSchema(_Strict):
    stories: int = Field(default=12, ge=1, le=500)


BRIEF = {  # in the order in which they are read
    "tldr": 1,
    "key-points": 4,
    "why-it-matters": 2,
    "disagreements": 3,
    "quotes": 3,
    "numbers": 3,
    "unclear": 2,
    "whats-next": 2,
    "key-questions": 2,
    "background": 2,
    "timeline": 7,
}


def _feed(value: Any) -> Any:
    """An address is short for `{url: address}`."""
    if not isinstance(value, str | dict):
        raise ValueError("an http:// or https:// address, or a mapping with url: and full_text:")
    return {"url": value} if isinstance(value, str) else value


class FeedSchema(_Strict):
    url: _WebAddress
    full_text: Literal["feed", "page"] = "feed"


class QuoteSchema(_Strict):
    """A limit that is not named is that of the edition, or the default's; None is no limit."""

    sentences: int | None = Field(default=None, ge=0, le=10_000)
    words: int | None = Field(default=None, ge=0, le=1_000_000)


def _quote(value: Any) -> Any:
    """`none` is short for no sentence and no word, `all` for no limit."""
    if value in ("none", "all"):
        limit = 0 if value == "none" else None
        return {"sentences": limit, "words": limit}
    if not isinstance(value, dict) or not value or None in value.values():
        raise ValueError("none, all, or a mapping with sentences: and words:, a whole number each")
    return value


_QuoteField = Annotated[QuoteSchema, BeforeValidator(_quote)]


def _or_none_yet(empty: Any) -> BeforeValidator:
    """A key with nothing after it, as in a file that is being written."""
    return BeforeValidator(lambda value: empty if value is None else value)


class OutletSchema(_Strict):
    feeds: Annotated[list[Annotated[FeedSchema, BeforeValidator(_feed)]], _or_none_yet([])] = []
    files: Annotated[list[_Glob], _or_none_yet([])] = []
    language: _Language | None = None
    weight: _Weight = 1.0
    quote: _QuoteField | None = None


def _phrase(value: str) -> bool:
    return bool(value.strip().strip("*")) and value.isprintable()


_Phrase = Annotated[str, _checked("a word or a phrase; * stands for the rest of a word, as in semiconduct*", _phrase)]
_Label = Annotated[str, _checked("a name on one line", lambda value: value.strip() and value.isprintable())]


class RuleSchema(_Strict):
    words: Annotated[list[_Phrase], _or_none_yet([])] = []
    categories: Annotated[list[_Label], _or_none_yet([])] = []
    outlets: Annotated[list[_Label], _or_none_yet([])] = []


class SectionSchema(RuleSchema):
    stories: int | None = Field(default=None, ge=1, le=500)


class RankingSchema(_Strict):
    origins: _Weight = 3.0
    size: _Weight = 1.0
    recency: _Weight = 1.0
    spread: _Weight = 1.0


class EditionSchema(_Strict):
    title: _Title
    language: _Language = "en"
    timezone: _Zone = "UTC"
    window: Annotated[str, _checked("a number and a unit, such as 7 days, 36 hours or 2 weeks", _WINDOW.fullmatch)] = (
        "7 days"
    )
    url: _WebAddress | None = None
    sender: Annotated[str, _checked("an address, such as Weekly <news@example.org>", _mailbox)] | None = None
    hub: _WebAddress | None = None
    licence: _Title | None = None
    address: _Title | None = None
    outlets: Annotated[dict[_Title, Annotated[OutletSchema, _or_none_yet({})]], _or_none_yet({})] = {}
    files: Annotated[list[_Glob], _or_none_yet([])] = []
    limits: LimitsSchema = LimitsSchema()
    quote: _QuoteField = QuoteSchema()
    commercial: bool = False
    brief: Annotated[dict[str, Annotated[int, Field(ge=0, le=50)]], _or_none_yet(BRIEF)] = BRIEF
    sections: Annotated[dict[_Title, Annotated[SectionSchema, _or_none_yet({})]], _or_none_yet({})] = {}
    include: RuleSchema | None = None
    exclude: RuleSchema | None = None
    min_outlets: int = Field(default=1, ge=1, le=100)
    ranking: RankingSchema = RankingSchema()
    formats: list[str] = ["email", "markdown", "site", "feeds"]
    channels: list[_PluginField] = []
    clusterer: _PluginField = PluginSchema(use="linkage")
    summarizer: _PluginField = PluginSchema(use="coverage")
    stance: _PluginField = PluginSchema(use="cue-words")
    schedule: ScheduleText | None = None
    make_up: SpanText = "24 hours"
    jitter: int = Field(default=5, ge=0, le=120)
    skip: SkipSchema = SkipSchema()
    review: Literal["none", "required"] = "none"
    review_hours: int | None = Field(default=None, ge=1, le=336)
    editor: Annotated[str, _checked("an address, such as Ed <ed@example.org>", _mailbox)] | None = None


class NetworkSchema(_Strict):
    allow: list[_LocalHost] = []
    gap: float = Field(default=1, ge=0, le=3600)
    at_once: int = Field(default=8, ge=1, le=100)


class FileSchema(_Strict):
    store: Annotated[str, _checked("a database URL such as sqlite:///digest.db", _STORE.match)] = DEFAULT_STORE
    contact: _WebAddress | None = None
    network: NetworkSchema = NetworkSchema()
    mail: MailSchema | None = None
    ping: Secret | None = None
    web: WebSchema | None = None
    editions: Annotated[
        dict[Annotated[str, _checked("an id of a-z, 0-9 and inner hyphens", _EDITION_ID.fullmatch)], EditionSchema],
        Field(min_length=1),
    ]


def keys() -> dict[str, list[str]]:
    """Every key of the file by the path of its mapping; for the documentation and its test."""
    return {
        "": list(FileSchema.model_fields),
        "network": list(NetworkSchema.model_fields),
        "mail": list(MailSchema.model_fields),
        "web": list(WebSchema.model_fields),
        "mail.dkim": list(DkimSchema.model_fields),
        "editions.ID": list(EditionSchema.model_fields),
        "editions.ID.outlets.NAME": list(OutletSchema.model_fields),
        "editions.ID.outlets.NAME.quote": list(QuoteSchema.model_fields),
        "editions.ID.outlets.NAME.feeds": list(FeedSchema.model_fields),
        "editions.ID.quote": list(QuoteSchema.model_fields),
        "editions.ID.limits": list(LimitsSchema.model_fields),
        "editions.ID.sections.NAME": list(SectionSchema.model_fields),
        "editions.ID.include": list(RuleSchema.model_fields),
        "editions.ID.exclude": list(RuleSchema.model_fields),
        "editions.ID.ranking": list(RankingSchema.model_fields),
        "editions.ID.skip": list(SkipSchema.model_fields),
    }


def plugin(kind: str, chosen: PluginSchema) -> Choice:
    """What a plug-in key asks for."""
    return Choice(kind=kind, name=chosen.use, options=tuple((chosen.model_extra or {}).items()))
