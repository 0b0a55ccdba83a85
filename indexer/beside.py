"""Threads that reckon something beside the one that asked, for as long as a process lives."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

AT_ONCE = 16
"""What is reckoned at the same time; more waits. A site has fewer threads that ask."""


class Beside:
    """A pool that a process makes with its first task: threads do not live on in a copy that a fork makes."""

    def __init__(self) -> None:
        self._made: tuple[int, ThreadPoolExecutor] | None = None

    def submit(self, task: Callable[P, R], *given: P.args, **named: P.kwargs) -> Future[R]:
        """Begin a task, whose result is waited for with ``result``."""
        made = self._made
        if made is None or made[0] != os.getpid():  # of two threads that both make one, the second's is kept
            made = self._made = os.getpid(), ThreadPoolExecutor(AT_ONCE, thread_name_prefix="beside")
        return made[1].submit(task, *given, **named)
