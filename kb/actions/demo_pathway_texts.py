"""What stands in the demo’s pathways. The trust is invented; the articles are those of the demo."""

from __future__ import annotations

from kb.domain.article import Visibility
from kb.domain.pathway import Outline, Step, StepKind

READ, TRY, WATCH, OPEN = StepKind.ARTICLE, StepKind.TASK, StepKind.OBSERVATION, StepKind.LINK


def _outline(
    title: str,
    summary: str,
    posts: tuple[str, ...],
    *steps: tuple[StepKind, str, str, int],
    before: tuple[str, ...] = (),
    visibility: Visibility = Visibility.PARTNERS,
) -> Outline:
    outline = Outline(title=title, summary=summary, posts=posts, before=before, visibility=visibility)
    for kind, what, about, minutes in steps:
        leads = kind in (READ, OPEN)
        label, _, target = what.partition(" | ") if leads else (what, "", "")
        outline = outline.adding(
            Step(
                id=0,
                kind=kind,
                title=label if target or not leads else "",
                target=target or (what if leads else ""),
                about=about,
                minutes=minutes,
            )
        )
    return outline


PASTORAL = _outline(
    "Our common approach to pastoral support",
    "For everybody who looks after pupils: what we do in the first 24 hours, in the first week and in the first half "
    "term, in the same way at every school.",
    ("pastoral-lead", "head-of-year", "tutor", "behaviour-lead", "dsl"),
    (
        READ,
        "common-approach-to-pastoral-support",
        "Read it once as a whole. Then read your own part again and mark what your school does in another way.",
        25,
    ),
    (
        WATCH,
        "Sit in on a first conversation",
        (
            "Ask a colleague whether you may sit in when they speak with a pupil on the day something went wrong. Look "
            "for who speaks first, and for how long the adult waits."
        ),
        40,
    ),
    (
        READ,
        "restorative-conversations-after-a-fight",
        "Two schools, one that found it helped and one that did not. What had to be in place before?",
        20,
    ),
    (
        TRY,
        "Write the 24-hour message for your school",
        (
            "Write the note that goes home on the first day: what happened, who will call, and when. Have somebody "
            "outside your team read it aloud."
        ),
        30,
    ),
    (
        READ,
        "the-reset-room-that-became-a-waiting-room",
        "This one did not work. Find the week in which it turned, and what would have shown it.",
        15,
    ),
    (
        TRY,
        "Look at five pupils after half a term",
        (
            "Take five pupils for whom a plan was made. What has been done, by whom, and what has not? Bring it to the "
            "next meeting of pastoral leads, without names."
        ),
        60,
    ),
)

NEW_LEADER = _outline(
    "Leading a team for the first time",
    "For heads of department, subject leaders and heads of year in their first two terms: what to ask for, what to "
    "look at, and what to leave alone.",
    ("head-of-department", "subject-leader", "head-of-year", "key-stage-leader"),
    (
        READ,
        "the-first-term-of-a-head-of-department",
        "Read it together with your line manager, and agree on three things from the list that you will get.",
        30,
    ),
    (
        TRY,
        "Three conversations before any change",
        "Ask three people of your team what they would not want to lose. Write their answers down in their words.",
        45,
    ),
    (
        READ,
        "instructional-coaching-on-a-fortnight",
        "Look at how small the steps are, and what was stopped to make room for them.",
        20,
    ),
    (
        WATCH,
        "Watch a meeting that is not yours",
        "Sit in on another team’s meeting. Count the minutes about teaching and the minutes about everything else.",
        60,
    ),
    (
        READ,
        "email-after-six",
        "A rule that moved the work instead of taking it away. Which rule of yours might do the same?",
        15,
    ),
    (
        TRY,
        "One thing to stop",
        (
            "Agree with your team on one thing that you will stop doing this term, and on how you will know that "
            "nothing got worse."
        ),
        40,
    ),
)

