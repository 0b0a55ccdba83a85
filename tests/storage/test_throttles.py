"""Tries are counted together, whoever counts, and a clock that jumps locks nobody out."""

from __future__ import annotations

import threading
import time

import pytest
import time_machine

from kb.domain.throttle import (
    CODE_IN_AN_HOUR,
    CODE_SOON,
    PASSWORD_FROM_ADDRESS,
    PASSWORD_OF_ACCOUNT,
    TooManyTries,
)
from kb.storage import throttles
from kb.storage.database import Database


def taken(db: Database, *limits: tuple[object, str]) -> bool:
    try:
        throttles.take(db, limits)  # type: ignore[arg-type]
    except TooManyTries:
        return False
    return True


def test_of_a_thousand_guesses_at_once_ten_are_looked_at(db: Database) -> None:
    through: list[bool] = []

    def guess() -> None:
        mine = Database(db.path)
        through.extend(taken(mine, (PASSWORD_OF_ACCOUNT, "noor@school.example")) for _ in range(250))
        mine.close()

    workers = [threading.Thread(target=guess) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (len(through), sum(through)) == (1000, 10)


def test_one_person_does_not_use_up_the_tries_of_another(db: Database) -> None:
    assert all(taken(db, (PASSWORD_OF_ACCOUNT, "a")) for _ in range(10))
    assert not taken(db, (PASSWORD_OF_ACCOUNT, "a"))
    assert taken(db, (PASSWORD_OF_ACCOUNT, "b"))


def test_a_whole_school_signs_in_behind_one_address(db: Database) -> None:
    people = [
        taken(db, (PASSWORD_OF_ACCOUNT, f"p{n}"), (PASSWORD_FROM_ADDRESS, "10.1.2.3")) for n in range(61)
    ]

    assert people == [True] * 60 + [False]


def test_a_try_that_is_refused_counts_for_nobody(db: Database) -> None:
    for _ in range(10):
        taken(db, (PASSWORD_OF_ACCOUNT, "a"), (PASSWORD_FROM_ADDRESS, "x"))
    for _ in range(30):
        taken(db, (PASSWORD_OF_ACCOUNT, "a"), (PASSWORD_FROM_ADDRESS, "x"))

    assert sum(taken(db, (PASSWORD_FROM_ADDRESS, "x")) for _ in range(60)) == 50


def test_tries_are_forgotten_after_their_time_and_said_so_in_words(db: Database) -> None:
    start = time.time()
    with time_machine.travel(start, tick=False):
        assert all(taken(db, (CODE_SOON, "7"), (CODE_IN_AN_HOUR, "7")) for _ in range(5))
        with pytest.raises(TooManyTries, match="Wait 5 minutes"):
            throttles.take(db, [(CODE_SOON, "7"), (CODE_IN_AN_HOUR, "7")])
    with time_machine.travel(start + 301, tick=False):
        assert taken(db, (CODE_SOON, "7"), (CODE_IN_AN_HOUR, "7"))


def test_a_clock_that_was_turned_back_locks_nobody_out(db: Database) -> None:
    start = time.time()
    with time_machine.travel(start + 86_000, tick=False):
        assert all(taken(db, (CODE_SOON, "7")) for _ in range(5))
    with time_machine.travel(start, tick=False):
        assert taken(db, (CODE_SOON, "7"))


def test_neither_people_nor_addresses_stand_in_the_file(db: Database) -> None:
    taken(db, (PASSWORD_OF_ACCOUNT, "noor@school.example"), (PASSWORD_FROM_ADDRESS, "10.1.2.3"))

    kept = b"".join(path.read_bytes() for path in db.path.parent.glob("kb.sqlite*"))

    assert b"noor@school" not in kept
    assert b"10.1.2.3" not in kept
