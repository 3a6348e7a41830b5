"""What the demo tells: one company for each support model."""

from . import story, story_credits, story_fair_use, story_minutes, story_tickets

AGENCIES = (
    story.AGENCY,
    story_credits.AGENCY,
    story_minutes.AGENCY,
    story_fair_use.AGENCY,
    story_tickets.AGENCY,
)
