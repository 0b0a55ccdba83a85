"""Sealing: what must be readable for us and for nobody who has a copy of the database."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kb.domain.errors import Unavailable


class SealBroken(Unavailable):
    """Something was sealed with a key that is gone, or was changed."""

    def __init__(self) -> None:
        super().__init__("This was sealed with another secret key. Ask your administrator to set it up anew.")


def seal(data: bytes, *, keys: Sequence[str], purpose: str) -> bytes:
    """Data that only the keys open, and for this purpose only. The first key seals."""
    return _lock(keys, purpose).encrypt(data)


def unseal(sealed: bytes, *, keys: Sequence[str], purpose: str) -> bytes:
    """What was sealed with any of the keys. Raises SealBroken."""
    try:
        return _lock(keys, purpose).decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken from error


def _lock(keys: Sequence[str], purpose: str) -> MultiFernet:
    digests = (hashlib.blake2b(purpose.encode(), key=key.encode()[:64], digest_size=32) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each.digest())) for each in digests])
