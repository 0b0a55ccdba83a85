"""Fields of forms that the library has not quite as we need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import DateField, Field, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError


class _Pairs:
    """Choices as pairs of value and words, whenever they are given."""

    _choices: list[SelectChoice] | None

    def __init__(self, label: str = "", *, choices: Iterable[Any] = (), **options: Any) -> None:
        super().__init__(label, choices=_as_choices(choices), **options)  # type: ignore[call-arg]

    @property
    def choices(self) -> Sequence[SelectChoice]:
        """The choices as the library wants them."""
        return self._choices or ()

    @choices.setter
    def choices(self, pairs: Iterable[Any] | None) -> None:
        self._choices = _as_choices(pairs or ())

    def pre_validate(self, form: object) -> None:
        """Refuse what is not in the list, in our words."""
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValidationError as error:
            raise ValidationError("Choose from the list.") from error


def _as_choices(pairs: Iterable[Any]) -> list[SelectChoice]:
    return [each if isinstance(each, SelectChoice) else SelectChoice(*each) for each in pairs]


class Radios(_Pairs, RadioField):  # type: ignore[misc]
    """One of a few."""


class Select(_Pairs, SelectField):  # type: ignore[misc]
    """One of many."""


class Ticks(_Pairs, SelectMultipleField):  # type: ignore[misc]
    """Any number of several."""


class WholeNumber(IntegerField):  # type: ignore[misc]
    """A whole number; what is not one is told in our words."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed, spaces and thousands' commas aside."""
        try:
            super().process_formdata([value.strip().replace(",", "") for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(f"{self.label.text}: enter a whole number, such as 24.") from error


class Day(DateField):  # type: ignore[misc]
    """A day, as a browser’s calendar sends it or as people write it: 3/12/2026, 3 December 2026."""

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(
            label, format=["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"], **options
        )

    def _value(self) -> str:
        """What a browser’s calendar takes; what was typed when it is no day."""
        return self.data.isoformat() if self.data else " ".join(self.raw_data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        typed = [value.strip() for value in valuelist if value.strip()]
        try:
            super().process_formdata(typed)
        except ValueError as error:
            raise ValueError(f"{self.label.text}: enter a day such as 3/12/2026.") from error


class Needed:
    """Refuse an empty field, in words of its own. The flag has the label said without ‘(optional)’."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: object, field: Field) -> None:
        """Raises StopValidation when there is nothing in the field."""
        del form
        data = field.data
        empty = not data.strip() if isinstance(data, str) else not data and data != 0
        if empty and field.process_errors and any(str(each).strip() for each in field.raw_data or ()):
            raise StopValidation  # something was typed, and what is wrong with it is said already
        if empty or _is_file_without_name(data):
            field.errors[:] = []
            raise StopValidation(self.message)


def _is_file_without_name(data: object) -> bool:
    files = data if isinstance(data, list) else [data]
    return any(hasattr(each, "filename") and not each.filename for each in files)
