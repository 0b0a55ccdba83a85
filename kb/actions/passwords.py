"""Passwords: hashed with Argon2, checked at the same pace for people we know and for those we do not.

46 MiB, one pass, one lane: about 45 ms on two cores. At most two at once in a process, so that a rush in the morning
costs time and not memory (OWASP's password storage sheet; design/quality.md 1.4).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.domain.errors import KnowledgeBaseError

SHORTEST, LONGEST = 12, 128
_GUESSES = 10**8
"""Guesses that a password must withstand. What is in the lists of common passwords is far below."""

_A_WORD, _OF_THEIR_OWN = 3, 6
"""Letters of a name that counts as one; letters that must be left when all such names are taken out."""

_OURS = ("knowledge", "practice", "school", "teacher", "academy", "goodpractice")
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)


class PasswordWeak(KnowledgeBaseError):
    """A password that somebody would guess."""

    field = "password"


def digest(password: str) -> str:
    """The hash to keep of a password."""
    with _at_once:
        return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """True when a password is the one whose hash was kept; as slow when none was kept."""
    try:
        with _at_once:
            _hasher.verify(kept or _nobodys(), password[: LONGEST * 4])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_old(kept: str) -> bool:
    """True when a hash was made with other numbers than ours now, and should be made anew."""
    return _hasher.check_needs_rehash(kept)


def refuse_weak(password: str, words: Iterable[str] = ()) -> None:
    """Raises PasswordWeak for a password that is short or easily guessed.

    words  names of the person, the school and the site, which a guesser would try first
    """
    from zxcvbn import zxcvbn

    if len(password) < SHORTEST:
        raise PasswordWeak(
            f"Use at least {SHORTEST} characters. Three or four words in a row are easy to keep in mind."
        )
    if len(password) > LONGEST:
        raise PasswordWeak(f"Use at most {LONGEST} characters.")
    named = [part.lower() for word in (*words, *_OURS) for part in (word, *word.split())]
    judged = zxcvbn(password[:72], user_inputs=named, max_length=LONGEST)  # it takes long for longer ones
    rest = password.lower()
    for word in sorted(named, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) >= _A_WORD else rest
    if judged["guesses"] < _GUESSES or sum(letter.isalnum() for letter in rest) < _OF_THEIR_OWN:
        raise PasswordWeak(
            "This password is easy to guess: it is common, or made of names or keys in a row. "
            "Take three or four words that have nothing to do with one another."
        )


@cache
def _nobodys() -> str:
    return digest("the password of nobody at all")
