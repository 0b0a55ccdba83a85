"""What the JSON API suggests to somebody who is typing."""

from __future__ import annotations

from pydantic import Field

from kb.domain.search import Facet
from kb.web.answers import Answered


class SuggestionJson(Answered):
    """One thing that somebody may be looking for."""

    kind: str = Field(
        description="title for an article, term for a value of a filter, school for a school or partner.",
        json_schema_extra={"enum": ["title", "term", "school"]},
    )
    label: str = Field(description="What people call it.")
    url: str = Field(description="Address of its page on this site, beginning with /.")
    id: str = Field(description="The article's slug, the filter's value or the school's id.")
    facet: Facet | None = Field(description="The filter that a term belongs to; null for the others.")


class SuggestAnswer(Answered):
    """What goes on from the words typed so far."""

    query: str = Field(description="What was typed, as it was read.")
    suggestions: list[SuggestionJson] = Field(description="Those that begin with what was typed come first.")
