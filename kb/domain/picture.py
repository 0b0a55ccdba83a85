"""Pictures in texts: what they show in words, who can be recognised on them, and until when that is agreed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kb.domain.errors import BadRequest

SHORTEST_WORDS, LONGEST_WORDS = 5, 250
LONGEST_CONSENT = 200
_NAME = re.compile(r"[0-9a-f]{32}")
_SHOWN = re.compile(r"pictures/([0-9a-f]{32})(?:-small)?\.(?:webp|jpg|png)\b")
_FILE_NAME = re.compile(
    r"(?i)\.(?:jpe?g|png|webp|heic|gif)$|^(?:img|dsc|image|photo|picture|screenshot)[ _-]?\d*$"
)


class PictureRefused(BadRequest):
    """A picture cannot be taken; ``field`` is the question that the sentence answers."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What its giver says of a picture.

    alt            what it shows, for people who cannot see it
    recognisable   True when a pupil can be recognised
    consent        where the consent is recorded; empty when nobody can be recognised
    consent_until  the last day on which it may be shown; None when nobody can be recognised
    """

    alt: str
    recognisable: bool
    consent: str = ""
    consent_until: date | None = None

    def hidden(self, today: date) -> bool:
        """True when pupils can be recognised and their consent has run out, or none is noted."""
        return self.recognisable and (self.consent_until is None or self.consent_until < today)

    @property
    def settled(self) -> bool:
        """True when somebody has said all that must be known before readers may see the picture."""
        return bool(self.alt.strip()) and (not self.recognisable or bool(self.consent and self.consent_until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody answered on the form, unchecked. ``recognisable`` is yes, no or nothing yet."""

    alt: str
    recognisable: str
    consent: str = ""
    consent_until: date | None = None


def about(answers: Answers, today: date) -> About:
    """What was answered, checked. Raises PictureRefused with the field and what to do."""
    alt, consent = " ".join(answers.alt.split()), " ".join(answers.consent.split())
    if not SHORTEST_WORDS <= len(alt) <= LONGEST_WORDS or _FILE_NAME.search(alt):
        raise PictureRefused(
            "alt",
            f"Say in {SHORTEST_WORDS} to {LONGEST_WORDS} characters what the picture shows, "
            "for people who cannot see it.",
        )
    if answers.recognisable not in ("yes", "no"):
        raise PictureRefused("recognisable", "Say whether a pupil can be recognised in the picture.")
    if answers.recognisable == "no":
        return About(alt=alt, recognisable=False)
    if not consent or len(consent) > LONGEST_CONSENT:
        raise PictureRefused(
            "consent", "Say where the consent is recorded, such as ‘photo form in the office’."
        )
    if answers.consent_until is None:
        raise PictureRefused("consent_until", "Enter the last day for which the consent holds.")
    if answers.consent_until < today:
        raise PictureRefused(
            "consent_until", "That day has passed. Ask for consent again, or choose another picture."
        )
    return About(alt=alt, recognisable=True, consent=consent, consent_until=answers.consent_until)


def is_name(name: str) -> bool:
    """True for a name that we gave to a picture."""
    return _NAME.fullmatch(name) is not None


def shown_in(text: str) -> tuple[str, ...]:
    """The names of our pictures that a text or page shows, each once."""
    return tuple(dict.fromkeys(_SHOWN.findall(text)))


def markdown_for(name: str, alt: str) -> str:
    """How a picture stands in a text."""
    words = re.sub(r"([\\\[\]])", r"\\\1", alt)
    return f"![{words}](../pictures/{name}.webp)"