CHANGE = _outline(
    "Leading change with evidence",
    "For senior leaders and those who will be: choose a change that is worth it, bring it in slowly, and find out "
    "honestly whether it worked.",
    ("assistant-head", "deputy-head", "headteacher", "senco", "pastoral-lead"),
    (
        READ,
        "putting-evidence-to-work",
        "Four stages. In which of them do changes at your school most often get stuck?",
        30,
    ),
    (
        READ,
        "when-we-stopped-setting-in-year-7",
        "They kept half of the year group as it was. Would your governors have agreed to that?",
        20,
    ),
    (
        READ,
        "the-homework-app-nobody-opened",
        "Read it as if it were yours. What should have been asked before it was bought?",
        15,
    ),
    (
        TRY,
        "Write down how you will know",
        "Before anything begins: what will be different, for whom, by when, and who will count it? One side of paper.",
        45,
    ),
    (
        READ,
        "coaching-teachers",
        "Effects shrink when programmes grow. Which part of your plan depends on one person?",
        25,
    ),
    (
        READ,
        "governors-in-classrooms",
        "Let somebody from outside look at it, with one question.",
        15,
    ),
    (
        TRY,
        "Tell colleagues what came out of it",
        (
            "Write a case study, above all if it did not go to plan. There is help: “How to write a case study that "
            "colleagues will trust”."
        ),
        90,
    ),
    before=("leading-a-team-for-the-first-time",),
    visibility=Visibility.TRUST,
)

FIRST_YEAR = _outline(
    "Your first year: routines, talk and feedback",
    "For early career teachers and their mentors: six short readings, each with something to try in the same week.",
    ("ect", "mentor", "induction-tutor"),
    (
        READ,
        "greeting-pupils-at-the-door",
        "A small study and a fair bet. Do it for a week with your hardest class.",
        15,
    ),
    (
        WATCH,
        "Watch the first five minutes of two lessons",
        "One of a colleague in your subject, one in another. Write down only what the teacher does.",
        30,
    ),
    (
        READ,
        "do-now-that-remembers",
        "Four questions from four different weeks. Write yours for next Monday before you close the page.",
        20,
    ),
    (
        READ,
        "exit-tickets-for-an-ect",
        "One question, three piles, six minutes. Try it twice, then talk about it with your mentor.",
        20,
    ),
    (
        READ,
        "classroom-talk-and-reasoning",
        "Choose one of the ground rules and teach it as you would teach content.",
        25,
    ),
    (
        READ,
        "feedback-that-moves-learning-on",
        "Which of the kinds of feedback here do you give most? Which costs you most time?",
        25,
    ),
    (
        TRY,
        "A conversation with your mentor",
        "Bring one thing that worked and one that did not, with what pupils wrote. Plan one next step.",
        40,
    ),
    visibility=Visibility.PUBLIC,
)

ASSISTANTS = _outline(
    "Helping without doing it for them",
    "For teaching assistants and the teachers they work with: help that makes pupils need less help.",
    ("ta", "hlta", "teacher", "senco"),
    (
        READ,
        "teaching-assistants-what-helps",
        "What helps, and what does not. Read it together with your teacher.",
        25,
    ),
    (
        WATCH,
        "Count who speaks",
        "For ten minutes, have a colleague count how often you speak and how often the pupil does. Swap.",
        30,
    ),
    (
        READ,
        "talking-boards-in-every-room",
        "Where is yours, and who uses it when you are not there?",
        15,
    ),
    (
        READ,
        "special-needs-in-ordinary-classrooms",
        "Good teaching first. Find one thing that you could hand back to the whole class.",
        25,
    ),
    (
        TRY,
        "Agree on five minutes",
        "Agree with your teacher when you have five minutes before a lesson, and write it on both timetables.",
        20,
    ),
    (
        OPEN,
        (
            "The toolkit’s page on teaching assistants | https://educationendowmentfoundation.org.uk/"
            "education-evidence/teaching-learning-toolkit/teaching-assistant-interventions"
        ),
        "Read what is behind the figure: whose work was measured, and against what?",
        20,
    ),
    visibility=Visibility.PUBLIC,
)

EVERY = (FIRST_YEAR, NEW_LEADER, CHANGE, PASTORAL, ASSISTANTS)
