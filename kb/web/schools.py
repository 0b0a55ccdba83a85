"""The schools, hubs and partners that share what they do."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.domain.errors import NotFound
from kb.domain.school import School, SchoolKind
from kb.domain.search import Facet
from kb.storage import articles
from kb.web.access import public, reader
from kb.web.cards import cards, chips_of
from kb.web.expertise import of_school
from kb.web.site import Site, site

pages = Blueprint("schools", __name__, url_prefix="/schools")

KINDS = {
    SchoolKind.TRUST_SCHOOL: "School of the trust",
    SchoolKind.TRUST_SERVICE: "Team of the trust",
    SchoolKind.PARTNER_SCHOOL: "Partner school",
    SchoolKind.COUNCIL: "Council",
    SchoolKind.TEACHING_SCHOOL_HUB: "Teaching school hub",
    SchoolKind.UNIVERSITY: "University",
    SchoolKind.ALLIANCE: "Alliance",
}


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """Everybody who shares, hub by hub, then the partners."""
    current = site()
    group = current.library.group
    in_hubs = [(hub, group.schools_of(hub.id)) for hub in group.hubs.values()]
    others = [school for school in group.schools.values() if school.hub is None]
    return render_template(
        "schools/index.html",
        group=group,
        in_hubs=in_hubs,
        of_trust=[each for each in others if each.kind is SchoolKind.TRUST_SERVICE],
        partners=[each for each in others if each.kind is not SchoolKind.TRUST_SERVICE],
        counts=articles.counts(current.database, Facet.SCHOOL, reader()),
        kinds=KINDS,
        chips={school.id: _chips(school, current) for school in group.schools.values()},
    )


@pages.get("/<school_id>")
@public
def school(school_id: str) -> ResponseReturnValue:
    """One school and what it has written."""
    current = site()
    group = current.library.group
    if school_id not in group.schools:
        raise NotFound("There is no school at this address. Choose one from the list of schools.")
    this = group.schools[school_id]
    written = articles.of_school(current.database, school_id, reader())
    return render_template(
        "schools/school.html",
        school=this,
        kind=KINDS[this.kind],
        phase=current.library.taxonomy["phases"].label_of(this.phase),
        hub=group.hubs.get(this.hub) if this.hub else None,
        chips=_chips(this, current),
        shared=of_school(school_id),
        cards=cards(written, current.library, datetime.now(tz=UTC).date()),
    )


def _chips(school: School, current: Site) -> tuple[object, ...]:
    stages = chips_of(current.library, Facet.KEY_STAGE, school.key_stages)
    return (*stages, *chips_of(current.library, Facet.PROVISION, school.provisions))
