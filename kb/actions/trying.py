"""“We tried it”: a school tells how an article's idea went there; its author and school change it or take it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from indexer.analysis import terms
from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out, refuse_personal_data
from kb.actions.notifying import notify
from kb.actions.printing import standing_of
from kb.domain.account import Account
from kb.domain.article import Article, Outcome, Visibility
from kb.domain.errors import BadRequest, NotFound
from kb.domain.library import Library
from kb.domain.permission import Verb, may
from kb.domain.permission_sharing import Belonging, Deed, may_share
from kb.domain.search import Reader
from kb.domain.trial import Report, Trial, TrialState, TrialWrong
from kb.storage import articles, journal, trials
from kb.storage.database import Database

WIDEST_FIRST = (Visibility.PUBLIC, Visibility.PARTNERS, Visibility.TRUST)
NO_TRIAL = "There is no such trial, or it is not shown any more. Look at the list of trials."


class ReasonNeeded(BadRequest):
    """Nothing is hidden without a word about why."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Say why you hide it. The person who told of it can read your reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of trials is narrowed to; everything empty is everything."""

    words: str = ""
    outcome: Outcome | None = None
    key_stage: str = ""
    provision: str = ""
    school: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What every telling of a trial comes with: the check, what the writer has looked at, and who may read what."""

    check: Checker
    reader: Reader
    looked_at: Collection[str] = field(default_factory=frozenset)


def circles_for(article: Article, reader: Reader) -> tuple[Visibility, ...]:
    """Who may be let read a trial of an article: nobody beyond the article's own readers or the teller's."""
    widest = WIDEST_FIRST.index(article.visibility)
    return tuple(each for each in WIDEST_FIRST[widest:] if each in reader.visibilities)


def tell(db: Database, account: Account, slug: str, report: Report, telling: Telling) -> int:
    """Keep a trial of an article and give its number; the article's owner gets a letter.

    Raises NotFound, TrialWrong, PersonalData.
    """
    now = datetime.now(UTC)
    article = articles.find(db, slug, telling.reader)
    if article is None or not may(account, Verb.TAKE_PART):
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    _refuse(account, article, report, telling, now)
    with db.write():
        trial_id = trials.insert(db, article.slug, report, author=account.id, now=now)
        _note(db, account, "try", trial_id, report.school)
        _tell_owners(db, account, article, trial_id)
    return trial_id


def change(db: Database, account: Account, trial_id: int, report: Report, telling: Telling) -> None:
    """Keep what is said about a trial now. Raises NotFound, TrialWrong, PersonalData."""
    now = datetime.now(UTC)
    trial = to_change(db, account, trial_id)
    article = articles.find(db, trial.slug, telling.reader)
    if article is None:
        raise NotFound(NO_TRIAL)
    _refuse(account, article, report, telling, now, before=trial)
    with db.write():
        to_change(db, account, trial_id)  # the lead may have hidden it meanwhile
        trials.change(db, trial_id, report, now=now)
        _note(db, account, "change-trial", trial_id, report.school)


def take_back(db: Database, account: Account, trial_id: int) -> Trial:
    """Take a trial back: nobody sees it any more. Raises NotFound."""
    with db.write():
        trial = to_change(db, account, trial_id)
        trials.move(db, trial_id, was=trial.state, to=TrialState.WITHDRAWN)
        _note(db, account, "withdraw-trial", trial_id, trial.school)
    return trial


def hide(db: Database, account: Account, trial_id: int, reason: str, *, check: Checker) -> Trial:
    """Hide a trial from everybody but its teller and the lead. Raises NotFound, ReasonNeeded, PersonalData."""
    with db.write():
        trial = _lead_s(db, account, trial_id, TrialState.SHOWN)
        if not reason.strip():
            raise ReasonNeeded
        keep_pupils_out(check, {"reason": reason})
        trials.move(db, trial_id, was=TrialState.SHOWN, to=TrialState.HIDDEN, reason=" ".join(reason.split()))
        _note(db, account, "hide-trial", trial_id, trial.school, reason.strip())
        notify(
            db,
            to=trial.author,
            kind="trial-hidden",
            values={"title": trial.title, "link": f"/trials/{trial_id}"},
        )
    return trial


def show_again(db: Database, account: Account, trial_id: int) -> Trial:
    """Show a hidden trial again. Raises NotFound."""
    with db.write():
        trial = _lead_s(db, account, trial_id, TrialState.HIDDEN)
        trials.move(db, trial_id, was=TrialState.HIDDEN, to=TrialState.SHOWN)
        _note(db, account, "show-trial", trial_id, trial.school)
    return trial


def belonging(trial: Trial) -> Belonging:
    """Whose a trial is."""
    return Belonging(makers=frozenset({trial.author}), schools=frozenset({trial.school}))


def may_hide(account: Account | None) -> bool:
    """True for who may hide any trial."""
    return may_share(account, Deed.HIDE_TRIAL, Belonging(makers=frozenset(), schools=frozenset()))


def to_change(db: Database, account: Account | None, trial_id: int) -> Trial:
    """A trial for somebody who may change it: it is shown, or hidden and theirs. Raises NotFound."""
    trial = trials.find(db, trial_id)
    there = trial is not None and trial.state is not TrialState.WITHDRAWN
    if trial is None or not there or not may_share(account, Deed.CHANGE_TRIAL, belonging(trial)):
        raise NotFound(NO_TRIAL)
    return trial


def to_read(db: Database, account: Account | None, trial_id: int, reader: Reader) -> Trial:
    """A trial for somebody who may read it; its teller and the lead also see why it is hidden. Raises NotFound."""
    trial = trials.find_seen(db, trial_id, reader)
    if trial is None:
        trial = trials.find(db, trial_id)
        hidden = trial is not None and trial.state is TrialState.HIDDEN
        if trial is None or not hidden or not _may_read_hidden(account, trial):
            raise NotFound(NO_TRIAL)
    return trial


def found(db: Database, wanted: Wanted, reader: Reader, library: Library) -> tuple[Trial, ...]:
    """The trials that fit, the newest first. Every word that was typed stands in one, in whatever form."""
    asked = set(terms(wanted.words))
    return tuple(
        each
        for each in trials.seen(db, reader)
        if _fits(each, wanted) and asked <= set(terms(_words_of(each, library)))
    )


def _fits(trial: Trial, wanted: Wanted) -> bool:
    report = trial.report
    return (
        (wanted.outcome is None or report.outcome is wanted.outcome)
        and (not wanted.key_stage or wanted.key_stage in report.key_stages)
        and (not wanted.provision or wanted.provision in report.provisions)
        and (not wanted.school or wanted.school == report.school)
        and (not wanted.article or wanted.article == trial.slug)
    )


def _words_of(trial: Trial, library: Library) -> str:
    report = trial.report
    school = library.group.schools.get(report.school)
    provisions = library.taxonomy["provisions"]
    return " ".join(
        (
            trial.title,
            school.name if school else "",
            report.changed,
            report.how_we_know,
            report.how_often,
            report.how_long,
            *report.key_stages,
            *(provisions.label_of(each) for each in report.provisions),
        )
    )


def _refuse(
    account: Account,
    article: Article,
    report: Report,
    telling: Telling,
    now: datetime,
    *,
    before: Trial | None = None,
) -> None:
    """Raises TrialWrong, PersonalData."""
    theirs = {*account.schools, *((before.school,) if before else ())}
    if report.school not in theirs:
        raise TrialWrong("school", "Choose a school where you work.")
    if report.school == article.school:
        raise TrialWrong(
            "school", "Your school wrote this article: its result stands there. Bring the article up to date."
        )
    if report.visibility not in circles_for(article, telling.reader):
        raise TrialWrong("visibility", "Choose readers who may read the article as well.")
    report.refuse_what_cannot_be(now.date())
    words = {
        "how_often": report.how_often,
        "how_long": report.how_long,
        "changed": report.changed,
        "how_we_know": report.how_we_know,
    }
    refuse_personal_data(telling.check, words, looked_at=telling.looked_at, people=(account.name,))


def _may_read_hidden(account: Account | None, trial: Trial) -> bool:
    theirs = belonging(trial)
    return may_share(account, Deed.CHANGE_TRIAL, theirs) or may_share(account, Deed.HIDE_TRIAL, theirs)


def _lead_s(db: Database, account: Account, trial_id: int, state: TrialState) -> Trial:
    """A trial in this state for somebody who may hide it and show it again. Raises NotFound."""
    trial = trials.find(db, trial_id)
    allowed = trial is not None and may_share(account, Deed.HIDE_TRIAL, belonging(trial))
    if trial is None or not allowed or trial.state is not state:
        raise NotFound(NO_TRIAL)
    return trial


def _note(db: Database, account: Account, verb: str, trial_id: int, school: str, reason: str = "") -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"trial:{trial_id}", school=school, reason=reason)


def _tell_owners(db: Database, account: Account, article: Article, trial_id: int) -> None:
    for person in standing_of(db, article).authors - {account.id}:
        values = {"title": article.title, "link": f"/trials/{trial_id}"}
        notify(db, to=person, kind="tried", values=values, key=f"tried:{trial_id}:{person}")
