"""The forms of objectives."""

from __future__ import annotations

from kb.domain.objective import EvidenceKind, ObjectiveState
from kb.web.forms import Form, day, hidden, long_text, radios, select, text, ticks

STATES = {
    ObjectiveState.OPEN: "Under way",
    ObjectiveState.REACHED: "Reached",
    ObjectiveState.PARTLY: "Reached in part",
    ObjectiveState.NOT_REACHED: "Not reached",
    ObjectiveState.DROPPED: "Given up",
}
EVIDENCE_KINDS = {
    EvidenceKind.ARTICLE: "Article",
    EvidenceKind.TRIAL: "We tried it",
    EvidenceKind.PATHWAY: "Pathway",
    EvidenceKind.CPD: "From the record of learning",
    EvidenceKind.OTHER: "Something else",
}


class ObjectiveForm(Form):
    """What is meant."""

    whose = radios("Whose is it?", needed="Say whose it is.")
    title = text("What do you want to reach?", needed="Say what you want to reach.", longest=200)
    measure = long_text("How will you know?", hint="What will be different, for whom?", longest=1000, rows=3)
    priority = select("Priority of the trust")
    due = day("By when?")
    state = select("How is it going?", [(each.value, words) for each, words in STATES.items()])
    shared = ticks(
        "Who else may see it?",
        [("lead", "The improvement lead"), ("head", "The headteacher of my school")],
        hint="They can read it with what shows progress, and add notes. You can take it back at any time.",
    )
    revision = hidden()


class EvidenceForm(Form):
    """What shows progress."""

    target = select("From your learning")
    article = text(
        "Or an article",
        hint="Copy its address, for an article that you wrote, used or tried.",
        longest=300,
        spellcheck=False,
    )
    tried = ticks("", [("yes", "We tried what this article says")])
    said = text("What does it show?", hint="One sentence. Name no pupils.", longest=400)


class NoteForm(Form):
    """What was said when looking back."""

    note = long_text(
        "Note",
        hint="Whoever sees this objective can read it. Name no pupils.",
        needed="Write down what you talked about.",
        longest=2000,
        rows=4,
    )


class PriorityForm(Form):
    """Something the whole trust wants to get better at."""

    title = text("Priority", needed="Say what the trust wants to get better at.", longest=160)
    about = long_text("What does it mean?", longest=600, rows=3)
