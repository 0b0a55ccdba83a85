"""What shows what a school knows, beside its articles: its offers and its trials, in words."""

from __future__ import annotations

from dataclasses import dataclass

from kb.actions import introducing
from kb.web.access import reader
from kb.web.offers_shown import ShownOffer, offers_in_words
from kb.web.site import site
from kb.web.trials_shown import Shown, in_words

MOST_TRIALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Expertise:
    """What schools/_offers.html shows; ``total`` trials, of which some are shown."""

    offers: tuple[ShownOffer, ...]
    trials: tuple[Shown, ...]
    total: int


def of_school(school: str) -> Expertise:
    """What a school offers and has tried, as far as this reader may see it."""
    shared = introducing.of_school(site().database, school, reader())
    return Expertise(
        offers=offers_in_words(shared.offers),
        trials=in_words(shared.trials[:MOST_TRIALS]),
        total=len(shared.trials),
    )
