"""The forms of pathways and of people’s own records of learning."""

from __future__ import annotations

from kb.domain.article import Visibility
from kb.domain.cpd import CpdKind
from kb.domain.pathway import LONGEST_STEP, StepKind
from kb.web.forms import Form, day, hidden, long_text, number, radios, select, text, ticks

KINDS = {
    StepKind.ARTICLE: "Read an article of this site",
    StepKind.COLLECTION: "Read a collection of this site",
    StepKind.LINK: "Read or watch something elsewhere",
    StepKind.TASK: "Do something",
    StepKind.OBSERVATION: "Watch somebody, or be watched",
}
KIND_NAMES = {
    StepKind.ARTICLE: "Article",
    StepKind.COLLECTION: "Collection",
    StepKind.LINK: "Elsewhere",
    StepKind.TASK: "Task",
    StepKind.OBSERVATION: "Observation",
}
VISIBILITIES = {
    Visibility.TRUST: "People of the trust",
    Visibility.PARTNERS: "The trust and its partners",
    Visibility.PUBLIC: "Everybody",
}
CPD_KINDS = {
    CpdKind.READING: "Reading",
    CpdKind.PATHWAY: "Pathway",
    CpdKind.TRAINING: "Training day or session",
    CpdKind.COURSE: "Course or qualification",
    CpdKind.COACHING: "Coaching or mentoring",
    CpdKind.OBSERVATION: "Observation or visit",
    CpdKind.CONFERENCE: "Conference",
    CpdKind.MEETING: "Network or meeting",
    CpdKind.OTHER: "Something else",
}


class BeginForm(Form):
    """What a new pathway is called."""

    title = text(
        "Title", hint="What people will be able to do, in their words.", needed="Enter a title.", longest=120
    )


class DetailsForm(Form):
    """What a pathway is about and for whom."""

    title = text("Title", needed="Enter a title.", longest=120)
    summary = long_text(
        "What is it for?",
        hint="One or two sentences. Who takes it, and what will be better afterwards?",
        needed="Say in a sentence or two what it is for.",
        longest=400,
        rows=3,
        count=True,
    )
    posts = ticks("For whom?", hint="Choose all that fit. Anybody may take it.")
    before = ticks("Finish these first")
    visibility = radios(
        "Who may see it?", [(each.value, words) for each, words in VISIBILITIES.items()], needed="Choose one."
    )
    revision = hidden()


class StepForm(Form):
    """One step."""

    kind = radios(
        "What does one do?",
        [(each.value, words) for each, words in KINDS.items()],
        needed="Choose what one does in this step.",
    )
    target = text(
        "Where does it lead?",
        hint="Copy the address of the article or collection, or of the page elsewhere. A task needs none.",
        longest=500,
        spellcheck=False,
    )
    title = text(
        "Title",
        hint="For an article or collection you can leave it out: its own title is shown.",
        longest=160,
    )
    about = long_text(
        "What to look for or to do", hint="Plain words, two or three sentences.", longest=1500, rows=4
    )
    minutes = number(
        "Minutes",
        hint="How long it takes, with time to think.",
        needed="Say how many minutes it takes.",
        lowest=1,
        highest=LONGEST_STEP,
    )
    revision = hidden()


class PublishForm(Form):
    """A new version."""

    note = text("What is new?", hint="For your own list of versions.", longest=300)
    revision = hidden()


class AskForm(Form):
    """Of whom a pathway is required, and until when."""

    posts = ticks("Of whom?", hint="Choose nothing to ask everybody.")
    schools = ticks("At which schools?", hint="Choose nothing to ask all of them.")
    due = day("Until when?", needed="Choose the day by which they should have finished.")


class EntryForm(Form):
    """Something that was learned."""

    title = text("What was it?", needed="Say what it was, such as the title of the course.", longest=200)
    kind = select(
        "Kind",
        [("", "Choose a kind"), *((each.value, words) for each, words in CPD_KINDS.items())],
        needed="Choose a kind.",
    )
    provider = text(
        "Who provided it?", hint="Such as a hub, a university or a colleague’s school.", longest=160
    )
    done_on = day("When?", hint="The last day, if it took several.", needed="Choose the day.")
    minutes = number(
        "Minutes",
        hint="3 hours are 180 minutes.",
        needed="Say how many minutes it took.",
        lowest=1,
        highest=60_000,
    )
    reflection = long_text(
        "What will you do differently?",
        hint="For you alone; nobody else can read it. Name no pupils.",
        longest=3000,
        rows=5,
    )


class PlanForm(Form):
    """What somebody means to do."""

    said = text(
        "What will you do?", hint="One sentence.", needed="Say in a sentence what you will do.", longest=300
    )
    due = day("By when?")
    remind = ticks("Reminder", [("yes", "Send me a letter on that day")])
