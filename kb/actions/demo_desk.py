"""The improvement lead's desk in the demo: collections, the pastoral approach with its readers, pins, announcements."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from kb.actions import approaching, collecting, keeping, pinning
from kb.actions.announcing import announce
from kb.actions.checking_text import Checker, checker
from kb.actions.demo_desk_texts import (
    ANNOUNCEMENTS,
    APPROACH,
    APPROACH_REASON,
    ASKED_POSTS,
    COLLECTIONS,
    OLDER_WORDS,
    PASTORAL,
    PINS,
    WHAT_CHANGED,
    Told,
)
from kb.actions.publishing import slug_of
from kb.domain.account import Account, Role
from kb.domain.announcement import Announcement
from kb.domain.approach import Confirmation, Part, SubjectKind
from kb.domain.article import Visibility
from kb.domain.carried import carried
from kb.domain.collection import About, CollectionState
from kb.domain.following import FollowKind
from kb.domain.pin import PinKind
from kb.domain.search import Reader
from kb.storage import accounts, approaches, articles, collections, follows, posts
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database

_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_LAST_YEAR, _THIS_TERM = timedelta(days=380), timedelta(days=12)
_TO_GO = timedelta(days=9)
_READ_OF_TEN, _DISCUSSED_OF_TEN = 6, 3


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Fill the desk unless there is something on it; return whether it was filled."""
    lead = next((each for each in accounts.everybody(db, role=Role.LEAD) if each.demo), None)
    if lead is None or collections.listed(db, _EVERYBODY, curates=True):
        return False
    _shelve(db, content)
    if articles.find(db, PASTORAL, _EVERYBODY) is None:
        return False
    check = checker(load_library(content))
    with db.write():
        for told in COLLECTIONS:
            _collection(db, lead, told, check)
        approach = _approach(db, lead, now, rng)
        for kind, target, reason, words in PINS:
            address = target or approach
            if pinning.title_of(db, PinKind(kind), address, _EVERYBODY):
                pinning.pin(db, lead, PinKind(kind), address, reason=reason, words=words, check=check)
        _announcements(db, lead, now, check)
        _reader(db, now)
    return True


def _shelve(db: Database, content: Path) -> None:
    """Let the articles be known before they are indexed, so that others can point to them."""
    if articles.total(db, _EVERYBODY) == 0 and (content / "articles").is_dir():
        library = load_library(content)
        found = read_articles(content, library).articles
        articles.replace_all(db, [(each, carried(each, library)) for each in found])


def _collection(db: Database, lead: Account, told: Told, check: Checker) -> None:
    slug = collecting.make(
        db,
        lead,
        About(
            title=told.title,
            summary=told.summary,
            introduction=told.introduction,
            visibility=told.visibility,
            terms=told.terms,
        ),
        check=check,
    )
    there = [(article, note) for article, note in told.entries if articles.find(db, article, _EVERYBODY)]
    for article, note in there:
        collecting.put_in(db, lead, slug, article, note, check=check)
    made = collections.find(db, slug, _EVERYBODY, curates=True)
    if made and there and not told.draft:
        collecting.move_on(db, lead, slug, made.version, CollectionState.PUBLISHED)


def _approach(db: Database, lead: Account, now: datetime, rng: random.Random) -> str:
    """The pastoral approach: last year's version, and this term's, which some have confirmed."""
    parts = approaching.says(db, SubjectKind.ARTICLE, PASTORAL)
    slug = slug_of(APPROACH)
    number = approaches.insert(
        db,
        slug,
        kind=SubjectKind.ARTICLE,
        subject=PASTORAL,
        title=APPROACH,
        reason=APPROACH_REASON,
        by=lead.id,
        now=now - _LAST_YEAR,
    )
    versions = ((1, [_older(each) for each in parts], "", _LAST_YEAR), (2, parts, WHAT_CHANGED, _THIS_TERM))
    for version, said, note, ago in versions:
        made, due = now - ago, (now - ago + _THIS_TERM + _TO_GO).date()
        approaches.add_version(db, number, version, said, note=note, by=lead.id, now=made)
        approaches.put_ask(db, number, version, posts=ASKED_POSTS, schools=(), due=due, by=lead.id, now=made)
        for person in posts.holders(db, posts=ASKED_POSTS):
            drawn = rng.randrange(10) if version > 1 else 0
            later = made + timedelta(hours=5 + rng.randrange(200))
            if drawn < _READ_OF_TEN:
                approaches.confirm(db, number, version, person, Confirmation.READ, later)
            if drawn < _DISCUSSED_OF_TEN:
                approaches.confirm(db, number, version, person, Confirmation.DISCUSSED, later)
    return slug


def _older(part: Part) -> Part:
    text = part.text
    for today, then in OLDER_WORDS:
        text = text.replace(today, then)
    return replace(part, text=text)


def _announcements(db: Database, lead: Account, now: datetime, check: Checker) -> None:
    for title, words, schools, wanted in ANNOUNCEMENTS:
        announce(
            db,
            lead,
            Announcement(
                id=0,
                title=title,
                words=words,
                schools=schools,
                posts=wanted,
                starts=now.date(),
                ends=now.date() + timedelta(days=21),
            ),
            check=check,
        )


def _reader(db: Database, now: datetime) -> None:
    """What a teacher of the demo keeps and follows."""
    reader = next(
        (
            each
            for each in accounts.everybody(db, role=Role.READER)
            if each.demo and each.handle == "l.fairweather"
        ),
        None,
    )
    if reader is None:
        return
    for slug in ("calm-starts-after-lunch", "phonics-catch-up-in-year-4"):
        if articles.find(db, slug, _EVERYBODY):
            keeping.save(db, reader, slug, _EVERYBODY)
    follows.add(db, reader.id, FollowKind.THEME, "behaviour-routines", now)
    follows.add(db, reader.id, FollowKind.SCHOOL, "lantern-school", now)
