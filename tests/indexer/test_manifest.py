"""A generation's manifest: nothing in a generation changes unnoticed, the manifest itself included."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os

import pytest

from indexer import manifest as manifests
from indexer.errors import IndexDamaged
from indexer.manifest import FORMAT, Manifest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "chunks.sqlite").write_bytes(b"passages")
    (tmp_path / "words" / "meta.json").write_bytes(b"{}")
    manifests.write(_manifest(files=manifests.hashes(tmp_path)), tmp_path)
    return tmp_path


def _manifest(**changes: object) -> Manifest:
    values = {
        "format": FORMAT,
        "built_at": "2026-11-23T09:00:00+00:00",
        "model": "small",
        "model_sha256": "5" * 64,
        "dimension": 96,
        "window": 64,
        "documents": 2,
        "passages": 7,
    }
    return Manifest(**(values | changes))


def test_what_is_read_is_what_was_written(folder):
    assert manifests.read(folder) == _manifest(files=manifests.hashes(folder))
    assert manifests.checked(folder) == manifests.read(folder)
    assert manifests.damage(folder) == ()


def test_a_sound_file_with_the_number_the_size_and_the_time_of_another_is_sound(folder):
    path = folder / "chunks.sqlite"
    before = path.stat()
    assert manifests.damage(folder) == ()

    path.write_bytes(b"PASSAGES")  # as when a copy gets the inode of a file that is gone
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    manifests.write(_manifest(files=manifests.hashes(folder)), folder)

    assert path.stat().st_ino == before.st_ino
    assert manifests.damage(folder) == ()


def test_every_file_is_in_it_but_itself(folder):
    assert set(manifests.read(folder).files) == {"chunks.sqlite", "words/meta.json"}


def test_no_byte_of_the_manifest_changes_unnoticed(folder):
    path = folder / manifests.NAME
    written = path.read_bytes()

    unnoticed = []
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with contextlib.suppress(IndexDamaged):
            unnoticed.append(manifests.read(folder))

    assert all(manifest.format != FORMAT for manifest in unnoticed)  # which is damage too


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '"text"', "{}", '{"format": 4}', "{" * 500, "\x00" * 4096]
)
def test_a_manifest_that_is_none_is_damage(folder, text):
    (folder / manifests.NAME).write_text(text)

    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        manifests.read(folder)


def test_a_seal_cannot_be_left_out(folder):
    content = json.loads((folder / manifests.NAME).read_text())
    del content["seal"]
    (folder / manifests.NAME).write_text(json.dumps(content))

    with pytest.raises(IndexDamaged, match=r"manifest\.json is not what was written"):
        manifests.read(folder)


def test_every_damaged_file_is_named(folder):
    (folder / "chunks.sqlite").write_bytes(b"Passages")
    (folder / "words" / "meta.json").unlink()

    assert [error.name for error in manifests.damage(folder)] == ["chunks.sqlite", "words/meta.json"]
    with pytest.raises(IndexDamaged, match=r"chunks\.sqlite is not what was written.*kb index --rebuild"):
        manifests.checked(folder)


def test_an_index_of_another_form_says_so(folder):
    manifests.write(_manifest(format=FORMAT + 1), folder)

    (error,) = manifests.damage(folder)

    assert f"is of form {FORMAT + 1}, this program reads form {FORMAT}" in str(error)


def test_an_index_fits_its_own_model_and_form_only():
    manifest = _manifest()

    assert manifest.fits(model_sha256="5" * 64)
    assert not manifest.fits(model_sha256="6" * 64)
    assert not dataclasses.replace(manifest, format=FORMAT - 1).fits(model_sha256="5" * 64)
