"""The shape of what `feeds.yaml` says of an edition's turns, and what it means."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from digest.config.records import Reviewing, Skip, Timing
from digest.schedule import parse

_SPAN = re.compile(r"([1-9][0-9]{0,2}) (hour|day)s?")


def _schedule(value: str) -> str:
    parse(value, "UTC")
    return value


def _span(value: str) -> str:
    if not _SPAN.fullmatch(value):
        raise ValueError("a number and a unit, such as 24 hours or 3 days")
    return value


ScheduleText = Annotated[str, AfterValidator(_schedule)]
SpanText = Annotated[str, AfterValidator(_span)]


class SkipSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    stories: int = Field(default=1, ge=0, le=500)
    unchanged: bool = True
    stale: bool = True


def timing(
    schedule: str | None,
    zone: str,
    *,
    make_up: str,
    jitter: int,
    skip: SkipSchema,
    review: str,
    review_hours: int | None,
    editor: str | None,
) -> Timing:
    wait = timedelta(hours=review_hours) if review_hours else None
    return Timing(
        schedule=parse(schedule, zone) if schedule else None,
        make_up=_timedelta(make_up),
        jitter=timedelta(minutes=jitter),
        skip=Skip(stories=skip.stories, unchanged=skip.unchanged, stale=skip.stale),
        review=Reviewing(wait=wait, editor=editor) if review == "required" else None,
    )


def _timedelta(said: str) -> timedelta:
    number, unit = said.split(" ")
    return timedelta(**{unit.rstrip("s") + "s": int(number)})
