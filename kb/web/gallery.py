"""Small made-up things that show every component once. Nothing here comes from a school."""

from __future__ import annotations

from datetime import date

from kb.domain.article import ArticleType, Outcome
from kb.domain.search import Explanation, Facet, Idea, Narrowing, Option, Passage
from kb.web import forms
from kb.web.cards import COSTS, OUTCOMES, STRENGTHS, Card, Chip, Meter, level_meter
from kb.web.home import Tile
from kb.web.panels import EvidencePanel, LocalPanel, gauge
from kb.web.picking import Choice, Picker
from kb.web.search import Applied


class SampleForm(forms.Form):
    """Every kind of field; two of them with what must be mended."""

    name = forms.text("Your name", hint="As it will stand under what you write.", needed="Enter your name.")
    email = forms.email()
    password = forms.password(new=True)
    pupils = forms.number("Number of pupils", highest=5000)
    idea = forms.long_text("Your idea", hint="Three lines will do.", longest=500, count=True)
    kind = forms.select("Kind", [("", "Choose"), ("case-study", "Case study")], needed="Choose a kind.")
    outcome = forms.radios("Did it work?", [("worked", "Yes"), ("mixed", "Partly"), ("did-not-work", "No")])
    stages = forms.ticks("Key stages", [("ks1", "Key Stage 1"), ("ks2", "Key Stage 2")])
    file = forms.file("Picture", hint="PNG, JPEG or WebP, at most 20 MB.", accept="image/*")


def form() -> SampleForm:
    """The form as somebody has sent it who left two fields empty."""
    shown = SampleForm(formdata=None, meta={"csrf": False})
    for field, said in ((shown.name, "Enter your name."), (shown.kind, "Choose a kind.")):
        field.errors = [said]
    return shown


STAGES = tuple(
    Chip(
        facet=Facet.KEY_STAGE,
        id=stage,
        label=words,
        short=stage.upper() if stage != "all" else words,
        shape=stage,
    )
    for stage, words in {
        "all": "All key stages",
        "eyfs": "Early Years Foundation Stage",
        "ks1": "Key Stage 1",
        "ks2": "Key Stage 2",
        "ks3": "Key Stage 3",
        "ks4": "Key Stage 4",
        "ks5": "Key Stage 5 / post-16",
    }.items()
)

PROVISIONS = tuple(
    Chip(facet=Facet.PROVISION, id=each, label=words, short=words, shape=each)
    for each, words in {
        "mainstream": "Mainstream classroom",
        "early-years-setting": "Nursery or early years setting",
        "inclusion-base": "Inclusion base",
        "special-school": "Special school",
        "alternative-provision": "Alternative provision",
        "hospital-medical": "Hospital or medical tuition",
        "eotas": "Education otherwise than at school",
        "post-16": "Sixth form or college",
        "trust-central": "Trust-wide service",
        "without-a-drawing": "A provision without a drawing of its own",
    }.items()
)

COST_METERS = tuple(Meter(kind="cost", steps=step, words=words) for step, words in enumerate(COSTS, start=1))
STRENGTH_METERS = tuple(
    Meter(kind="strength", steps=step, words=words) for step, words in enumerate(STRENGTHS)
)
LEVEL_METERS = tuple(level_meter(level) for level in range(1, 6))

TILES = (Tile(STAGES[3], "Ages 7 to 11", 12), Tile(PROVISIONS[2], "", 1))

CARD = Card(
    slug="a-sample",
    title="A sample case study with a title that is long enough to need a second line",
    type=ArticleType.CASE_STUDY,
    type_label="Case study",
    summary="One or two sentences that say what was done, for whom, and whether it helped.",
    key_stages=STAGES[2:4],
    provisions=PROVISIONS[2:3],
    meters=(COST_METERS[0], LEVEL_METERS[1]),
    outcome=Outcome.WORKED,
    outcome_words=OUTCOMES[Outcome.WORKED],
    school_id="a-sample-school",
    school="A Sample School",
    reviewed=date(2026, 9, 1),
    overdue=True,
    illustrative=True,
    passage=(
        Passage(text="After lunch the room was "),
        Passage(text="calm", matched=True),
        Passage(text=" within two minutes."),
    ),
    heading="What changed",
    why="words: calm · close in meaning",
    explanation=Explanation(
        words=0.31,
        together=0.1,
        meaning=0.24,
        title=0.05,
        ideas=(Idea(typed="calm", held=1.0), Idea(typed="lunch", held=0.5), Idea(typed="bell", held=0.0)),
    ),
)

