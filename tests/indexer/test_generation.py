"""Generations: the old one or the new one, never a part of either; whatever kills, fills or races the builder."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from indexer import crash, generation
from indexer.errors import IndexBusy, IndexDamaged, IndexMissing
from indexer.serving import ServingEngine
from tests.indexer.processes import ROOT, finished, run, start
from tests.indexer.shelves import build, found, make_document, open_small, search

POINTS = sorted(
    {
        point
        for path in (ROOT / "indexer").glob("*.py")
        if path.name
        not in {"withdrawn.py", "staging.py", "copying.py", "merging.py"}  # no part of building a whole index
        if not path.name.startswith("distributed")
        for point in re.findall(r'crash_point\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    | {"chunks-committed"}
)


@pytest.fixture(scope="module")
def one_generation(tmp_path_factory, encoder_folder):
    root = tmp_path_factory.mktemp("one") / "index"
    build(root, encoder_folder, [make_document("old")])
    return root


@pytest.fixture
def root(one_generation, tmp_path):
    return shutil.copytree(one_generation, tmp_path / "index", symlinks=True)


def _served(root: Path) -> list[str]:
    engine = ServingEngine(root)
    try:
        assert engine.state().problems == ()
        return sorted(found(search(engine, "calm lunch")))
    finally:
        engine.close()


def test_there_are_points_to_crash_at():
    assert len(POINTS) >= 9


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_old_or_the_new_index_serves_whole_and_the_next_run_mends(
    root, encoder_folder, point
):
    status, _, errors = run("build", root, encoder_folder, "new", **{crash.VARIABLE: point})

    assert status == -9, errors
    assert _served(root) == (["new", "old"] if point == "generation-swapped" else ["old"])
    build(root, encoder_folder, [make_document("new")])
    assert _served(root) == ["new", "old"]
    assert list(root.glob(".tmp-*")) == []
    assert len(generation.generations(root)) <= generation.KEPT


def test_a_reader_in_another_process_never_sees_a_torn_index(root, encoder_folder):
    watching = start("watch", root, 100)

    for number in range(1, 21):
        body = f"Generation {number}."
        names = [f"d{place}" for place in range(number % 5 + 1)]
        gone = {f"d{place}" for place in range(6)} - set(names) | {"old"}
        documents = [
            make_document(name, title=f"Of generation {number}", summary="", body=body) for name in names
        ]
        build(root, encoder_folder, documents, gone=gone)
    (root / "enough").touch()
    status, output, errors = finished(watching)

    assert status == 0, errors
    answers = [answer for answer in json.loads(output) if answer]
    assert all(len(answer) == 1 for answer in answers)  # all hits are of one generation
    assert len({answer[0] for answer in answers}) > 1


def test_while_another_process_builds_nobody_else_can(root, encoder_folder):
    holding = start("hold", root, encoder_folder)
    assert holding.stdout is not None
    assert holding.stdout.readline() == "building\n"

    with pytest.raises(IndexBusy, match=r"Another ‘kb index’ is running\. Wait"):
        build(root, encoder_folder, [make_document("new")])
    refused = run("build", root, encoder_folder, "new")

    assert refused[0] == 3
    assert "Another ‘kb index’ is running" in refused[2]
    assert finished(holding, "go on\n")[0] == 0
    build(root, encoder_folder, [make_document("new")])
    assert _served(root) == ["new", "old"]


@pytest.mark.parametrize("largest", [0, 4_000, 20_000, 35_000])
def test_without_room_the_reason_is_said_and_the_old_index_serves(root, encoder_folder, largest):
    documents = [f"new-{number}" for number in range(40)]

    status, _, errors = run("little-room", root, encoder_folder, largest, *documents)

    assert (status, errors.count("\n")) == (3, 1), errors
    assert "could not be written" in errors
    assert "the old index serves on" in errors
    assert _served(root) == ["old"]
    assert list(root.glob(".tmp-*")) == []
    assert run("build", root, encoder_folder, "new")[0] == 0


def test_what_a_killed_builder_left_is_swept_away(root, encoder_folder):
    (root / ".tmp-99999" / "words").mkdir(parents=True)
    (root / ".tmp-99999" / "chunks.sqlite").write_bytes(b"half")

    build(root, encoder_folder, [make_document("new")])

    assert list(root.glob(".tmp-*")) == []


def test_only_three_generations_are_kept(root, encoder_folder):
    for number in range(4):
        build(root, encoder_folder, [make_document(f"d{number}")])

    kept = [folder.name for folder in generation.generations(root)]
    assert kept == ["gen-000005", "gen-000004", "gen-000003"]
    assert generation.current(root).name == "gen-000005"


def test_generations_share_the_bytes_of_the_encoder(root, encoder_folder):
    newer = build(root, encoder_folder, [make_document("new")])

    assert (newer / "encoder" / "encoder.onnx").samefile(encoder_folder / "encoder.onnx")


def test_one_that_did_not_take_over_is_no_candidate(root):
    shutil.copytree(root / "gen-000001", root / "gen-000002")

    assert [folder.name for folder in generation.candidates(root)] == ["gen-000001"]


def test_the_number_of_one_that_did_not_take_over_is_not_used_again(root, encoder_folder):
    (root / "gen-000007").mkdir()

    assert build(root, encoder_folder, [make_document("new")]).name == "gen-000008"


@pytest.mark.parametrize("harm", ["gone", "dangling", "a file"])
def test_without_a_link_the_newest_generation_serves(root, harm):
    (root / "current").unlink()
    if harm == "dangling":
        (root / "current").symlink_to("gen-000099")
    if harm == "a file":
        (root / "current").write_text("gen-000001")

    assert _served(root) == ["old"]


def test_the_soundest_is_the_newest_undamaged_one(root, encoder_folder):
    newer = build(root, encoder_folder, [make_document("new")])
    (newer / "chunks.sqlite").unlink()

    folder, wrong = generation.soundest(root)

    assert folder.name == "gen-000001"
    assert [error.name for error in wrong] == ["chunks.sqlite"]
    (folder / "spelling.tsv").unlink()
    with pytest.raises(IndexDamaged, match=r"chunks\.sqlite"):
        generation.soundest(root)


def test_an_empty_folder_has_no_index(tmp_path):
    for ask in (generation.current, generation.soundest):
        with pytest.raises(IndexMissing, match="kb index"):
            ask(tmp_path / "nowhere")


def test_a_failure_while_building_leaves_nothing_behind(tmp_path):
    def fail() -> None:
        with generation.building(tmp_path) as folder:
            (folder / "half").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    with generation.building(tmp_path) as folder:
        assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_said(tmp_path, encoder_folder):
    (tmp_path / "index").write_text("a file stands here")
    engine = open_small(tmp_path / "index", encoder_folder)

    with pytest.raises(Exception, match="could not be written"):
        engine.remove("anything")
