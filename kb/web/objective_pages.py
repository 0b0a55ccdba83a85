"""What the pages of objectives show: names, what can be chosen, and what shows progress, for whoever reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask import render_template

from kb.actions import objective_keeping
from kb.domain.account import Account, Role
from kb.domain.objective import Evidence, EvidenceKind, Objective, ObjectiveState
from kb.domain.pathway import progress
from kb.storage import accounts, articles, cpd, objectives, pathway_progress, pathways, trials
from kb.web.access import reader, signed_in
from kb.web.forms import as_choices
from kb.web.forms_objectives import EVIDENCE_KINDS, STATES, EvidenceForm, NoteForm, ObjectiveForm
from kb.web.learning import school_choices, school_name
from kb.web.site import site
from kb.web.wording import count, duration

MINE = "mine"
RECENT = 40
"""How many lines of the record can be chosen from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """Something that shows progress; without title and link where the reader may not see what it is."""

    evidence: Evidence
    kind: str
    title: str
    link: str = ""


def seen(me: Account) -> tuple[Objective, ...]:
    """Every objective that a person may see."""
    db = site().database
    return objectives.seen_by(db, me, objective_keeping.head_of(db, me))


def schools_of(me: Account) -> list[tuple[str, str]]:
    """The schools for which a person may set objectives."""
    heads = objective_keeping.head_of(site().database, me)
    return [(each, words) for each, words in school_choices() if each in heads or me.role is Role.LEAD]


def names_of(every: Collection[Objective]) -> Mapping[int, str]:
    """Account → name, of those whose objectives these are."""
    return accounts.names(site().database, {each.account for each in every if each.account is not None})


def priority_names() -> Mapping[int, str]:
    """Number → what a priority is called."""
    return {each.id: each.title for each in objectives.priorities(site().database)}


def prepared(form: ObjectiveForm, now: int | None = None) -> ObjectiveForm:
    """The form with the priorities that can be chosen, and the one that is chosen now."""
    offered = [each for each in objectives.priorities(site().database) if not each.over or each.id == now]
    form.priority.choices = as_choices([("", "None"), *((str(each.id), each.title) for each in offered)])
    return form


def objective_from(form: ObjectiveForm, before: Objective) -> Objective:
    """What was typed, as the objective it was before with other words."""
    shared = form.shared.data or () if before.account is not None else ()
    revision = form.revision.data or ""
    return replace(
        before,
        title=form.title.data,
        measure=form.measure.data or "",
        priority=int(form.priority.data) if form.priority.data else None,
        due=form.due.data,
        state=ObjectiveState(form.state.data or ObjectiveState.OPEN.value),
        with_lead="lead" in shared,
        with_head="head" in shared,
        revision=int(revision[:9]) if revision.isascii() and revision.isdecimal() else 1,
    )


def choices_of_evidence(me: Account) -> list[tuple[str, str]]:
    """What of a person's learning can show progress: pathways they are on, and the newest lines of their record."""
    db = site().database
    found = pathways.of_ids(db, [each.pathway for each in pathway_progress.of_person(db, me.id)])
    lines = cpd.of_person(db, me.id)[:RECENT]
    return [
        ("", "Nothing"),
        *((f"{EvidenceKind.PATHWAY.value}:{each.slug}", f"Pathway: {each.title}") for each in found.values()),
        *(
            (f"{EvidenceKind.CPD.value}:{each.id}", f"{each.title} ({duration(each.minutes)})")
            for each in lines
        ),
    ]


def evidence_from(form: EvidenceForm) -> Evidence:
    """What was chosen or typed."""
    said, typed = form.said.data or "", form.article.data or ""
    if form.target.data:
        kind, _, target = form.target.data.partition(":")
        return Evidence(kind=EvidenceKind(kind), target=target, said=said)
    if typed:
        kind_of = EvidenceKind.TRIAL if form.tried.data else EvidenceKind.ARTICLE
        slug = typed.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
        return Evidence(kind=kind_of, target=slug, said=said)
    return Evidence(kind=EvidenceKind.OTHER, said=said)


def shown(objective: Objective) -> list[ShownEvidence]:
    """What shows progress. An article that the reader may not see keeps its title to itself."""
    return [_shown(each, objective) for each in objectives.evidence(site().database, objective.id)]


def day_of(evidence: Evidence) -> str:
    """The day on which something was added."""
    return evidence.at.date().isoformat() if evidence.at else ""


def page(objective: Objective, form: EvidenceForm, note_form: NoteForm) -> str:
    """One objective as a page."""
    db, me = site().database, signed_in()
    form.target.choices = as_choices(choices_of_evidence(me))
    notes = objectives.notes(db, objective.id)
    people = {each.by for each in notes} | ({objective.account} if objective.account else set())
    return render_template(
        "objectives/objective.html",
        objective=objective,
        form=form,
        note_form=note_form,
        progress=shown(objective),
        notes=notes,
        names=accounts.names(db, people),
        changes=objective_keeping.is_changed_by(db, me, objective),
        own=objective.account == me.id,
        priority=priority_names().get(objective.priority or 0, ""),
        states=STATES,
        school_name=school_name,
    )


def _trial_of(objective: Objective, slug: str) -> str:
    """The address of what the objective's owner, or else their school, has told of an article; empty for nothing."""
    db = site().database
    owner = accounts.find(db, objective.account) if objective.account is not None else None
    schools = {*owner.schools} if owner else {objective.school}
    told = trials.of_article(db, slug, reader())
    own = [each for each in told if owner and each.author == owner.id]
    found = next(iter([*own, *(each for each in told if each.report.school in schools)]), None)
    return f"/trials/{found.id}" if found else ""


def _shown(evidence: Evidence, objective: Objective) -> ShownEvidence:
    db, kind, target = site().database, EVIDENCE_KINDS[evidence.kind], evidence.target
    if evidence.kind in (EvidenceKind.ARTICLE, EvidenceKind.TRIAL):
        article = articles.find(db, target, reader())
        title = article.title if article else "An article that is not available to you"
        link = f"/articles/{target}" if article else ""
        if article and evidence.kind is EvidenceKind.TRIAL:
            link = _trial_of(objective, target) or link
        return ShownEvidence(evidence=evidence, kind=kind, title=title, link=link)
    if evidence.kind is EvidenceKind.PATHWAY:
        return _pathway(evidence, objective)
    if evidence.kind is EvidenceKind.CPD and objective.account is not None:
        line = cpd.find(db, objective.account, int(target))
        title = (
            f"{line.title}, {duration(line.minutes)}" if line else "A line that was taken out of the record"
        )
        return ShownEvidence(evidence=evidence, kind=kind, title=title)
    return ShownEvidence(evidence=evidence, kind=kind, title="")


def _pathway(evidence: Evidence, objective: Objective) -> ShownEvidence:
    """A pathway with how far its owner has come, which they have chosen to show."""
    db, kind = site().database, EVIDENCE_KINDS[evidence.kind]
    found = pathways.find_seen(db, evidence.target, reader())
    if found is None:
        return ShownEvidence(evidence=evidence, kind=kind, title="A pathway that is not available to you")
    link, title = f"/pathways/{found.slug}", found.title
    if objective.account is not None:
        ticks = pathway_progress.ticks(db, objective.account, [found.id])[found.id]
        far = progress(found.published or found.draft, ticks)
        title = f"{title}: {far.done} of {count(far.of, 'step')}"
    return ShownEvidence(evidence=evidence, kind=kind, title=title, link=link)
