"""The forms of writing: what each page asks, and how the answers become the fields of a text."""

from __future__ import annotations

import re
from typing import Any, Self

from flask import request
from wtforms import Field
from wtforms.validators import StopValidation

from kb.domain.account import Role
from kb.domain.article import ArticleType, Outcome
from kb.domain.completeness import Step
from kb.domain.taxonomy import Term
from kb.domain.text import Text
from kb.web.access import signed_in
from kb.web.forms import Form, as_choices, long_text, radios, text, ticks
from kb.web.picking import Picker, of_publications, of_terms, picker
from kb.web.site import site

_NUMBER = re.compile(r"\d{1,6}(\.\d{1,2})?", re.ASCII)
_SCHEMES = {
    "key_stages": "key-stages",
    "provisions": "provisions",
    "themes": "themes",
    "needs": "needs",
    "subjects": "subjects",
    "roles": "roles",
}
HINTS = {
    "key_stages": "Where it was done. A year group finds its key stage.",
    "provisions": "The kind of class or school.",
    "themes": "What a colleague would search for. One to three are enough.",
    "needs": "Only when it is about a special educational need.",
    "subjects": "Only when it is about a subject.",
    "roles": "Who would do this tomorrow?",
}
_NEEDED_IN_THE_END = frozenset(
    "title summary authors visibility school outcome how_we_know level".split()  # noqa: SIM905 - names
)
"""Fields that may be empty until the text is sent in: none of them is called optional."""

OUTCOMES = {
    Outcome.WORKED: "It worked",
    Outcome.MIXED: "Some of it worked",
    Outcome.DID_NOT_WORK: "It did not work",
}
LEVELS = (
    ("1", "We describe what we did and saw"),
    ("2", "We counted before and after"),
    ("3", "We compared with others who did not do it"),
    ("4", "Somebody from outside looked at it"),
    ("5", "It was evaluated independently"),
)


def _is_number(form: object, field: Field) -> None:
    del form
    if field.data and not _NUMBER.fullmatch(field.data):
        raise StopValidation(f"{field.label.text}: enter a number such as 6 or 0.5.")


def _number(label: str, hint: str = "") -> Any:
    field = text(label, hint=hint, longest=9, width="govuk-input--width-5", spellcheck=False)
    field.kwargs["validators"] = [*field.kwargs["validators"], _is_number]
    return field


class StepForm(Form):
    """One page of writing: nothing on it is required until the text is sent in."""

    @classmethod
    def of(cls, given: Text) -> Self:
        """The form, filled from what was sent or else from the text."""
        form = cls(data=cls.answers(given))
        form.furnish(given)
        for name in _NEEDED_IN_THE_END:
            if name in form:
                form[name].flags.required = True
        return form

    @classmethod
    def answers(cls, given: Text) -> dict[str, Any]:
        """What the text says now, by the names of the fields."""
        fields = given.content.fields
        return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}

    def furnish(self, given: Text) -> None:
        """Set the choices that are not the same for everybody."""

    def pickers(self) -> tuple[Picker, ...]:
        """What is chosen from a vocabulary, in the order of the page."""
        return ()

    def changes(self, given: Text) -> dict[str, object]:
        """The fields of a text that this page shows, as they were filled in."""
        del given
        return {
            name: tuple(value) if isinstance(value, list) else (value or "")
            for name, value in self.values.items()
        }


class AboutForm(StepForm):
    """Title, summary, authors, readers."""

    title = text("Title", hint="What a colleague would search for. 5 to 120 characters.", longest=120)
    summary = long_text(
        "Summary",
        hint="One or two sentences with the result in them: it is what people read in a list.",
        longest=300,
        rows=3,
        count=True,
    )
    authors = text("Authors", hint="As they should stand under the title, with commas between.", longest=300)
    visibility = radios(
        "Who may read it?",
        [
            ("trust", "People of the trust"),
            ("partners", "The trust and its partners"),
            ("public", "Everybody"),
        ],
        needed="",
    )

    @classmethod
    def answers(cls, given: Text) -> dict[str, Any]:
        """What the text says; the authors in one line."""
        return super().answers(given) | {"authors": ", ".join(given.content.several("authors"))}

    def changes(self, given: Text) -> dict[str, object]:
        """The fields; the authors one by one."""
        names = tuple(each.strip() for each in (self.authors.data or "").split(","))
        return super().changes(given) | {"authors": names}


