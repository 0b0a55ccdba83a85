"""What is reckoned beside a question comes back to who asked, whatever becomes of it."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from indexer.beside import Beside


def test_a_task_runs_in_another_thread_and_gives_its_result():
    beside = Beside()

    given = beside.submit(lambda number: (number + 1, threading.current_thread()), 2).result(timeout=10)

    assert given[0] == 3
    assert given[1] is not threading.current_thread()


def test_what_a_task_raises_is_raised_where_it_is_waited_for():
    waiting = Beside().submit(lambda: 1 / 0)

    wait([waiting], timeout=10)

    with pytest.raises(ZeroDivisionError):
        waiting.result(timeout=10)


def test_more_tasks_than_threads_all_get_their_turn():
    beside, gate = Beside(), threading.Event()

    waiting = [beside.submit(gate.wait, 10) for _ in range(40)]
    gate.set()

    assert all(each.result(timeout=10) for each in waiting)
