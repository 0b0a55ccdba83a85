"""A folder's index on a server: nothing is embedded again, nothing is sent twice, and a kill costs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.copying import Copied, copy_index
from indexer.distributed import MilvusEngine
from indexer.document import Mode
from indexer.errors import EngineUnavailable, IndexBusy, IndexMissing
from tests.indexer.library import LIBRARY
from tests.indexer.milvus_server import MilvusServer
from tests.indexer.processes import ROOT
from tests.indexer.shelves import STAFF, build, found, make_document, open_small, search

pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path: Path, encoder_folder: Path) -> Path:
    """An index folder that holds the library."""
    build(tmp_path / "index", encoder_folder, LIBRARY)
    return tmp_path / "index"


@pytest.fixture
def address(milvus: MilvusServer, request: pytest.FixtureRequest) -> str:
    """Every test is an index of its own on the same server."""
    return milvus.address(index=f"i{abs(hash(request.node.name)) % 10**9}")


@pytest.fixture
def remote(address: str, encoder_folder: Path) -> Iterator[MilvusEngine]:
    engine = MilvusEngine(address, encoder=lambda: encoder_folder)
    yield engine
    engine.close()


def copied(root: Path, address: str, *, rebuild: bool = False) -> Copied:
    done = copy_index(root, address, rebuild=rebuild)
    assert done is not None
    return done


def copy_elsewhere(
    root: Path, address: str, *more: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.indexer.server_process", "copy", root, address, *more],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_index_is_copied_once_and_then_only_what_changed(root, address, remote, encoder_folder):
    first, second = copied(root, address), copied(root, address)
    build(root, encoder_folder, [make_document("new", title="Zebra trip")], gone=["homework-club"])
    third = copied(root, address)

    assert (first.sent, first.removed, first.unchanged) == (len(LIBRARY), 0, 0)
    assert (second.sent, second.removed, second.unchanged) == (0, 0, len(LIBRARY))
    assert (third.sent, third.removed, third.unchanged) == (1, 1, len(LIBRARY) - 1)
    assert "new" in found(search(remote, "zebra trip"))
    assert "homework-club" not in found(search(remote, "homework club", visibilities=STAFF))


def test_progress_is_told_to_the_end(root, address):
    told: list[tuple[int, int]] = []

    copy_index(root, address, progress=lambda done, all_: told.append((done, all_)))

    assert told == [(number, len(LIBRARY)) for number in range(1, len(LIBRARY) + 1)]


def test_both_engines_give_the_same_answers_scores_and_counts(root, address, remote, encoder_folder):
    copied(root, address)
    local = open_small(root, encoder_folder)

    for text in (
        "calm lunch",
        "reading",
        '"younger pupils"',
        "pupils -reading",
        "attendence",
        "quiet zebra",
        "",
    ):
        for mode in Mode:
            for facets in ({}, {"stage": {"ks1", "ks3"}}, {"stage": {"ks2"}, "need": {"asd", "semh"}}):
                here = search(local, text, mode=mode, facets=facets, visibilities=STAFF, limit=50)
                there = search(remote, text, mode=mode, facets=facets, visibilities=STAFF, limit=50)
                assert found(there) == found(here), (text, mode, facets)
                assert there.facets == here.facets
                assert [hit.score for hit in there.hits] == pytest.approx(
                    [hit.score for hit in here.hits], abs=2e-4
                )
                assert [hit.passage for hit in there.hits] == [hit.passage for hit in here.hits]
                assert (there.corrected, there.nothing_close) == (here.corrected, here.nothing_close)
    local.close()


def test_after_many_changes_scores_are_those_of_an_index_built_at_once(root, address, remote, encoder_folder):
    copied(root, address)
    build(
        root,
        encoder_folder,
        [make_document("calm-after-lunch", title="Zebra lunch")],
        gone=["paired-reading"],
    )
    copied(root, address)
    build(root, encoder_folder, [LIBRARY[0], make_document("more", body="Calm pupils, calm lunch.")])
    copied(root, address)
    local = open_small(root, encoder_folder)

    for text in ("calm lunch", "pupils read", "zebrra"):
        here, there = search(local, text, visibilities=STAFF), search(remote, text, visibilities=STAFF)
        assert found(there) == found(here)
        assert [hit.score for hit in there.hits] == pytest.approx([hit.score for hit in here.hits], abs=2e-4)
        assert there.corrected == here.corrected
    local.close()


def test_a_copy_that_is_killed_goes_on_where_it_stopped(root, address, remote):
    killed = copy_elsewhere(root, address, KB_CRASHPOINT="copied-11")
    with pytest.raises(IndexMissing):
        search(remote)

    done = copied(root, address)

    assert killed.returncode == -9
    assert done.sent + done.unchanged == len(LIBRARY)
    assert done.unchanged >= 8
    assert len(found(search(remote, limit=50, visibilities=STAFF | {"draft"}))) == len(LIBRARY)


@pytest.mark.parametrize("point", ["collections-filled", "alias-moved"])
def test_a_rebuild_that_is_killed_leaves_one_whole_index_serving(root, address, remote, point):
    copied(root, address)
    before = sorted(found(search(remote, limit=50)))

    killed = copy_elsewhere(root, address, "rebuild", KB_CRASHPOINT=point)

    assert killed.returncode == -9
    assert sorted(found(search(remote, limit=50))) == before
    copied(root, address, rebuild=True)
    assert sorted(found(search(remote, limit=50))) == before


@pytest.mark.parametrize("point", ["documents-sent", "passages-swept"])
def test_a_change_that_is_killed_is_finished_by_the_next_run(root, address, remote, encoder_folder, point):
    copied(root, address)
    build(root, encoder_folder, [make_document("new", title="Zebra trip")], gone=["paired-reading"])

    killed = copy_elsewhere(root, address, KB_CRASHPOINT=point)
    during = found(search(remote, "pupils", limit=50))
    copied(root, address)

    local = open_small(root, encoder_folder)
    assert killed.returncode == -9
    assert len(during) == len(set(during)) > 0
    for text in ("zebra trip", "younger pupils", "calm lunch"):
        here, there = search(local, text), search(remote, text)
        assert found(there) == found(here)
        assert [hit.score for hit in there.hits] == pytest.approx([hit.score for hit in here.hits], abs=2e-4)
    local.close()


def test_a_rebuild_moves_the_name_to_new_collections_and_drops_old_ones(root, address, remote):
    names = []
    for _ in range(3):
        copied(root, address, rebuild=True)
        remote.close()
        names.append(remote.generation)

    client = remote.server.ask(lambda client, _: client, within=10)
    left = {name for name in client.list_collections() if name.startswith(names[0].partition("_")[0])}
    assert len(set(names)) == 3
    assert {names[1], names[2]} <= left
    assert names[0] not in left


@pytest.mark.parametrize("title", ["Calm starts after lunch", "Calm starts after lunch, class {number}"])
def test_many_texts_that_are_alike_hide_no_other_and_are_no_fault(
    root, address, remote, encoder_folder, caplog, title
):
    alike = [make_document(f"a-{number:02d}", title=title.format(number=number)) for number in range(50)]
    build(root, encoder_folder, alike)

    done = copied(root, address)

    local = open_small(root, encoder_folder)
    assert done.sent == len(LIBRARY) + len(alike)
    assert "compares with every vector from now on" in caplog.text
    for document in LIBRARY:
        views = {"mode": Mode.MEANING, "visibilities": {document.visibility}, "limit": 5}
        here, there = search(local, document.body, **views), search(remote, document.body, **views)
        assert [hit.score for hit in there.hits] == pytest.approx([hit.score for hit in here.hits], abs=2e-4)
        assert len(there.hits) + len(there.weak) > 0
    local.close()


def test_two_trusts_in_the_same_collections_never_see_one_another(root, milvus, encoder_folder, tmp_path):
    build(tmp_path / "other", encoder_folder, [make_document("secret", title="Calm zebra lunch")])
    ours, theirs = milvus.address(index="both", trust="ours"), milvus.address(index="both", trust="theirs")
    copied(root, ours)
    copied(tmp_path / "other", theirs)

    mine = MilvusEngine(ours, encoder=lambda: encoder_folder)
    other = MilvusEngine(theirs, encoder=lambda: encoder_folder)

    assert mine.generation == other.generation
    for mode in Mode:
        assert "secret" not in found(
            search(mine, "calm zebra lunch", mode=mode, limit=50, visibilities=STAFF)
        )
        assert found(search(other, "calm zebra lunch", mode=mode)) == ["secret"]
    assert search(other, "").total == 1
    assert search(mine, "zebrra").corrected is None
    copied(tmp_path / "other", theirs, rebuild=True)
    assert mine.generation != other.generation or search(mine, "").total == search(mine, "").total
    assert search(mine, "", limit=50).total == sum(document.visibility == "public" for document in LIBRARY)
    mine.close()
    other.close()


def test_a_second_writer_of_the_same_trust_is_refused(root, address, encoder_folder):
    copied(root, address)
    held = MilvusEngine(
        address, model=open_small(root, encoder_folder)._model, encoder=lambda: encoder_folder
    )
    held.remove("calm-after-lunch")

    with pytest.raises(IndexBusy):
        copy_index(root, address, rebuild=False) if _changed(root, encoder_folder) else None

    held.close()
    assert copied(root, address).sent == 1


def _changed(root: Path, encoder: Path) -> bool:
    build(root, encoder, [make_document("one-more")])
    return True


def test_without_an_index_there_is_nothing_to_copy(tmp_path, address):
    with pytest.raises(IndexMissing, match="kb index"):
        copy_index(tmp_path / "nowhere", address)
    assert copy_index(tmp_path / "nowhere", "embedded") is None


def test_a_server_that_is_not_there_is_named_in_the_sentence(root, monkeypatch):
    monkeypatch.setattr("indexer.distributed_server.PATIENCE", 0.5)

    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:1 cannot be used.*Check that it runs"):
        copy_index(root, "milvus://127.0.0.1:1")


def test_other_processes_see_a_commit_with_their_next_question(root, address, encoder_folder):
    copied(root, address)
    command = [sys.executable, "-m", "tests.indexer.server_process", "ask", address, "2"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        before = json.loads(reader.stdout.readline())

        build(root, encoder_folder, [make_document("new", title="Zebra trip")], gone=["calm-after-lunch"])
        copied(root, address)
        reader.stdin.write("\n")
        reader.stdin.flush()
        after = json.loads(reader.stdout.readline())
        reader.stdin.write("\n")

    assert "calm-after-lunch" in before
    assert "new" not in before
    assert "calm-after-lunch" not in after
    assert reader.returncode == 0
