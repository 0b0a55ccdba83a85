"""Results of a method that are kept, without an object that holds itself.

What a generation has open goes with the last one who uses it. An ``lru_cache`` over a bound method would hold its own
object: files and connections of old generations would stay open until the collector of cycles came by.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import lru_cache, partial
from types import MethodType
from typing import TypeVar, cast

R = TypeVar("R")


def kept(method: Callable[[str], R], size: int) -> Callable[[str], R]:
    """A method of one text whose last ``size`` results are kept for as long as its object lives."""
    bound = cast("MethodType", method)
    return lru_cache(maxsize=size)(partial(bound.__func__, weakref.proxy(bound.__self__)))
