"""Words of a form that others will read, looked through for what may tell who a pupil is before they are kept."""

from __future__ import annotations

from kb.actions.free_text import refuse_personal_data
from kb.web.site import site
from kb.web.text_pages import desk_of


def keep_pupils_out(**fields: str | None) -> None:
    """Raise PersonalData for what must go; the names are those of the form's fields. Nobody is asked about warnings."""
    said = {name: words for name, words in fields.items() if words}
    refuse_personal_data(desk_of(site().library).check, said, all_looked_at=True)
