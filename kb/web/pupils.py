"""Words of a form that others will read, looked through for what may tell who a pupil is before they are kept."""

from __future__ import annotations

from kb.domain.errors import BadRequest
from kb.domain.finding import Finding, Level
from kb.web.site import site
from kb.web.text_pages import desk_of

SHOWN = 60


class MayTellWho(BadRequest):
    """Something in a form may tell who a pupil is. ``field`` is the field it stands in."""

    def __init__(self, finding: Finding) -> None:
        self.field = finding.field
        piece = " ".join(finding.excerpt.split())[:SHOWN]
        super().__init__(f"‘{piece}’: {finding.message} {finding.advice}")


def keep_pupils_out(**fields: str | None) -> None:
    """Raise MayTellWho for the first thing that must go; the names are those of the form's fields."""
    check = desk_of(site().library).check
    found = check.personal_data({name: words for name, words in fields.items() if words})
    blocked = next((each for each in found if each.level is Level.BLOCK), None)
    if blocked:
        raise MayTellWho(blocked)
