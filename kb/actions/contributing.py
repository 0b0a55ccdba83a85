"""Writing articles: start one, open a new version of one, send it in, throw it away. Saving is next door."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from kb.actions.notifying import notify
from kb.actions.printing import standing_of
from kb.actions.text_journal import note
from kb.actions.text_rights import ChangedSince, NotYours, text_for
from kb.domain.account import Account, Role
from kb.domain.article import Article, ArticleType
from kb.domain.completeness import Missing, missing
from kb.domain.errors import BadRequest, NotFound
from kb.domain.finding import Finding, Level
from kb.domain.permission import Verb, may
from kb.domain.review import STEPS
from kb.domain.text import Content, Kind, Text
from kb.domain.text_fields import content_of, tidied
from kb.storage import accounts, dismissals, journal, reviews, text_revisions, texts
from kb.storage.database import Database

KEPT_AFTER_DISCARDING = timedelta(days=30)
SHORTEST_TITLE, LONGEST_TITLE = 5, 120


class NotReady(BadRequest):
    """Something is missing without which nobody can review the text."""

    def __init__(self, lacking: tuple[Missing, ...]) -> None:
        self.lacking = lacking
        super().__init__("Some things are missing still. Add them, then send the article in.")


class StillBlocked(BadRequest):
    """The check found what may tell who a pupil is, and nobody said why it should stay."""

    field = "appeal"

    def __init__(self) -> None:
        super().__init__(
            "Take out what is blocked. If the check is wrong, say why, and the lead will decide."
        )


class NotLookedAt(BadRequest):
    """A warning was not ticked."""

    field = "looked_at"

    def __init__(self) -> None:
        super().__init__("Look at each warning and tick it, or change the text.")


class EditUnderWay(BadRequest):
    """An older version cannot be begun with while a new one is being written."""

    def __init__(self, text: Text) -> None:
        self.text_id = text.id
        super().__init__("A new version of this article is under way. Send it in or throw it away first.")


class WordsAside(BadRequest):
    """A version of the text waits for a decision."""

    def __init__(self) -> None:
        super().__init__("There are words that are not in the article yet. Look at them first.")


def start(db: Database, account: Account, *, kind: ArticleType, title: str, idea: str, school: str) -> int:
    """Begin an article from an idea and give its id. Raises NotYours, BadRequest."""
    if not may(account, Verb.WRITE):
        raise NotYours(Verb.WRITE)
    _refuse_title(title)
    if school not in account.schools:
        raise _at("school", "Choose a school where you work.")
    fields = {
        "title": title,
        "summary": idea,
        "school": school,
        "authors": (account.name,),
        "visibility": "trust",
    }
    content = Content(fields=tidied(fields))
    return _begin(db, account, kind=kind, content=content, school=school, replaces=None)


def revise(db: Database, account: Account, article: Article, content: Content | None = None) -> int:
    """Open a new version of a published article, or find the one that is under way; give its id.

    content  what to begin with, such as an older version; what is published when None

    Raises NotFound, NotYours, and EditUnderWay when there is one that ``content`` would have to take the place of.
    """
    with db.write():
        standing = standing_of(db, article)
        if not may(account, Verb.REVISE, standing):
            raise NotYours(Verb.REVISE)
        under_way = texts.find_edit(db, article.slug)
        if under_way:
            if content:
                raise EditUnderWay(text_for(db, account, under_way.id, Verb.SEE))
            return text_for(db, account, under_way.id, Verb.SEE).id
        school = next(iter(standing.schools), "") or next(iter(account.schools), "")
        text_id = _begin(
            db,
            account,
            kind=article.type,
            content=content or content_of(article),
            school=school,
            replaces=article.slug,
        )
        texts.set_authors(db, text_id, [*sorted(standing.authors), account.id])
    return text_id


def submit(
    db: Database,
    account: Account,
    text_id: int,
    *,
    revision: int,
    findings: Collection[Finding],
    looked_at: Collection[str],
    appeal: str = "",
) -> None:
    """Send a text in for review.

    revision   the number that the person saw and the findings are about
    looked_at  keys of the warnings that the person has ticked
    appeal     why something that is blocked should stay; the lead decides

    Raises ChangedSince, WordsAside, NotReady, StillBlocked, NotLookedAt, and what ``text_for`` raises.
    """
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.SUBMIT)
        _refuse_unready(db, text, revision)
        if any(each.level is Level.BLOCK for each in findings) and not appeal.strip():
            raise StillBlocked
        warned = {each.key for each in findings if each.level is Level.WARN}
        if warned - set(looked_at):
            raise NotLookedAt
        dismissals.add(db, text_id, warned, by=account.id, now=now)
        texts.set_appeal(db, text_id, appeal.strip())
        reviews.tick(db, text_id, (), by=account.id, now=now)
        was, to = STEPS[Verb.SUBMIT]
        texts.move(db, text_id, was=was, to=to, now=now)
        _keep_as_sent(db, account, text, now)
        note(db, account, text, Verb.SUBMIT, reason=appeal.strip())
        _tell_reviewers(db, account, text)


def _keep_as_sent(db: Database, account: Account, text: Text, now: datetime) -> None:
    text_revisions.add(
        db,
        text.id,
        based_on=text.revision,
        kind=Kind.SUBMIT,
        saved_by=account.id,
        content=text.content,
        now=now,
    )


def discard(db: Database, account: Account, text_id: int) -> None:
    """Throw a text away. It can be put back for 30 days. Raises what ``text_for`` raises."""
    with db.write():
        text = text_for(db, account, text_id, Verb.DISCARD)
        texts.discard(db, text_id, now=datetime.now(UTC))
        note(db, account, text, Verb.DISCARD)


def put_back(db: Database, account: Account, text_id: int) -> None:
    """Take a text out of the bin. Raises NotFound."""
    with db.write():
        text = next((each for each in texts.discarded(db, account.id) if each.id == text_id), None)
        if text is None or not may(account, Verb.DISCARD, text.standing):
            raise NotFound("This article is not in the bin any more. Look at your list of articles.")
        if text.replaces and texts.find_edit(db, text.replaces):
            raise BadRequest("Somebody has begun another new version of this article. Work on that one.")
        texts.put_back(db, text_id)
        note(db, account, text, "put-back")


def empty_bin(db: Database, now: datetime) -> int:
    """Delete what was thrown away more than 30 days ago; return how many texts that were."""
    return texts.purge(db, before=now - KEPT_AFTER_DISCARDING)


def _begin(
    db: Database,
    account: Account,
    *,
    kind: ArticleType,
    content: Content,
    school: str,
    replaces: str | None,
) -> int:
    now = datetime.now(UTC)
    with db.write():
        text_id = texts.insert(
            db, kind=kind, content=content, school=school, author=account.id, now=now, replaces=replaces
        )
        journal.record(
            db,
            actor=account.id,
            verb="revise" if replaces else "start",
            subject=f"text:{text_id}",
            school=school,
            detail={"article": replaces} if replaces else None,
        )
    return text_id


def _refuse_unready(db: Database, text: Text, revision: int) -> None:
    if text.revision != revision:
        raise ChangedSince
    if text_revisions.aside(db, text.id):
        raise WordsAside
    lacking = missing(text.content, text.type)
    if lacking:
        raise NotReady(lacking)


def _refuse_title(title: str) -> None:
    length = len(" ".join(title.split()))
    if not SHORTEST_TITLE <= length <= LONGEST_TITLE:
        raise _at("title", f"Use {SHORTEST_TITLE} to {LONGEST_TITLE} characters for the title.")


def _at(field: str, message: str) -> BadRequest:
    error = BadRequest(message)
    error.field = field
    return error


def _tell_reviewers(db: Database, account: Account, text: Text) -> None:
    """A letter to who had it in review before, or else to everybody who may take it."""
    told = (
        [text.reviewer]
        if text.reviewer
        else [
            person.id for role in (Role.REVIEWER, Role.LEAD) for person in accounts.everybody(db, role=role)
        ]
    )
    for person in told:
        if person not in text.authors:
            values = {
                "title": text.title,
                "author": account.name,
                "school": text.school,
                "link": f"/review/{text.id}",
            }
            notify(db, to=person, kind="submitted", values=values)
