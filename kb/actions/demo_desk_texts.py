"""What the demo's improvement lead has put together: collections with notes, pins and announcements. All invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain.article import Visibility
from kb.domain.search import Facet

PASTORAL = "common-approach-to-pastoral-support"
APPROACH = "Our common approach to pastoral support"
APPROACH_REASON = (
    "Every pupil of the trust has a known adult, every worry has an owner, and the same three clocks run."
)
OLDER_WORDS = (("24 hours", "48 hours"), ("A pastoral worry is anything", "A worry is anything"))
"""How last year's version read: (now, then)."""

WHAT_CHANGED = "A worry is now answered within 24 hours instead of 48, as the heads agreed in July."
ASKED_POSTS = ("headteacher", "pastoral-lead", "senco", "dsl", "head-of-year", "behaviour-lead", "teacher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A collection of the demo: what is said of it, and its articles with a note each."""

    title: str
    summary: str
    visibility: Visibility
    terms: Mapping[Facet, tuple[str, ...]]
    entries: tuple[tuple[str, str], ...]
    introduction: str = ""
    draft: bool = False


COLLECTIONS = (
    Told(
        title="Calm starts, calm corridors",
        summary="For everybody on duty between lessons: what our schools do at the door, at the bell and after lunch.",
        introduction="Begin with the door: it costs nothing and helps everywhere.\n\n"
        "One of them did not work as planned, and says why.",
        visibility=Visibility.PUBLIC,
        terms={
            Facet.KEY_STAGE: ("ks1", "ks2", "ks3"),
            Facet.PROVISION: ("mainstream",),
            Facet.THEME: ("behaviour-routines",),
        },
        entries=(
            ("greeting-pupils-at-the-door", "Start here. One minute a lesson."),
            ("calm-starts-after-lunch", "The same idea for younger pupils after a noisy hour."),
            ("corridors-at-the-bell", "What changes when every adult stands in the same place."),
            ("the-dining-hall-at-half-past-eleven", "Most afternoons are decided here."),
            ("a-de-escalation-card-for-your-lanyard", "For the moment when it does not stay calm."),
            ("restorative-conversations-after-a-fight", "And for the day after."),
            ("the-reset-room-that-became-a-waiting-room", "Read why it failed before you open one."),
            ("improving-behaviour-what-the-evidence-says", "What research says about all of the above."),
        ),
    ),
    Told(
        title="Reading, from first sounds to fluency",
        summary="What helps pupils who read slowly, from Reception to Year 9, with the research beside it.",
        visibility=Visibility.PUBLIC,
        terms={Facet.KEY_STAGE: ("ks1", "ks2", "ks3"), Facet.THEME: ("phonics",)},
        entries=(
            ("learning-to-read", "The short version of the research."),
            ("phonics-catch-up-in-year-4", "It is not too late in Year 4."),
            ("reading-fluency-in-year-8", "Ten minutes a day, in tutor time."),
            ("five-languages-one-classroom", "When English is the newest of several languages."),
            ("ten-words-in-history", "Words that carry a subject."),
        ),
    ),
    Told(
        title="Your first year in teaching",
        summary="For early career teachers and their mentors: small things that make a lesson work, one a fortnight.",
        visibility=Visibility.PARTNERS,
        terms={Facet.KEY_STAGE: ("ks1", "ks2", "ks3", "ks4"), Facet.THEME: ("explicit-instruction",)},
        entries=(
            ("explicit-instruction-and-cognitive-load", "Why explaining well is harder than it looks."),
            ("exit-tickets-for-an-ect", "Try it in week three."),
            ("do-now-that-remembers", "Two minutes that bring last week back."),
            ("retrieval-and-spacing", "The research behind the two before."),
            ("mentor-meetings-that-are-about-teaching", "For your mentor."),
            ("instructional-coaching-on-a-fortnight", "How the coaching goes on afterwards."),
        ),
    ),
    Told(
        title="Coming back to school",
        summary="For attendance leads, tutors and SENCOs: the way back after days, weeks or months away.",
        visibility=Visibility.TRUST,
        terms={Facet.KEY_STAGE: ("ks2", "ks3", "ks4"), Facet.THEME: ("attendance",)},
        entries=(
            ("breakfast-and-first-day-calls", "The first day counts most."),
            ("attendance-letters-in-plain-words", "Letters that a tired parent can read."),
            ("school-refusal-and-return", "When it is fear and not choice."),
            ("back-through-the-side-door", "A first step small enough to take."),
            ("home-tuition-and-the-way-back", "Keeping a place in the class meanwhile."),
            ("remote-robot-in-the-classroom", "Dear, and for some the only way."),
        ),
    ),
    Told(
        title="Inclusion bases that stay part of the class",
        summary="For teachers and teaching assistants with pupils of a base in their lessons.",
        visibility=Visibility.PARTNERS,
        terms={Facet.KEY_STAGE: ("ks1", "ks2"), Facet.PROVISION: ("inclusion-base", "mainstream")},
        entries=(
            ("special-needs-in-ordinary-classrooms", "What good teaching for all already does."),
            ("language-places-that-stay-in-class", "How the base and the class plan together."),
            ("talking-boards-in-every-room", "Cheap, and used by many more than it was made for."),
            ("aac-across-the-school-day", "So that a voice does not stay in the base."),
            ("sensory-circuits-before-register", "Fifteen minutes that save an hour."),
            ("teaching-assistants-what-helps", "Where an extra adult helps, and where not."),
        ),
    ),
    Told(
        title="What did not work, and what we learnt",
        summary="Honest failures of our schools, so that nobody need repeat them.",
        visibility=Visibility.TRUST,
        terms={},
        entries=(
            ("the-homework-app-nobody-opened", "Ask the families first."),
            ("the-reset-room-that-became-a-waiting-room", "A room is not a plan."),
            ("one-inset-day-on-trauma", "One day changes nobody’s Tuesday."),
            ("learning-styles-do-not-help", "The research is clear; the posters are still up."),
        ),
    ),
    Told(
        title="Leading a department",
        summary="For new heads of department. Being put together with the middle leaders’ group.",
        visibility=Visibility.TRUST,
        terms={Facet.KEY_STAGE: ("ks3", "ks4")},
        entries=(("the-first-term-of-a-head-of-department", ""), ("coaching-teachers", "")),
        draft=True,
    ),
)

PINS = (
    (
        "approach",
        "",
        "This is how all of us do it.",
        "pastoral care\npastoral support\npastoral policy\nworried about a pupil\nwellbeing concern",
    ),
    (
        "collection",
        "coming-back-to-school",
        "Six articles in the order in which you may need them.",
        "ebsa\nschool refusal\nschool refuser\nwon't come to school",
    ),
    (
        "article",
        "writing-a-case-study-colleagues-trust",
        "How to write one yourself.",
        "how to write a case study\ncase study template",
    ),
)
"""(kind, address, reason, words); the approach's address is known once it is marked."""

ANNOUNCEMENTS = (
    (
        "Pastoral approach, version 2",
        "Heads agreed in July that a worry is answered within 24 hours. Please read it before the holidays.",
        (),
        (),
    ),
    (
        "Visit Lantern School on 9 December",
        "Staff of Lantern School show how they use talking boards. Two places for each school; ask your headteacher.",
        ("castle-bridge-primary", "tidewater-infants", "samphire-junior", "long-meadow-primary"),
        (),
    ),
    (
        "SENCO meeting moves to Thursday",
        "The next meeting of SENCOs is on Thursday at 15:45 at Seawall Academy.",
        (),
        ("senco", "trust-senco-lead"),
    ),
)
"""(heading, words, schools, posts)."""
