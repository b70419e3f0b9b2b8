"""Sentences as quotes, under the name of who says them."""

from bisect import bisect_left

from digest.model import Quote
from digest.sections._reading import Line, Reading


def quoted(reading: Reading, line: Line) -> Quote:
    """A sentence that lies within what somebody is quoted to say is his, and not his outlet's."""
    article = line.article
    speech = reading.speech[article.id]
    last = bisect_left(speech, (line.span.start, line.span.end + 2), key=lambda one: one.content)
    for one in reversed(speech[max(0, last - 8) : last]):
        if one.direct and one.speaker and one.content.start <= line.span.start and line.span.end <= one.content.end:
            names = reading.names[article.id]
            return line.quote(names.fullest(one.speaker) or one.speaker.of(article.text))
    return line.quote()
