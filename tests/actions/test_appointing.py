"""What people do at their schools: who may say it, and what becomes of it when they move."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kb.actions import appointing, managing
from kb.domain.account import Account, Role
from kb.domain.errors import NotAllowed
from kb.domain.post import Post
from kb.storage import accounts, journal, posts
from kb.storage.database import Database

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def add(db: Database, name: str, role: Role = Role.READER, schools: tuple[str, ...] = ("a",)) -> Account:
    return accounts.add(
        db, name=name, email=f"{name[0].lower()}@example.org", role=role, schools=schools, now=NOON
    )


def test_nobody_makes_themselves_a_head_or_takes_a_post_elsewhere(db: Database) -> None:
    me = add(db, "Ruth")

    held = appointing.say_own(db, me, [Post("a", "senco"), Post("a", "headteacher"), Post("b", "ta")])

    assert held == (Post("a", "senco"),)
    assert posts.heads(db, "a") == ()


def test_saying_what_i_do_does_not_take_a_headship_from_me(db: Database) -> None:
    me = add(db, "Ruth")
    appointing.appoint(db, None, me.id, [Post("a", "headteacher")])

    appointing.say_own(db, me, [Post("a", "dsl")])

    assert posts.of(db, me.id) == (Post("a", "dsl"), Post("a", "headteacher"))
    assert posts.heads(db, "a") == (me.id,)


@pytest.mark.parametrize("role", Role)
def test_heads_are_appointed_by_the_lead_or_an_administrator_alone(db: Database, role: Role) -> None:
    actor, person = add(db, "Sam", role), add(db, "Ruth")

    if role in {Role.LEAD, Role.ADMINISTRATOR}:
        appointing.appoint(db, actor, person.id, [Post("a", "headteacher")])
        assert [line.verb for line in journal.entries(db, subject=f"account:{person.id}")] == ["change-posts"]
    else:
        with pytest.raises(NotAllowed):
            appointing.appoint(db, actor, person.id, [Post("a", "headteacher")])
        assert posts.heads(db, "a") == ()


def test_who_moves_school_is_head_there_no_more_and_keeps_posts_where_they_stay(db: Database) -> None:
    person = add(db, "Ruth", schools=("a", "b"))
    appointing.appoint(db, None, person.id, [Post("a", "headteacher"), Post("b", "dsl")])

    managing.change(db, None, person.id, role=Role.READER, schools=["b", "c"])

    assert posts.of(db, person.id) == (Post("b", "dsl"),)
    assert posts.heads(db, "a") == ()


def test_leavers_hold_no_post_and_those_asked_for_are_found_by_post_and_school(db: Database) -> None:
    ruth, sam = add(db, "Ruth"), add(db, "Sam", schools=("a", "b"))
    appointing.appoint(db, None, ruth.id, [Post("a", "senco")])
    appointing.appoint(db, None, sam.id, [Post("b", "senco")])

    assert posts.holders(db, posts=["senco"]) == (ruth.id, sam.id)
    assert posts.holders(db, posts=["senco"], schools=["a"]) == (ruth.id,)
    assert posts.holders(db, schools=["a"]) == (ruth.id, sam.id)
    managing.leave(db, None, ruth.id)
    assert posts.holders(db, posts=["senco"]) == (sam.id,)
