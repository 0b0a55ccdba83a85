"""Who could help: schools scored by what is known of them, each point with its reason. The lead chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.domain.commission import Need, Result
from kb.domain.school import School
from kb.domain.taxonomy import ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What counts how much. The most that can be reached without the last is 100 points.

    meaning    a school that has written about the very thing has done it: it counts most
    articles   several such articles are better evidence than one
    offers     who has offered it wants to be asked
    setting    the same provision and key stage make practice fit; half each
    past       what others said of its help before; nobody's word counts as half
    distance   visits happen when the way is short; it decides only between equals
    burden     the most that is taken off from a school that gives much already
    meaning_from, meaning_full  cosine below which an article is about something else, and from which about this
    counts_from  cosine from which an article is counted as close
    close, away  kilometres up to which a way costs no points, and from which it costs all of them
    often_open, often_days  commissions at once, and days in twelve months, from which a school is asked too often
    """

    meaning: float = 25
    articles: float = 10
    offers: float = 20
    setting: float = 30
    past: float = 10
    distance: float = 5
    burden: float = 20
    meaning_from: float = 0.35
    meaning_full: float = 0.7
    counts_from: float = 0.45
    close: float = 2
    away: float = 15
    often_open: int = 3
    often_days: float = 15


KNOBS = Knobs()
_MENDED = "not known: search is being mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An article of a school that is about the need; ``meaning`` is a cosine, 0 to 1."""

    slug: str
    title: str
    meaning: float
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Something that a school or a person has offered and that fits.

    words  what it is, in words for the list; days: how many a year, None when not said
    """

    words: str
    fits: bool
    person: int | None = None
    days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one school that might help.

    written   its articles that are about the need; None while search cannot say
    distance  kilometres to the school that is to be helped, None when not known
    open      commissions that it helps with just now; days: given in the last twelve months
    results   what other schools said of its help
    refused   why it said no to this commission; empty when it did not
    """

    school: School
    written: tuple[Written, ...] | None = ()
    offered: tuple[Offered, ...] = ()
    distance: float | None = None
    open: int = 0
    days: float = 0.0
    results: Mapping[Result, int] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of a score: what it is about, what is known, and the points of those that there were."""

    about: str
    words: str
    points: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A school with its points and reasons. ``too_often`` says why one should think twice; empty for nothing."""

    facts: Facts
    reasons: tuple[Reason, ...]
    too_often: str

    @property
    def points(self) -> float:
        """The sum."""
        return sum(reason.points for reason in self.reasons)


def ranked(need: Need, candidates: list[Facts], knobs: Knobs = KNOBS) -> tuple[Match, ...]:
    """The schools that might help, the best first; those that said no come last, with their reason."""
    found = [matched(need, facts, knobs) for facts in candidates]
    return tuple(sorted(found, key=lambda one: (bool(one.facts.refused), -one.points, one.facts.school.name)))


def matched(need: Need, facts: Facts, knobs: Knobs = KNOBS) -> Match:
    """One school with its reasons."""
    reasons = (
        _meaning(facts, knobs),
        _articles(facts, knobs),
        _offers(facts, knobs),
        _setting("Provision", need.provisions, facts.school.provisions, knobs.setting / 2),
        _setting("Key stage", need.key_stages, facts.school.key_stages, knobs.setting / 2),
        _past(facts, knobs),
        _distance(facts, knobs),
        _burden(facts, knobs),
    )
    return Match(facts=facts, reasons=reasons, too_often=asked_too_often(facts, knobs))


def asked_too_often(facts: Facts, knobs: Knobs = KNOBS) -> str:
    """Why a school should perhaps not be asked again just now; empty for nothing."""
    said = [each.days for each in facts.offered if each.days is not None]
    if said and facts.days > sum(said):
        return f"It has given {_number(facts.days)} days in twelve months and offered {_number(sum(said))}."
    if facts.open >= knobs.often_open:
        return f"It helps with {facts.open} commissions already."
    if facts.days >= knobs.often_days:
        return f"It has given {_number(facts.days)} days in the last twelve months."
    return ""


def _meaning(facts: Facts, knobs: Knobs) -> Reason:
    if facts.written is None:
        return Reason(about="What it has written", words=_MENDED, points=0, most=knobs.meaning)
    best = max(facts.written, key=lambda each: each.meaning, default=None)
    if best is None:
        return Reason(about="What it has written", words="nothing about this", points=0, most=knobs.meaning)
    share = _between(best.meaning, knobs.meaning_from, knobs.meaning_full)
    words = f"“{best.title}” is near in meaning ({best.meaning:.2f})"
    return Reason(
        about="What it has written", words=words, points=round(share * knobs.meaning, 1), most=knobs.meaning
    )


def _articles(facts: Facts, knobs: Knobs) -> Reason:
    if facts.written is None:
        return Reason(about="How many articles", words=_MENDED, points=0, most=knobs.articles)
    near = sum(each.meaning >= knobs.counts_from for each in facts.written)
    words = (
        f"{near} that {'is' if near == 1 else 'are'} close to the need" if near else "none close to the need"
    )
    return Reason(
        about="How many articles",
        words=words,
        points=round(min(near, 3) / 3 * knobs.articles, 1),
        most=knobs.articles,
    )


def _offers(facts: Facts, knobs: Knobs) -> Reason:
    fitting = [each.words for each in facts.offered if each.fits]
    others = [each.words for each in facts.offered if not each.fits]
    if fitting:
        return Reason(about="Offers", words="; ".join(fitting[:3]), points=knobs.offers, most=knobs.offers)
    if others:
        words = f"offers something else: {others[0]}"
        return Reason(about="Offers", words=words, points=knobs.offers / 4, most=knobs.offers)
    return Reason(about="Offers", words="none", points=0, most=knobs.offers)


def _setting(about: str, wanted: tuple[str, ...], has: tuple[str, ...], most: float) -> Reason:
    if not wanted or ALL in wanted:
        return Reason(about=about, words="any will do", points=most, most=most)
    there = wanted if ALL in has else tuple(each for each in wanted if each in has)
    words = (
        "all of it"
        if len(there) == len(wanted)
        else f"{len(there)} of {len(wanted)}"
        if there
        else "another one"
    )
    return Reason(about=about, words=words, points=round(most * len(there) / len(wanted), 1), most=most)


def _past(facts: Facts, knobs: Knobs) -> Reason:
    met, partly, not_met = (facts.results.get(each, 0) for each in Result)
    count = met + partly + not_met
    share = (met + partly / 2 + 1) / (count + 2)  # one good and one bad word are lent to everybody
    words = f"need met {met}, partly {partly}, not {not_met}" if count else "nobody has said yet"
    return Reason(
        about="Help it gave before", words=words, points=round(share * knobs.past, 1), most=knobs.past
    )


def _distance(facts: Facts, knobs: Knobs) -> Reason:
    if facts.distance is None:
        return Reason(about="Distance", words="not known", points=0, most=knobs.distance)
    share = 1 - _between(facts.distance, knobs.close, knobs.away)
    words = f"{_number(facts.distance)} km"
    return Reason(about="Distance", words=words, points=round(share * knobs.distance, 1), most=knobs.distance)


def _burden(facts: Facts, knobs: Knobs) -> Reason:
    off = min(knobs.burden, 5 * facts.open + facts.days / 3)
    words = f"{facts.open} open, {_number(facts.days)} days in twelve months"
    return Reason(about="What it gives already", words=words, points=-round(off, 1) if off else 0, most=0)


def _between(value: float, low: float, high: float) -> float:
    """0 at ``low`` and below, 1 at ``high`` and above."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
