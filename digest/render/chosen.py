"""An issue as a subscriber has chosen it: some of its topics only."""

from collections.abc import Collection
from dataclasses import replace

from digest.model import Issue


def chosen(issue: Issue, topics: Collection[str]) -> Issue | None:
    """The issue with the stories of these topics alone, or all of it for none; None if nothing is left.

    It stays the same issue: its id, number, date and what it says of itself do not change. A topic that the issue does
    not have is nothing that anybody could have missed.
    """
    if not topics:
        return issue
    briefs = tuple(brief for brief in issue.briefs if brief.topic in topics)
    told = {article for brief in briefs for article in brief.articles}
    return (
        replace(
            issue,
            briefs=briefs,
            topics=tuple(topic for topic in issue.topics if topic in topics),
            articles=tuple(citation for citation in issue.articles if citation.id in told),
        )
        if briefs
        else None
    )
