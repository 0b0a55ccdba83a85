"""Our base form over Flask-WTF, and the fields that forms are made of.

class IdeaForm(Form):
    title = text("Title", needed="Enter a title.", longest=120)
form = IdeaForm()
if form.valid:
    try:
        contributing.begin(...)
    except KnowledgeBaseError as error:
        form.refuse(error)
    else:
        return redirect(..., 303)
return render_template("contribute/idea.html", form=form), form.status

In the template, components/form.html draws each field, with its hint and error, and the list of errors on top.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from flask import g
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, StopValidation

from kb.domain.errors import KnowledgeBaseError, NotAllowed
from kb.web.forms_fields import Day, Needed, Radios, Select, Ticks, WholeNumber

OK, REFUSED, FORBIDDEN = 200, 400, 403
Choices = Sequence[tuple[str, str]]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST_ADDRESS = 254


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours: filled from what was sent, with errors that say what to do."""

    _refused_with = REFUSED

    @cached_property
    def valid(self) -> bool:
        """True when the form was sent and nothing is wrong with it."""
        sent = bool(self.is_submitted())
        good = sent and bool(self.validate())
        if sent and not good:
            self._mark()
        return good

    @property
    def status(self) -> int:
        """What to answer with: 400 when something must be mended, 403 when it is for others to do, else 200."""
        return self._refused_with if self.errors_listed else OK

    @property
    def errors_listed(self) -> list[dict[str, str]]:
        """What must be mended, with the address of its field on the page, for the list on top."""
        of_fields = [
            {"text": str(said), "href": f"#{anchor(field)}"}
            for field in self
            for said in field.errors[:1]  # one thing at a time
            if not isinstance(field, HiddenField)
        ]
        return [*of_fields, *({"text": str(said)} for said in self.form_errors)]

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the names of the fields; without the token."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}

    def refuse(self, error: KnowledgeBaseError) -> None:
        """Show what an action refused at the field that caused it, or above the form."""
        if isinstance(error, NotAllowed):
            self._refused_with = FORBIDDEN
        if error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, str(error)]
        else:
            self.form_errors.append(str(error))
        self._mark()

    def _mark(self) -> None:
        g.form_refused = True  # the page's title then begins with "Error:"


def anchor(field: Field) -> str:
    """The id of what a link to a field must point to."""
    return str(field.id)


def text(
    label: str,
    *,
    hint: str = "",
    needed: str = "",
    longest: int = 200,
    autocomplete: str = "",
    width: str = "",
    spellcheck: bool = True,
) -> Any:
    """One line.

    needed  what to say when it is empty; without it the field is optional
    longest characters it may have
    width   a class of the kit such as govuk-input--width-10
    """
    more = {"autocomplete": autocomplete, "width": width, "spellcheck": spellcheck}
    return StringField(
        label,
        description=hint,
        validators=_checks(needed, longest),
        filters=[tidy_line],
        render_kw={key: value for key, value in more.items() if value != ""},
    )


def long_text(
    label: str, *, hint: str = "", needed: str = "", longest: int = 5000, rows: int = 5, count: bool = False
) -> Any:
    """Several lines. With ``count`` the page says how many characters are left."""
    return TextAreaField(
        label,
        description=hint,
        validators=_checks(needed, longest),
        filters=[tidy_text],
        render_kw={"rows": rows, "maxlength": longest, "count": count},
    )


def email(label: str = "E-mail address", *, hint: str = "", needed: str = "Enter an e-mail address.") -> Any:
    """An e-mail address, in lower case."""
    return EmailField(
        label,
        description=hint,
        validators=[*_checks(needed, _LONGEST_ADDRESS), _looks_like_an_address],
        filters=[tidy_line, lambda value: value.lower() if value else value],
        render_kw={"autocomplete": "email", "spellcheck": False},
    )


def password(
    label: str = "Password", *, hint: str = "", needed: str = "Enter your password.", new: bool = False
) -> Any:
    """A password: taken as typed, never sent back to the page."""
    return PasswordField(
        label,
        description=hint,
        validators=_checks(needed, 1000),
        render_kw={"autocomplete": "new-password" if new else "current-password"},
    )


def code(label: str, *, hint: str = "", needed: str = "Enter the code.") -> Any:
    """A short code from somewhere else; spaces do not matter."""
    return StringField(
        label,
        description=hint,
        validators=_checks(needed, 40),
        filters=[lambda value: re.sub(r"\s", "", value) if value else value],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "width": "govuk-input--width-10",
            "spellcheck": False,
        },
    )


def number(label: str, *, hint: str = "", needed: str = "", lowest: int = 0, highest: int = 1_000_000) -> Any:
    """A whole number."""
    message = f"{label}: enter a whole number from {lowest} to {highest}."
    return WholeNumber(
        label,
        description=hint,
        validators=[Needed(needed) if needed else Optional(), NumberRange(lowest, highest, message)],
        render_kw={"inputmode": "numeric", "width": "govuk-input--width-5"},
    )


def day(label: str, *, hint: str = "", needed: str = "") -> Any:
    """A day. In the template: ``text(form.due, "date")``."""
    return Day(
        label,
        description=hint,
        validators=[Needed(needed) if needed else Optional()],
        render_kw={"width": "govuk-input--width-10"},
    )


def as_choices(pairs: Choices) -> list[SelectChoice]:
    """Pairs of value and words as the fields want them."""
    return [SelectChoice(value=value, label=words) for value, words in pairs]


def radios(label: str, choices: Choices = (), *, hint: str = "", needed: str = "Choose one.") -> Any:
    """One of a few. Choices are pairs of value and words; a view may set ``field.choices`` later."""
    return Radios(
        label,
        choices=as_choices(choices),
        description=hint,
        validators=[Needed(needed)] if needed else [Optional()],
        validate_choice=True,
    )


def select(label: str, choices: Choices = (), *, hint: str = "", needed: str = "") -> Any:
    """One of many, in a list that opens."""
    return Select(
        label,
        choices=as_choices(choices),
        description=hint,
        validators=[Needed(needed)] if needed else [Optional()],
    )


def ticks(label: str, choices: Choices = (), *, hint: str = "", needed: str = "") -> Any:
    """Any number of several."""
    return Ticks(
        label,
        choices=as_choices(choices),
        description=hint,
        validators=[Needed(needed)] if needed else [Optional()],
    )


def file(label: str, *, hint: str = "", needed: str = "", accept: str = "", many: bool = False) -> Any:
    """A file from the person's device, or several."""
    kind = MultipleFileField if many else FileField
    return kind(
        label,
        description=hint,
        validators=[Needed(needed)] if needed else [Optional()],
        render_kw={"accept": accept} if accept else {},
    )


def hidden() -> Any:
    """A value that travels with the form and is not shown."""
    return HiddenField(filters=[tidy_line])


def tidy_line(value: str | None) -> str | None:
    """One line without odd characters and doubled spaces."""
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", value)).split()) if value else value


def tidy_text(value: str | None) -> str | None:
    """Lines that end in plain line feeds, without odd characters."""
    if not value:
        return value
    plain = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", plain)


def _checks(needed: str, longest: int) -> list[Callable[..., Any]]:
    first = Needed(needed) if needed else Optional()
    return [first, Length(max=longest, message=f"Use at most {longest} characters.")]


def _looks_like_an_address(form: object, field: Field) -> None:
    del form
    if field.data and not _ADDRESS.fullmatch(field.data):
        raise StopValidation("Enter an e-mail address such as name@school.org.uk.")