class SettingForm(StepForm):
    """For whom and where."""

    school = radios("School", needed="")
    key_stages = ticks("Key stages")
    provisions = ticks("Provision")
    needs = ticks("Needs")
    themes = ticks("Themes")
    subjects = ticks("Subjects")
    roles = ticks("Roles it is for")

    def furnish(self, given: Text) -> None:
        """The person's schools and the terms of the vocabulary."""
        person, library = signed_in(), site().library
        schools = library.group.schools
        wide = person.role in (Role.REVIEWER, Role.LEAD)
        offered = schools if wide else [*person.schools, given.school]
        self.school.choices = as_choices(
            [(each, schools[each].name) for each in dict.fromkeys(offered) if each in schools]
        )
        for name, scheme in _SCHEMES.items():
            kept = given.content.several(name)
            terms = [each for each in library.taxonomy[scheme] if not each.replaced_by or each.id in kept]
            self[name].choices = as_choices([(term.id, term.label) for term in terms])

    def pickers(self) -> tuple[Picker, ...]:
        """Every vocabulary, to choose from by any of its words."""
        return tuple(
            picker(
                site().library,
                scheme,
                name=name,
                chosen=self[name].data or (),
                label=self[name].label.text,
                hint=HINTS.get(name, ""),
            )
            for name, scheme in _SCHEMES.items()
        )


class WriteForm(StepForm):
    """The text itself; its sections are read by the page."""

    def changes(self, given: Text) -> dict[str, object]:
        """No fields but the publications that were cited while writing: they belong to the article's list."""
        known = given.content.several("references")
        cited = [key for key in request.form.getlist("cited") if key in site().library.references]
        new = [key for key in dict.fromkeys(cited) if key not in known]
        return {"references": (*known, *new)} if new else {}


class ResultsForm(StepForm):
    """What was found, what it took, what it rests on."""

    outcome = radios("How did it go?", [(each.value, words) for each, words in OUTCOMES.items()], needed="")
    how_we_know = long_text(
        "How do you know it worked?",
        hint="What did you count or see, when, and compared with what? It counts as much if it did not work.",
        longest=1000,
        rows=4,
    )
    level = radios("How closely did you look?", LEVELS, needed="")
    pupils = _number("Pupils who took part", "Leave it empty when there were fewer than six.")
    staff_hours_setup = _number("Staff hours to set it up")
    staff_hours_week = _number("Staff hours each week")
    cost_band = radios("What did it cost?", needed="")
    strands = ticks("Strands of evidence it draws on")
    references = ticks("Publications it cites")

    def furnish(self, given: Text) -> None:
        """The cost bands, strands and publications; only what this kind of article has."""
        library = site().library
        self.cost_band.choices = as_choices(
            [(term.id, term.label) for term in library.taxonomy["cost-bands"]]
        )
        self.strands.choices = as_choices([(term.id, term.label) for term in _strands()])
        self.references.choices = as_choices(
            [(key, f"{each.authors} ({each.year}). {each.title}") for key, each in library.references.items()]
        )
        if given.type is not ArticleType.CASE_STUDY:
            for name in (
                "outcome",
                "how_we_know",
                "level",
                "pupils",
                "staff_hours_setup",
                "staff_hours_week",
                "cost_band",
            ):
                del self[name]

    def pickers(self) -> tuple[Picker, ...]:
        """Strands and publications."""
        references = site().library.references.values()
        return (
            of_terms(
                _strands(),
                name="strands",
                chosen=self.strands.data or (),
                label=self.strands.label.text,
                hint="The page then shows what research found, with its date and source.",
            ),
            of_publications(
                references,
                name="references",
                chosen=self.references.data or (),
                label=self.references.label.text,
            ),
        )


def _strands() -> list[Term]:
    """The themes that evidence is summed up for."""
    themes = site().library.taxonomy.schemes["themes"]
    return [term for term in themes if term.details.get("kind") == "strand"]


FORMS: dict[Step, type[StepForm]] = {
    Step.ABOUT: AboutForm,
    Step.SETTING: SettingForm,
    Step.WRITE: WriteForm,
    Step.RESULTS: ResultsForm,
}