RESEARCH_CARD = Card(
    slug="another-sample",
    title="A sample research summary",
    type=ArticleType.RESEARCH_SUMMARY,
    type_label="Research summary",
    summary="What the evidence says, how strong it is and what it does not tell us.",
    key_stages=STAGES[:1],
    provisions=(),
    meters=(COST_METERS[1], STRENGTH_METERS[0]),
    outcome=None,
    outcome_words="",
    school_id="",
    school="",
    reviewed=date(2026, 6, 1),
    overdue=False,
    illustrative=False,
)

EVIDENCE = tuple(
    EvidencePanel(
        label=label,
        gauge=gauge(months) if months is not None else None,
        cost=COST_METERS[cost - 1],
        strength=STRENGTH_METERS[strength],
        as_of=date(2026, 4, 2),
        source_url="https://example.org/a-strand",
        source_name="example.org",
        verified_by=verified_by,
        check_note="",
    )
    for label, months, cost, strength, verified_by in (
        ("Much progress", 7, 1, 4, "M. Example"),
        ("No difference", 0, 2, 2, None),
        ("Less progress", -3, 5, 1, None),
        ("Nobody can say", None, 3, 0, None),
    )
)

LOCAL = tuple(
    LocalPanel(
        outcome=outcome,
        outcome_words=OUTCOMES[outcome],
        how_we_know="We counted calls for help in six weeks before and six weeks after.",
        level=LEVEL_METERS[1],
        cost=COST_METERS[0],
        facts=(("Pupils", "24"), ("To set up", "6 hours of staff time"), ("To keep going", "1 hour a week")),
    )
    for outcome in Outcome
)

NARROWINGS = (
    Narrowing(
        facet=Facet.PROVISION,
        label="Provision",
        options=(
            Option(id="inclusion-base", label="Inclusion base", count=7, chosen=True),
            Option(id="sen-unit", label="SEN unit", count=2, adds=0, depth=1),
            Option(id="mainstream", label="Mainstream classroom", count=1, adds=14),
        ),
    ),
)

APPLIED = (
    Applied(Facet.PROVISION, "Inclusion base", "/search?key_stage=ks2"),
    Applied(Facet.KEY_STAGE, "Key Stage 2", "/search?provision=inclusion-base"),
)

TURNS = {
    "items": [
        {"number": 1, "href": "/gallery?page=1"},
        {"number": 2, "href": "/gallery?page=2", "current": True},
        {"ellipsis": True},
        {"number": 9, "href": "/gallery?page=9"},
    ],
    "previous": {"href": "/gallery?page=1"},
    "next": {"href": "/gallery?page=3"},
}

PICKER = Picker(
    name="a_provision",
    label="Provision",
    hint="Where did it happen?",
    choices=tuple(
        Choice(
            id=id_,
            label=label,
            also=f"also: {also}" if also else "",
            words=f"{label} {also}".casefold(),
            chosen=id_ == "sen-unit",
            narrower=id_ in ("sen-unit", "resourced-provision"),
        )
        for id_, label, also in (
            ("mainstream", "Mainstream classroom", "ordinary class"),
            ("inclusion-base", "Inclusion base", "base, hub"),
            ("sen-unit", "SEN unit", "unit"),
            ("resourced-provision", "Resourced provision", "RP, SRB, ARP"),
            ("special-school", "Special school", ""),
            ("alternative-provision", "Alternative provision", "AP, PRU"),
            ("post-16", "Sixth form or college", ""),
            ("eotas", "Education otherwise than at school", "EOTAS"),
        )
    ),
)
EMPTY_PICKER = Picker(
    name="a_theme",
    label="Theme",
    hint="",
    choices=(
        Choice(
            id="calm", label="De-escalation", also="", words="de-escalation", chosen=False, narrower=False
        ),
    ),
)
