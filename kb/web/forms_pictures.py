"""The forms about a picture: what it shows, and who can be recognised on it until when."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kb.domain.picture import Answers, PictureRefused
from kb.web import forms

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d.%m.%Y")


class AboutForm(forms.Form):
    """What a picture shows, and who is on it."""

    alt = forms.text(
        "What does the picture show?",
        hint="One sentence for people who cannot see it, without names. For example: coats on pegs with photo labels.",
        needed="Say what the picture shows.",
        longest=250,
    )
    recognisable = forms.radios(
        "Can a pupil be recognised in it?",
        (("no", "No: nobody, or nobody who can be recognised"), ("yes", "Yes")),
        needed="Say whether a pupil can be recognised in the picture.",
    )
    consent = forms.text(
        "If yes: where is the consent recorded?",
        hint="For example: photo form in the school office. No names.",
    )
    consent_until = forms.text(
        "If yes: what is its last day?",
        hint="For example: 31/07/2027. The day after, the picture is no longer shown.",
        longest=20,
        width="govuk-input--width-10",
        spellcheck=False,
    )

    def answers(self) -> Answers:
        """What was answered. Raises PictureRefused for a day that cannot be understood."""
        return Answers(
            alt=self.alt.data or "",
            recognisable=self.recognisable.data or "",
            consent=self.consent.data or "",
            consent_until=_day(self.consent_until.data or ""),
        )


class PictureForm(AboutForm):
    """A new picture."""

    file = forms.file(
        "Picture",
        hint="JPEG, PNG or WebP, up to 15 MB. The place where a photo was taken is removed.",
        needed="Choose a picture.",
        accept="image/jpeg,image/png,image/webp",
    )


def _day(text: str) -> date | None:
    """The day that was typed, None when nothing was. Raises PictureRefused when it is no day."""
    if not text.strip():
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise PictureRefused("consent_until", "Enter the day like this: 31/07/2027.")
