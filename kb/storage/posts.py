"""What people do at their schools, in the database."""

from __future__ import annotations

import json
from collections.abc import Collection

from kb.domain.post import HEAD, Post
from kb.storage.database import Database


def of(db: Database, account_id: int) -> tuple[Post, ...]:
    """A person's posts, by school and id."""
    with db.read() as reading:
        rows = reading.execute(
            "select school, post from posts where account = ? order by school, post", [account_id]
        ).fetchall()
    return tuple(Post(*row) for row in rows)


def of_all(db: Database, account_ids: Collection[int]) -> dict[int, tuple[Post, ...]]:
    """Person → their posts, by school and id; without those who have none."""
    sql = (
        "select account, school, post from posts where account in (select value from json_each(?)) "
        "order by account, school, post"
    )
    found: dict[int, tuple[Post, ...]] = {}
    with db.read() as reading:
        for account, school, post in reading.execute(sql, [json.dumps(sorted(account_ids))]).fetchall():
            found[account] = (*found.get(account, ()), Post(school, post))
    return found


def put(db: Database, account_id: int, posts: Collection[Post]) -> None:
    """Make these a person's posts; those at schools where they do not work are left out."""
    with db.write() as writing:
        writing.execute("delete from posts where account = ?", [account_id])
        for each in sorted(set(posts)):
            writing.execute(
                "insert into posts (account, school, post) "
                "select account, school, ? from memberships where account = ? and school = ?",
                [each.post, account_id, each.school],
            )


def holders(db: Database, *, posts: Collection[str] = (), schools: Collection[str] = ()) -> tuple[int, ...]:
    """Numbers of active people who hold one of these posts at one of these schools, by name.

    Without posts everybody who works there; without schools those of all.
    """
    sql = (
        "select distinct accounts.id from accounts join memberships on memberships.account = accounts.id "
        "where active = 1 "
        "and (:any_school or memberships.school in (select value from json_each(:schools))) "
        "and (:any_post or exists (select 1 from posts where posts.account = accounts.id "
        "and posts.school = memberships.school and post in (select value from json_each(:posts)))) "
        "order by name, accounts.id"
    )
    values = {
        "any_school": not schools,
        "schools": json.dumps(sorted(schools)),
        "any_post": not posts,
        "posts": json.dumps(sorted(posts)),
    }
    with db.read() as reading:
        return tuple(number for (number,) in reading.execute(sql, values).fetchall())


def heads(db: Database, school: str) -> tuple[int, ...]:
    """Numbers of the active people who speak for a school, by name."""
    return holders(db, posts=[HEAD], schools=[school])
