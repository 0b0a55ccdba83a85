"""Reviewing articles: take one, say something about it, tick off what was looked at, accept or return it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from kb.actions.notifying import notify
from kb.actions.printing import Press
from kb.actions.publishing import publish
from kb.actions.text_journal import note
from kb.actions.text_rights import ChangedSince, text_for
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotFound
from kb.domain.finding import Finding, Level
from kb.domain.permission import Verb, may
from kb.domain.review import STEPS, Check, Decision, NothingSaid, Verdict
from kb.domain.text import Text
from kb.storage import accounts, comments, reviews, texts
from kb.storage.database import Database

LONGEST_COMMENT = 5_000


class NotAllLookedAt(BadRequest):
    """The checklist has an open point."""

    field = "ticks"

    def __init__(self) -> None:
        super().__init__("Tick off everything on the checklist, or return the article with advice.")


class Blocked(BadRequest):
    """The check blocks the text, and the lead has not let it pass."""

    def __init__(self) -> None:
        super().__init__(
            "The check has found what may tell who a pupil is. Return the article, or ask the lead to decide."
        )


class CannotReview(BadRequest):
    """The person is no reviewer, or an author of the text."""

    field = "colleague"

    def __init__(self) -> None:
        super().__init__("Choose somebody who reviews and is not an author of this article.")


def take(db: Database, account: Account, text_id: int) -> None:
    """Take a text that waits. Raises MovedOn when somebody was quicker, and what ``text_for`` raises."""
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.TAKE)
        was, to = STEPS[Verb.TAKE]
        texts.move(db, text_id, was=was, to=to, now=now, reviewer=account.id)
        _decide(db, account, text, Verdict.TAKEN, Verb.TAKE, now=now)


def tick(db: Database, account: Account, text_id: int, items: Collection[Check]) -> None:
    """Note what has been looked at. Raises what ``text_for`` raises."""
    with db.write():
        text = text_for(db, account, text_id, Verb.ACCEPT)
        reviews.tick(db, text_id, items, by=account.id, now=datetime.now(UTC))
        note(db, account, text, "tick")


def accept(
    db: Database,
    account: Account,
    text_id: int,
    *,
    revision: int,
    ticks: Collection[Check],
    findings: Collection[Finding],
    advice: str = "",
) -> Text:
    """Accept a text, and give it as it is now.

    revision  the number that the reviewer read and the findings are about

    Raises ChangedSince, NotAllLookedAt, Blocked, and what ``text_for`` raises.
    """
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.ACCEPT)
        if text.revision != revision:
            raise ChangedSince
        reviews.tick(db, text_id, ticks, by=account.id, now=now)
        if set(ticks) != set(Check):
            raise NotAllLookedAt
        if any(each.level is Level.BLOCK for each in findings) and not passed(db, text):
            raise Blocked
        was, to = STEPS[Verb.ACCEPT]
        texts.move(db, text_id, was=was, to=to, now=now, reviewer=account.id)
        _decide(db, account, text, Verdict.ACCEPTED, Verb.ACCEPT, advice=advice, now=now)
        return text_for(db, account, text_id, Verb.SEE)


def accept_and_publish(
    press: Press,
    account: Account,
    text_id: int,
    *,
    revision: int,
    ticks: Collection[Check],
    findings: Collection[Finding],
    advice: str = "",
) -> str:
    """Accept a text, publish it and tell its authors: all of it or nothing. Give the article's address.

    Raises what ``accept`` and ``publish`` raise.
    """
    db = press.database
    with db.write():
        text = accept(db, account, text_id, revision=revision, ticks=ticks, findings=findings, advice=advice)
        slug = publish(press, account, text_id)
        for author in text.authors:
            values = {"title": text.title, "reviewer": account.name, "link": f"/articles/{slug}"}
            notify(db, to=author, kind="accepted", values=values)
    return slug


def send_back(db: Database, account: Account, text_id: int, *, revision: int, advice: str) -> None:
    """Return a text to its authors with advice. Raises AdviceMissing, ChangedSince, and what ``text_for`` raises."""
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.RETURN)
        if text.revision != revision:
            raise ChangedSince
        was, to = STEPS[Verb.RETURN]
        _decide(db, account, text, Verdict.RETURNED, Verb.RETURN, advice=advice, now=now)
        texts.move(db, text_id, was=was, to=to, now=now, reviewer=account.id)
        for author in text.authors:
            values = {"title": text.title, "reviewer": account.name, "link": f"/contribute/{text.id}"}
            notify(db, to=author, kind="returned", values=values)


def hand_over(db: Database, account: Account, text_id: int, *, colleague: int) -> None:
    """Give a text to another reviewer. Raises CannotReview, MovedOn, and what ``text_for`` raises."""
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.HAND_OVER)
        person = accounts.find(db, colleague)
        if person is None or not may(person, Verb.HAND_OVER, text.standing):
            raise CannotReview
        texts.hand_over(db, text_id, reviewer=colleague, now=now)
        _decide(db, account, text, Verdict.HANDED_OVER, Verb.HAND_OVER, now=now)
        values = {
            "title": text.title,
            "author": account.name,
            "school": text.school,
            "link": f"/review/{text.id}",
        }
        notify(db, to=colleague, kind="submitted", values=values)


def pass_blocked(db: Database, account: Account, text_id: int, *, revision: int, reason: str) -> None:
    """Let a text pass although the check blocks it.

    Raises ReasonMissing, ChangedSince, and what ``text_for`` raises.
    """
    with db.write():
        text = text_for(db, account, text_id, Verb.PASS_BLOCKED)
        if text.revision != revision:
            raise ChangedSince
        _decide(
            db,
            account,
            text,
            Verdict.PASSED_BLOCKED,
            Verb.PASS_BLOCKED,
            advice=reason,
            now=datetime.now(UTC),
        )


def passed(db: Database, text: Text) -> bool:
    """True when the lead has let exactly this revision pass."""
    return any(
        each.verdict is Verdict.PASSED_BLOCKED and each.revision == text.revision
        for each in reviews.of_text(db, text.id)
    )


def comment(
    db: Database, account: Account, text_id: int, *, said: str, section: str = "", parent: int | None = None
) -> int:
    """Say something about a text or in answer to a comment.

    Raises NothingSaid, BadRequest, and what ``text_for`` raises.
    """
    said = said.strip()
    if not said:
        raise NothingSaid
    if len(said) > LONGEST_COMMENT:
        error = BadRequest(f"Use at most {LONGEST_COMMENT} characters for a comment.")
        error.field = "said"
        raise error
    with db.write():
        text = text_for(db, account, text_id, Verb.COMMENT)
        if parent is not None:
            opening = comments.find(db, text_id, parent)
            if opening is None or opening.parent is not None:
                raise NotFound("The comment that you answer is not there. Load the page again.")
        comment_id = comments.add(
            db,
            text_id,
            author=account.id,
            said=said,
            revision=text.revision,
            now=datetime.now(UTC),
            section="" if parent else section[:200],
            parent=parent,
        )
        note(db, account, text, Verb.COMMENT)
        _tell_others(db, account, text)
    return comment_id


def resolve(db: Database, account: Account, text_id: int, comment_id: int, *, done: bool) -> None:
    """Settle a thread or open it again. Raises what ``text_for`` raises."""
    with db.write():
        text = text_for(db, account, text_id, Verb.COMMENT)
        opening = comments.find(db, text_id, comment_id)
        if opening is None or opening.parent is not None:
            raise NotFound("There is no such comment. Load the page again.")
        comments.resolve(db, comment_id, by=account.id if done else None, now=datetime.now(UTC))
        note(db, account, text, "resolve" if done else "reopen")


def _decide(
    db: Database,
    account: Account,
    text: Text,
    verdict: Verdict,
    verb: Verb,
    *,
    now: datetime,
    advice: str = "",
) -> None:
    decision = Decision(
        text_id=text.id,
        revision=text.revision,
        reviewer=account.id,
        verdict=verdict,
        advice=advice.strip(),
        decided_at=now,
    )
    reviews.record(db, decision)
    note(db, account, text, verb, reason=advice.strip() if verdict is Verdict.PASSED_BLOCKED else "")


def _tell_others(db: Database, account: Account, text: Text) -> None:
    authors = {*text.authors} - {account.id}
    reviewers = {text.reviewer} - {account.id, None, *authors}
    for person, link in [
        *((each, f"/contribute/{text.id}") for each in sorted(authors)),
        *((each, f"/review/{text.id}") for each in reviewers if each),
    ]:
        notify(
            db, to=person, kind="commented", values={"title": text.title, "who": account.name, "link": link}
        )
