"""stub"""

from digest.model import Story, Why


def why(story: Story) -> Why:
    return Why(ties=story.ties)
