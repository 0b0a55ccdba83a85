"""Marking a trust approach, keeping what it says, asking people to read it, and confirming that one has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.actions.publishing import slug_of
from kb.domain.account import Account, SiteMode, readable
from kb.domain.approach import (
    FARTHEST_DAYS,
    LONGEST_NOTE,
    Approach,
    ApproachRefused,
    Ask,
    Confirmation,
    NewVersionSince,
    Part,
    SubjectKind,
    changes,
    checked,
)
from kb.domain.article import Article, Visibility
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.domain.school import Group
from kb.domain.search import Reader
from kb.storage import accounts, approaches, articles, collections, jobs, journal, posts
from kb.storage.database import Database

JOB = "approaches"
_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_NOT_THERE = "There is no such approach."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One person who is asked to read an approach, and how far they are."""

    account: Account
    posts: tuple[str, ...]
    read_at: datetime | None
    discussed_at: datetime | None


def mark(
    db: Database,
    account: Account,
    *,
    kind: SubjectKind,
    subject: str,
    title: str,
    reason: str,
    check: Checker,
) -> str:
    """Make an article or collection a trust approach and give its address.

    Raises NotFound, ApproachRefused, PersonalData.
    """
    _refuse_others(account)
    checked(title, reason)
    keep_pupils_out(check, {"title": title, "reason": reason})
    now = datetime.now(UTC)
    with db.write():
        parts = says(db, kind, subject)
        if any((each.kind, each.subject) == (kind, subject) for each in _all(db)):
            raise ApproachRefused("title", "This is a trust approach already.")
        slug = _free(db, slug_of(title))
        number = approaches.insert(
            db, slug, kind=kind, subject=subject, title=title, reason=reason, by=account.id, now=now
        )
        approaches.add_version(db, number, 1, parts, note="", by=account.id, now=now)
        _note(db, account, "mark-approach", slug, {"kind": kind.value, "of": subject})
    return slug


def change(db: Database, account: Account, slug: str, *, title: str, reason: str, check: Checker) -> None:
    """Call an approach otherwise. Raises NotFound, ApproachRefused, PersonalData."""
    checked(title, reason)
    keep_pupils_out(check, {"title": title, "reason": reason})
    with db.write():
        approaches.change(db, _found(db, account, slug).id, title=title, reason=reason)
        _note(db, account, "change-approach", slug)


def end(db: Database, account: Account, slug: str) -> None:
    """Let it be a trust approach no more; what was confirmed stays on record. Raises NotFound."""
    with db.write():
        approaches.end(db, _found(db, account, slug).id, datetime.now(UTC))
        _note(db, account, "end-approach", slug)


def says(db: Database, kind: SubjectKind, subject: str) -> tuple[Part, ...]:
    """What an article or collection says now. Raises NotFound."""
    if kind is SubjectKind.ARTICLE:
        article = articles.find(db, subject, _EVERYBODY)
        if article is None:
            raise NotFound("There is no such article. It may have been taken down meanwhile.")
        return (_part(article),)
    collection = collections.find(db, subject, _EVERYBODY)
    if collection is None:
        raise NotFound("There is no such published collection. Publish it first.")
    entries = collections.entries(db, collection.id, _EVERYBODY)
    known = articles.find_all(db, [each.slug for each in entries], _EVERYBODY)
    own = f"{collection.about.summary}\n\n{collection.about.introduction}".strip()
    return (
        Part(article="", title=collection.about.title, text=own),
        *(_part(known[each.slug], each.note) for each in entries if each.slug in known),
    )


def has_changed(db: Database, approach: Approach) -> bool:
    """True when what it is about says something else than the version that counts."""
    try:
        now = says(db, approach.kind, approach.subject)
    except NotFound:
        return False
    return bool(changes(approaches.versions(db, approach.id)[0].parts, now))


def renew(db: Database, account: Account, slug: str, *, note: str, due: date | None, check: Checker) -> int:
    """Make what it says now its next version, and ask the same people again; give the number.

    due  the day by which they are asked to have read it; nobody is asked when None

    Raises NotFound, ApproachRefused, PersonalData.
    """
    now = datetime.now(UTC)
    if not note or len(note) > LONGEST_NOTE:
        raise ApproachRefused("note", f"Say in at most {LONGEST_NOTE} characters what has changed and why.")
    with db.write():
        approach = _found(db, account, slug)
        keep_pupils_out(check, {"note": note})
        parts = says(db, approach.kind, approach.subject)
        if not changes(approaches.versions(db, approach.id)[0].parts, parts):
            raise ApproachRefused("note", "Nothing in it has changed since the last version.")
        before, number = approaches.ask_of(db, approach.id, approach.version), approach.version + 1
        approaches.add_version(db, approach.id, number, parts, note=note, by=account.id, now=now)
        _note(db, account, "renew-approach", slug, {"version": number})
        if due is not None:
            wanted = before or Ask(version=number, posts=(), schools=(), due=due, asked_at=now)
            _put_ask(db, account, approach, number, wanted.posts, wanted.schools, due)
    return number


