# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Texts under way, and those that became articles, as they stand now.

Every listing carries the person who asks; what the table of permissions does not let them do is left out by the
query itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from kb.domain.account import Account
from kb.domain.article import ArticleType
from kb.domain.errors import NotFound
from kb.domain.permission import State, Verb, circles
from kb.domain.review import UNDER_WAY
from kb.domain.text import Content, Kind, Text
from kb.storage.database import Database
from kb.storage.text_rows import content_from, fields_text, inserted, moment, stamp

_OWN = (
    "id",
    "type",
    "state",
    "slug",
    "replaces",
    "owner",
    "school",
    "reviewer",
    "revision",
    "created_at",
    "changed_at",
    "state_since",
    "discarded_at",
    "appeal",
)
_NAMES = (*_OWN, "fields", "body", "authors")
_AUTHORS = (
    "(select json_group_array(account_id) from "
    "(select account_id from text_authors where text_id = t.id order by position))"
)
_COLUMNS = f"{', '.join(f't.{name}' for name in _OWN)}, r.fields, r.body, {_AUTHORS}"
_FROM = "from texts t join text_revisions r on r.text_id = t.id and r.number = t.revision"
_ALLOWED = (
    "(case when exists (select 1 from text_authors a where a.text_id = t.id and a.account_id = :me) "
    "then 'author' when t.school in (select value from json_each(:my_schools)) then 'school' "
    "else 'other' end || ' ' || t.state) in (select value from json_each(:circles))"
)


class MovedOn(NotFound):
    """Somebody else was quicker: the text is no longer where it was when the page was opened."""

    def __init__(self) -> None:
        super().__init__("This article has moved on since you opened the page. Look at where it stands now.")


def insert(
    db: Database,
    *,
    kind: ArticleType,
    content: Content,
    school: str,
    author: int,
    now: datetime,
    replaces: str | None = None,
) -> int:
    """Begin a text with its first revision and give its id. Its author owns it."""
    at = stamp(now)
    row = {
        "type": kind.value,
        "state": State.DRAFT.value,
        "replaces": replaces,
        "title": content.title,
        "owner": author,
        "school": school,
        "revision": 1,
        "created_at": at,
        "changed_at": at,
        "state_since": at,
    }
    with db.write() as writing:
        text_id = inserted(writing, "texts", row)
        writing.table("text_revisions").insert(
            {
                "text_id": text_id,
                "number": 1,
                "based_on": 0,
                "kind": Kind.START.value,
                "saved_by": author,
                "saved_at": at,
                "fields": fields_text(content),
                "body": content.body,
            }
        )
        set_authors(db, text_id, [author])
    return text_id


def find(db: Database, text_id: int) -> Text | None:
    """The text with this id, whoever may see it; None when there is none."""
    return next(iter(_select(db, "t.id = :id", {"id": text_id})), None)


def find_published(db: Database, slug: str) -> Text | None:
    """The text that an article was made from last: published, archived or withdrawn. None for other articles."""
    return next(iter(_select(db, "t.slug = :slug and t.superseded_by is null", {"slug": slug})), None)


def find_edit(db: Database, slug: str) -> Text | None:
    """The new version of an article that is under way, None when there is none."""
    asked = {"slug": slug, "states": _states(UNDER_WAY)}
    where = (
        "t.replaces = :slug and t.discarded_at is null and t.state in (select value from json_each(:states))"
    )
    return next(iter(_select(db, where, asked)), None)


def of_author(db: Database, account_id: int) -> tuple[Text, ...]:
    """Every text that a person writes or wrote, the one changed last first; not what was thrown away."""
    where = (
        "exists (select 1 from text_authors a where a.text_id = t.id and a.account_id = :me) "
        "and t.discarded_at is null and t.superseded_by is null"
    )
    return _select(db, where, {"me": account_id}, order="t.changed_at desc, t.id desc")


def discarded(db: Database, account_id: int) -> tuple[Text, ...]:
    """What a person's texts were thrown away, the latest first."""
    where = (
        "exists (select 1 from text_authors a where a.text_id = t.id and a.account_id = :me) "
        "and t.discarded_at is not null"
    )
    return _select(db, where, {"me": account_id}, order="t.discarded_at desc")


def listed(
    db: Database, account: Account, verb: Verb, states: Collection[State], *, newest_first: bool = False
) -> tuple[Text, ...]:
    """Texts in these states with which a person may do something, those that have waited longest first."""
    asked = {**_person(account, verb), "states": _states(states)}
    where = (
        f"{_ALLOWED} and t.discarded_at is null and t.superseded_by is null "
        "and t.state in (select value from json_each(:states))"
    )
    order = "t.changed_at desc, t.id desc" if newest_first else "t.state_since, t.id"
    return _select(db, where, asked, order=order)


