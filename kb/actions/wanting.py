"""“Ask for this”: say what is missing, say that one's school needs it too, answer it, take it up, close it.

A commission takes an ask up by ``kb.storage.asks.move`` with its number; a text that somebody writes for an ask answers
it when it is published (``answered_by``, which the worker calls after each publication).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kb.actions import searching
from kb.actions.checking_text import Checker
from kb.actions.free_text import refuse_personal_data
from kb.actions.meanings import closeness
from kb.actions.notifying import notify
from kb.actions.searching import Search
from kb.domain.account import Account, Role, SiteMode, readable
from kb.domain.article import Article, Visibility
from kb.domain.ask import Ask, AskState, Audience, Wish
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound
from kb.domain.permission import Verb, may
from kb.domain.permission_sharing import Belonging, Deed, may_share
from kb.domain.school import Group
from kb.domain.search import Question, Reader
from kb.storage import accounts, articles, asks, journal, texts
from kb.storage.asks import Seer
from kb.storage.database import Database

NEAR = 0.5
"""Closeness from which another ask is shown as one that may be the same."""

MOST_SIMILAR = 5
UNDER_WAY = (AskState.OPEN, AskState.TAKEN_UP)
NO_ASK = "There is no such ask, or it is not yours to see. Look at the list of asks."


class AskWrong(BadRequest):
    """Something about an ask or an answer cannot be so; ``field`` says what."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class MovedOn(BadRequest):
    """Somebody else was quicker."""

    def __init__(self) -> None:
        super().__init__("This ask has moved on since you opened the page. Look at where it stands now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What comes with somebody's words: the check, and the warnings that they have looked at."""

    check: Checker
    looked_at: Collection[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What is there already: asks and articles that say something near, nearest first."""

    asks: tuple[Ask, ...]
    articles: tuple[Article, ...]


def seer_of(account: Account | None, reader: Reader) -> Seer:
    """How somebody looks at asks."""
    nobodys = Belonging(makers=frozenset(), schools=frozenset())
    return asks.seer(
        account=account.id if account else None,
        schools=account.schools if account else (),
        trust=Visibility.TRUST in reader.visibilities,
        everything=may_share(account, Deed.SEE_CONFIDENTIAL_ASK, nobodys),
    )


def alike(search: Search, words: str, account: Account, reader: Reader) -> Alike:
    """What is there already that may be what somebody wants to ask for."""
    words = " ".join(words.split())[:300]
    every = asks.seen(search.database, seer_of(account, reader), (*UNDER_WAY, AskState.ANSWERED))
    near = closeness(search, words, [f"{each.wish.question}. {each.wish.detail}" for each in every])
    nearest = sorted(zip(near, every, strict=True), key=lambda pair: (-pair[0], pair[1].id))
    try:
        answer = searching.ask(search, Question(text=words, per_page=MOST_SIMILAR), reader)
    except KnowledgeBaseError:
        found: tuple[Article, ...] = ()
    else:
        found = tuple(each.article for each in (*answer.finds, *answer.weak)[:MOST_SIMILAR])
    return Alike(
        asks=tuple(each for nearness, each in nearest[:MOST_SIMILAR] if nearness >= NEAR), articles=found
    )


def ask(db: Database, account: Account, wish: Wish, asking: Asking) -> int:
    """Ask for something and give the ask's number; the leads get a letter. Raises AskWrong, PersonalData."""
    if not may(account, Verb.TAKE_PART):
        raise NotFound(NO_ASK)
    _refuse(account, wish, asking)
    with db.write():
        number = asks.insert(db, wish, asker=account.id, now=datetime.now(UTC))
        _note(db, account, "ask", number, wish.school)
        for lead in accounts.everybody(db, role=Role.LEAD):
            if lead.id != account.id:
                _letter(db, lead.id, "asked", number, wish, key=f"asked:{number}:{lead.id}")
    return number


def change(db: Database, account: Account, ask_id: int, wish: Wish, asking: Asking) -> None:
    """Ask in other words, while nobody has taken it up. Raises NotFound, AskWrong, PersonalData."""
    before = to_change(db, account, ask_id)
    _refuse(account, wish, asking, kept=before.wish.school)
    with db.write():
        to_change(db, account, ask_id)
        asks.change(db, ask_id, wish)
        _note(db, account, "change-ask", ask_id, wish.school)


def need_too(db: Database, account: Account, ask_id: int, reader: Reader, *, school: str, too: bool) -> None:
    """Say that one's school needs it too, or does not any more. Raises NotFound, AskWrong."""
    one = to_read(db, account, ask_id, reader)
    if school not in account.schools or school == one.wish.school:
        raise AskWrong("school", "Choose a school where you work, other than the one that asked.")
    if one.state not in UNDER_WAY:
        raise MovedOn
    if too:
        asks.need_too(db, ask_id, school, account=account.id, now=datetime.now(UTC))
    else:
        asks.need_no_more(db, ask_id, school)


def answer(
    db: Database,
    account: Account,
    ask_id: int,
    slug: str,
    note: str,
    asking: Asking,
    *,
    reader: Reader,
    group: Group,
) -> None:
    """Answer with an article; the asker gets a letter. Raises NotFound, AskWrong, MovedOn, PersonalData."""
    one = to_read(db, account, ask_id, reader)
    article = articles.find(db, slug, reader)
    if article is None:
        raise AskWrong("article", "There is no such article. Copy the address of its page here.")
    asker = accounts.find(db, one.asker)
    if asker and asker.active and article.visibility not in readable(asker, group, SiteMode.TRUST):
        raise AskWrong("article", "The person who asks may not read this article. Choose another.")
    refuse_personal_data(asking.check, {"note": note}, looked_at=asking.looked_at, people=(account.name,))
    now = datetime.now(UTC)
    with db.write():
        if not asks.move(db, ask_id, AskState.ANSWERED, was=(*UNDER_WAY, AskState.ANSWERED), now=now):
            raise MovedOn
        asks.reply(db, ask_id, article.slug, note.strip(), author=account.id, now=now)
        _note(db, account, "answer-ask", ask_id, one.wish.school)
        _tell_asker(db, one, account.id, article.slug)


def ask_again(db: Database, account: Account, ask_id: int) -> None:
    """Say that the answers do not help: the ask is open again. Raises NotFound, MovedOn."""
    with db.write():
        one = to_close(db, account, ask_id)
        was = (AskState.ANSWERED, AskState.CLOSED)
        if not asks.move(db, ask_id, AskState.OPEN, was=was, now=datetime.now(UTC)):
            raise MovedOn
        _note(db, account, "ask-again", ask_id, one.wish.school)


def close(db: Database, account: Account, ask_id: int, reason: str, asking: Asking) -> None:
    """Close an ask, with a reason. Raises NotFound, AskWrong, MovedOn, PersonalData."""
    one = to_close(db, account, ask_id)
    if not reason.strip():
        raise AskWrong("reason", "Say why you close it: others who need it read this.")
    refuse_personal_data(asking.check, {"reason": reason}, looked_at=asking.looked_at, people=(account.name,))
    with db.write():
        was = (*UNDER_WAY, AskState.ANSWERED)
        if not asks.move(
            db, ask_id, AskState.CLOSED, was=was, now=datetime.now(UTC), reason=" ".join(reason.split())
        ):
            raise MovedOn
        _note(db, account, "close-ask", ask_id, one.wish.school, reason.strip())
        if one.asker != account.id:
            _letter(db, one.asker, "ask-closed", ask_id, one.wish)


def take_up(db: Database, account: Account, ask_id: int, reader: Reader, *, text: int) -> None:
    """Note that somebody writes an article for it. Raises NotFound, MovedOn."""
    with db.write():
        one = to_read(db, account, ask_id, reader)
        if not may_share(account, Deed.TAKE_UP_ASK, belonging(one)):
            raise NotFound(NO_ASK)
        if not asks.move(db, ask_id, AskState.TAKEN_UP, was=UNDER_WAY, now=datetime.now(UTC), text=text):
            raise MovedOn
        _note(db, account, "take-up-ask", ask_id, one.wish.school)
        if one.asker != account.id:
            _letter(db, one.asker, "ask-taken-up", ask_id, one.wish, key=f"taken-up:{ask_id}:{text}")


def commissioned(db: Database, account: Account, ask_id: int, *, commission: int) -> None:
    """Note that support or an article is commissioned for it; nothing happens where it has moved on meanwhile."""
    with db.write():
        one = asks.find(db, ask_id)
        if one is None or not may_share(account, Deed.TAKE_UP_ASK, belonging(one)):
            return
        now = datetime.now(UTC)
        if asks.move(db, ask_id, AskState.TAKEN_UP, was=UNDER_WAY, now=now, commission=commission):
            _note(db, account, "take-up-ask", ask_id, one.wish.school)
            if one.asker != account.id:
                key = f"taken-up:{ask_id}:commission-{commission}"
                _letter(db, one.asker, "ask-taken-up", ask_id, one.wish, key=key)


def written_up(db: Database, ask_id: int | None, *, text: int) -> None:
    """Note the case study that grows out of what was commissioned for an ask: once published, it answers it."""
    if ask_id is not None:
        asks.move(db, ask_id, AskState.TAKEN_UP, was=(AskState.TAKEN_UP,), now=datetime.now(UTC), text=text)


def answered_by(db: Database, slug: str) -> None:
    """Answer what was asked with an article that was written for it and is published now; again is harmless."""
    text = texts.find_published(db, slug)
    if text is None or articles.find(db, slug, _EVERYBODY) is None:
        return
    now = datetime.now(UTC)
    for one in asks.of_text(db, text.id):
        with db.write():
            if asks.move(db, one.id, AskState.ANSWERED, was=(AskState.TAKEN_UP,), now=now):
                asks.reply(db, one.id, slug, "", author=None, now=now)
                _tell_asker(db, one, None, slug)


def belonging(one: Ask) -> Belonging:
    """Whose an ask is."""
    return Belonging(makers=frozenset({one.asker}), schools=frozenset({one.wish.school}))


def to_read(db: Database, account: Account | None, ask_id: int, reader: Reader) -> Ask:
    """An ask for somebody who may see it. Raises NotFound."""
    one = asks.find_seen(db, ask_id, seer_of(account, reader))
    if one is None:
        raise NotFound(NO_ASK)
    return one


def to_change(db: Database, account: Account, ask_id: int) -> Ask:
    """An open ask for its asker. Raises NotFound."""
    one = _theirs(db, account, ask_id, Deed.CHANGE_ASK)
    if one.state is not AskState.OPEN:
        raise NotFound("Somebody has taken this ask up already, so it cannot be changed now.")
    return one


def to_close(db: Database, account: Account, ask_id: int) -> Ask:
    """An ask for somebody who may close it and open it again. Raises NotFound."""
    return _theirs(db, account, ask_id, Deed.CLOSE_ASK)


_EVERYBODY = Reader(visibilities=frozenset(Visibility))


def _theirs(db: Database, account: Account, ask_id: int, deed: Deed) -> Ask:
    one = asks.find(db, ask_id)
    if one is None or not may_share(account, deed, belonging(one)):
        raise NotFound(NO_ASK)
    return one


def _refuse(account: Account, wish: Wish, asking: Asking, *, kept: str = "") -> None:
    """Raises AskWrong, PersonalData."""
    if wish.school not in {*account.schools, kept}:
        raise AskWrong("school", "Choose a school where you work.")
    words = {"question": wish.question, "detail": wish.detail}
    refuse_personal_data(asking.check, words, looked_at=asking.looked_at, people=(account.name,))


def _tell_asker(db: Database, one: Ask, by: int | None, slug: str) -> None:
    if one.asker != by:
        _letter(db, one.asker, "ask-answered", one.id, one.wish, key=f"answered:{one.id}:{slug}")


def _letter(db: Database, to: int, kind: str, ask_id: int, wish: Wish, *, key: str | None = None) -> None:
    title = wish.question if wish.audience is Audience.TRUST else "what was asked in confidence"
    notify(db, to=to, kind=kind, values={"title": title, "link": f"/asks/{ask_id}"}, key=key)


def _note(db: Database, account: Account, verb: str, number: int, school: str, reason: str = "") -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"ask:{number}", school=school, reason=reason)