def ask(
    db: Database, account: Account, slug: str, *, posts: Collection[str], schools: Collection[str], due: date
) -> None:
    """Ask people to read the present version by a day; letters follow. Raises NotFound, ApproachRefused.

    posts, schools  ids; none for all
    """
    with db.write():
        approach = _found(db, account, slug)
        _put_ask(db, account, approach, approach.version, posts, schools, due)


def confirm(
    db: Database,
    account: Account,
    slug: str,
    *,
    version: int,
    reader: Reader,
    kinds: Collection[Confirmation],
) -> None:
    """Note what a person says they have done. Raises NotFound, NewVersionSince, ApproachRefused."""
    now = datetime.now(UTC)
    if not kinds:
        raise ApproachRefused("kinds", "Tick what you have done.")
    with db.write():
        approach = approaches.find(db, slug, reader)
        if approach is None or not may(account, Verb.KEEP):
            raise NotFound(_NOT_THERE)
        if version != approach.version:
            raise NewVersionSince
        for kind in sorted({*kinds, Confirmation.READ}):
            if approaches.confirm(db, approach.id, version, account.id, kind, now):
                _note(db, account, f"confirm-{kind.value}", slug, {"version": version})


def standings(db: Database, approach: Approach, group: Group, mode: SiteMode) -> tuple[Standing, ...]:
    """Everybody who is asked to read the present version and may, by name, with how far they are."""
    wanted = approaches.ask_of(db, approach.id, approach.version)
    if wanted is None:
        return ()
    done = approaches.confirmed(db, approach.id).get(approach.version, {})
    visibility = _visibility(db, approach)
    holders = posts.holders(db, posts=wanted.posts, schools=wanted.schools)
    people, held = accounts.find_all(db, holders), posts.of_all(db, holders)
    return tuple(
        Standing(
            account=person,
            posts=tuple(dict.fromkeys(each.post for each in held.get(person.id, ()))),
            read_at=done.get(person.id, {}).get(Confirmation.READ),
            discussed_at=done.get(person.id, {}).get(Confirmation.DISCUSSED),
        )
        for person in (people[number] for number in holders)
        if visibility in readable(person, group, mode)
    )


def _put_ask(
    db: Database,
    account: Account,
    approach: Approach,
    version: int,
    wanted_posts: Collection[str],
    schools: Collection[str],
    due: date,
) -> None:
    today = datetime.now(UTC).date()
    if not today <= due <= today + timedelta(days=FARTHEST_DAYS):
        raise ApproachRefused("due", "Enter a day within the next year, such as 2027-01-29.")
    approaches.put_ask(
        db,
        approach.id,
        version,
        posts=wanted_posts,
        schools=schools,
        due=due,
        by=account.id,
        now=datetime.now(UTC),
    )
    told = {"version": version, "posts": sorted(wanted_posts), "schools": sorted(schools)}
    _note(db, account, "ask-approach", approach.slug, {**told, "due": due.isoformat()})
    jobs.enqueue(db, JOB, {"turn": today.isoformat()}, key=f"{JOB}:{approach.id}:{version}")


def _visibility(db: Database, approach: Approach) -> Visibility | None:
    """Who may read what it is about; None when nobody may."""
    if approach.kind is SubjectKind.ARTICLE:
        article = articles.find(db, approach.subject, _EVERYBODY)
        return article.visibility if article else None
    collection = collections.find(db, approach.subject, _EVERYBODY)
    return collection.about.visibility if collection else None


def _part(article: Article, note: str = "") -> Part:
    said = "\n\n".join(filter(None, (note, article.summary, article.body)))
    return Part(article=article.slug, title=article.title, text=said)


def _all(db: Database) -> tuple[Approach, ...]:
    return approaches.listed(db, _EVERYBODY, curates=True)


def _found(db: Database, account: Account, slug: str) -> Approach:
    _refuse_others(account)
    found = approaches.find(db, slug, _EVERYBODY, curates=True)
    if found is None or found.ended_at is not None:
        raise NotFound(_NOT_THERE)
    return found


def _refuse_others(account: Account) -> None:
    if not may(account, Verb.CURATE):
        raise NotFound(_NOT_THERE)


def _free(db: Database, wished: str) -> str:
    slug, number = wished, 1
    while approaches.is_taken(db, slug) or slug in ("new", "pins"):
        number += 1
        slug = f"{wished}-{number}"
    return slug


def _note(
    db: Database, account: Account, verb: str, slug: str, detail: dict[str, object] | None = None
) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"approach:{slug}", detail=detail)