def move(
    db: Database,
    text_id: int,
    *,
    was: Collection[State],
    to: State,
    now: datetime,
    reviewer: int | None = None,
    slug: str | None = None,
) -> None:
    """Put a text into another state.

    reviewer, slug  kept as they are when None

    Raises MovedOn when it is in none of the states it was in.
    """
    asked = {
        "id": text_id,
        "was": _states(was),
        "to": to.value,
        "now": stamp(now),
        "reviewer": reviewer,
        "slug": slug,
    }
    with db.write() as writing:
        moved = writing.execute(
            "update texts set state = :to, state_since = :now, reviewer = coalesce(:reviewer, reviewer), "
            "slug = coalesce(:slug, slug) where id = :id and discarded_at is null "
            "and state in (select value from json_each(:was))",
            asked,
        )
        if moved.rowcount != 1:
            raise MovedOn


def hand_over(db: Database, text_id: int, *, reviewer: int, now: datetime) -> None:
    """Give a text that waits or is in review to a reviewer. Raises MovedOn when it is in neither state."""
    was = (State.SUBMITTED, State.IN_REVIEW)
    move(db, text_id, was=was, to=State.IN_REVIEW, now=now, reviewer=reviewer)


def supersede(db: Database, text_id: int, by: int) -> None:
    """Note that another text is the article now: call it before the other takes the address."""
    with db.write() as writing:
        writing.execute("update texts set superseded_by = :by where id = :id", {"id": text_id, "by": by})


def discard(db: Database, text_id: int, *, now: datetime) -> None:
    """Throw a text away, for 30 days in a way that can be undone. Raises MovedOn when it has gone on."""
    was = _states((State.DRAFT, State.CHANGES_ASKED, State.SUBMITTED))
    with db.write() as writing:
        done = writing.execute(
            "update texts set discarded_at = :now where id = :id and discarded_at is null "
            "and state in (select value from json_each(:was))",
            {"id": text_id, "now": stamp(now), "was": was},
        )
        if done.rowcount != 1:
            raise MovedOn


def put_back(db: Database, text_id: int) -> None:
    """Undo throwing away."""
    with db.write() as writing:
        writing.execute("update texts set discarded_at = null where id = :id", {"id": text_id})


def purge(db: Database, *, before: datetime) -> int:
    """Delete for good what was thrown away before a moment; how many there were."""
    with db.write() as writing:
        return int(
            writing.execute(
                "delete from texts where discarded_at < :before", {"before": stamp(before)}
            ).rowcount
        )


def set_appeal(db: Database, text_id: int, appeal: str) -> None:
    """Keep why something that the check blocks should stay; empty for nothing."""
    with db.write() as writing:
        writing.execute("update texts set appeal = :appeal where id = :id", {"id": text_id, "appeal": appeal})


def set_authors(db: Database, text_id: int, accounts: Iterable[int]) -> None:
    """Make these people the authors, in this order."""
    with db.write() as writing:
        writing.execute("delete from text_authors where text_id = :id", {"id": text_id})
        writing.table("text_authors").insert_all(
            {"text_id": text_id, "account_id": account, "position": position}
            for position, account in enumerate(dict.fromkeys(accounts))
        )


def set_school(db: Database, text_id: int, school: str) -> None:
    """Make it a text of another member of the group."""
    with db.write() as writing:
        writing.execute("update texts set school = :school where id = :id", {"id": text_id, "school": school})


def _select(db: Database, where: str, asked: dict[str, Any], *, order: str = "t.id") -> tuple[Text, ...]:
    sql = f"select {_COLUMNS} {_FROM} where {where} order by {order}"
    with db.read() as connection:
        return tuple(_text(row) for row in connection.execute(sql, asked).fetchall())


def _person(account: Account, verb: Verb) -> dict[str, Any]:
    allowed = sorted(f"{whose.value} {state.value}" for whose, state in circles(account, verb))
    return {
        "me": account.id,
        "my_schools": json.dumps(sorted(account.schools)),
        "circles": json.dumps(allowed),
    }


def _states(states: Collection[State]) -> str:
    return json.dumps(sorted(state.value for state in states))


def _text(row: Any) -> Text:
    given = dict(zip(_NAMES, row, strict=True))
    return Text(
        id=given["id"],
        type=ArticleType(given["type"]),
        state=State(given["state"]),
        slug=given["slug"],
        replaces=given["replaces"],
        content=content_from(given["fields"], given["body"]),
        revision=given["revision"],
        owner=given["owner"],
        authors=tuple(json.loads(given["authors"])),
        school=given["school"],
        reviewer=given["reviewer"],
        created_at=datetime.fromisoformat(given["created_at"]),
        changed_at=datetime.fromisoformat(given["changed_at"]),
        state_since=datetime.fromisoformat(given["state_since"]),
        discarded_at=moment(given["discarded_at"]),
        appeal=given["appeal"],
    )
