"""The secret key: made once, for its owner alone, and refused when it is weak."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.storage import sealing, secret_key
from kb.storage.sealing import SealBroken
from kb.storage.secret_key import SecretKeyUnusable


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var/secret.key"

    assert secret_key.make(path)
    first = secret_key.read(path)
    assert not secret_key.make(path)

    assert secret_key.read(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(first[0]) == 64


@pytest.mark.parametrize("text", ["", "\n", "change me", "a" * 64, "0123456789abcdef\n", "é" * 64])
def test_a_weak_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)

    with pytest.raises(SecretKeyUnusable):
        secret_key.read(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    secret_key.make(path)
    path.chmod(mode)

    with pytest.raises(SecretKeyUnusable, match="chmod 600"):
        secret_key.read(path)


def test_what_an_older_key_has_sealed_still_opens_and_nothing_else_does() -> None:
    old, new = "a-long-enough-older-key-0123456789", "a-long-enough-newer-key-9876543210"
    sealed = sealing.seal(b"words", keys=[old], purpose="notes")

    assert sealing.unseal(sealed, keys=[new, old], purpose="notes") == b"words"
    for keys, purpose, given in (
        ([new], "notes", sealed),
        ([old], "another purpose", sealed),
        ([old], "notes", sealed[:-4] + b"AAA="),
        ([old], "notes", b""),
    ):
        with pytest.raises(SealBroken):
            sealing.unseal(given, keys=keys, purpose=purpose)
