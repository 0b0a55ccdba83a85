"""Damaged files: noticed before they are used, answered by the generation before, and never by a wrong result."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import generation
from indexer import manifest as manifests
from indexer.document import Mode
from indexer.errors import IndexUnusable
from indexer.serving import ServingEngine
from tests.indexer.shelves import build, found, make_document, search

Harm = Callable[[Path, Path], None]


def _written(path: Path, content: bytes) -> None:
    """A new file in place of the old: generations share the encoder's bytes, and only one is to be harmed."""
    path.unlink()
    path.write_bytes(content)


def one_bit(path: Path, _: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    _written(path, content)


def zeroed_block(path: Path, _: Path) -> None:
    content = path.read_bytes()
    start = max(0, len(content) // 2 - 2048) // 4096 * 4096
    _written(path, content[:start] + bytes(len(content[start : start + 4096])) + content[start + 4096 :])


def cut_short(path: Path, _: Path) -> None:
    _written(path, path.read_bytes()[:-1])


def grown(path: Path, _: Path) -> None:
    _written(path, path.read_bytes() + b"\0")


def emptied(path: Path, _: Path) -> None:
    _written(path, b"")


def deleted(path: Path, _: Path) -> None:
    path.unlink()


def swapped(path: Path, other: Path) -> None:
    first, second = path.read_bytes(), other.read_bytes()
    _written(path, second)
    _written(other, first)


def forbidden(path: Path, _: Path) -> None:
    _written(path, path.read_bytes())
    path.chmod(0)


HARMS = (one_bit, zeroed_block, cut_short, grown, emptied, deleted, swapped)


@pytest.fixture(scope="module")
def two_generations(tmp_path_factory, encoder_folder):
    root = tmp_path_factory.mktemp("two") / "index"
    build(root, encoder_folder, [make_document("old")])
    build(root, encoder_folder, [make_document("new")], gone=["old"])
    return root


def _copy(two_generations: Path, root: Path) -> Path:
    return shutil.copytree(two_generations, root, symlinks=True, copy_function=os.link)


def _files(folder: Path) -> list[Path]:
    return [*manifests.files_of(folder), folder / manifests.NAME]


def _harmed(root: Path, name: str, harm: Harm) -> bool:
    """Harm one file of the newest generation. False when that changes nothing, as cutting an empty file does."""
    folder = generation.current(root)
    paths = _files(folder)
    path = folder / name
    other = paths[(paths.index(path) + 1) % len(paths)]
    size, same = path.stat().st_size, path.read_bytes() == other.read_bytes()
    if (size == 0 and harm not in {deleted, grown, swapped, forbidden}) or (harm is swapped and same):
        return False
    harm(path, other)
    return True


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_file_is_noticed_and_the_generation_before_serves(two_generations, tmp_path, harm):
    names = [
        path.relative_to(generation.current(two_generations)).as_posix()
        for path in _files(generation.current(two_generations))
    ]
    for number, name in enumerate(names):
        root = _copy(two_generations, tmp_path / str(number))
        if not _harmed(root, name, harm):
            continue
        engine = ServingEngine(root)

        state = engine.state()

        assert (state.generation, state.meaning) == ("gen-000001", True), name
        assert len(state.problems) == 1, name
        assert state.problems[0].startswith("gen-000002: The search index file "), name
        for mode in Mode:
            assert found(search(engine, "calm lunch", mode=mode)) == ["old"], name
        engine.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_nobody_may_read_is_noticed(two_generations, tmp_path):
    root = _copy(two_generations, tmp_path / "index")
    _harmed(root, "chunks.sqlite", forbidden)

    engine = ServingEngine(root)

    assert engine.state().generation == "gen-000001"
    engine.close()


@pytest.mark.parametrize("name", ["vectors.faiss", "encoder/encoder.onnx", "encoder/tokenizer.json"])
def test_when_meaning_is_harmed_everywhere_words_are_searched(two_generations, tmp_path, name):
    root = _copy(two_generations, tmp_path / "index")
    for folder in generation.generations(root):
        one_bit(folder / name, folder)

    engine = ServingEngine(root)

    answer = search(engine, "calm")
    assert (found(answer), answer.meaning_missing) == (["new"], True)
    assert not search(engine, "calm", mode=Mode.WORDS).meaning_missing
    assert found(search(engine, "calm", mode=Mode.MEANING)) == ["new"]
    state = engine.state()
    assert (state.generation, state.meaning) == ("gen-000002", False)
    assert state.problems[-1] == "Only words are searched until the index is built again."
    assert name in state.problems[0]
    engine.close()


def test_bytes_that_generations_share_are_harmed_in_all_of_them(two_generations, tmp_path):
    root = tmp_path / "index"
    shutil.copytree(two_generations, root, symlinks=True)
    shared = root / "gen-000001" / "encoder" / "encoder.onnx"
    (root / "gen-000002" / "encoder" / "encoder.onnx").unlink()
    os.link(shared, root / "gen-000002" / "encoder" / "encoder.onnx")
    with shared.open("r+b") as file:
        file.write(b"harm")

    engine = ServingEngine(root)

    assert engine.state().meaning is False
    assert found(search(engine, "calm")) == ["new"]
    engine.close()


def test_nothing_sound_is_an_error_that_says_what_to_do(two_generations, tmp_path):
    root = _copy(two_generations, tmp_path / "index")
    for folder in generation.generations(root):
        one_bit(folder / "chunks.sqlite", folder)

    engine = ServingEngine(root)

    with pytest.raises(IndexUnusable, match=r"gen-000002.*chunks\.sqlite is not what was written.*kb index"):
        search(engine, "calm")
    state = engine.state()
    assert (state.generation, state.manifest, state.meaning) == (None, None, False)
    assert len(state.problems) == 2
    engine.close()


def test_words_and_meaning_harmed_in_different_generations_still_leave_words(two_generations, tmp_path):
    root = _copy(two_generations, tmp_path / "index")
    one_bit(root / "gen-000002" / "chunks.sqlite", root)
    one_bit(root / "gen-000001" / "vectors.faiss", root)

    engine = ServingEngine(root)

    assert found(search(engine, "calm")) == ["old"]
    assert (engine.state().generation, engine.state().meaning) == ("gen-000001", False)
    engine.close()


def test_the_next_run_mends_a_harmed_index(two_generations, tmp_path, encoder_folder):
    root = _copy(two_generations, tmp_path / "index")
    for folder in generation.generations(root):
        one_bit(folder / "chunks.sqlite", folder)
    engine = ServingEngine(root)
    assert engine.state().generation is None

    build(root, encoder_folder, [make_document("mended")])
    engine.renew()

    assert found(search(engine, "calm")) == ["mended"]
    assert engine.state().problems == ()
    engine.close()
