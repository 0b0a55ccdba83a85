"""A small live part beside the large one: together they answer like one index, and no crash or damage tears them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import crash, generation, knobs
from indexer.document import Document, Filters, Mode, Results
from indexer.embedded import EmbeddedEngine
from indexer.encoder import OnnxEncoder
from indexer.serving import ServingEngine
from tests.indexer.engine_contract import EngineContract
from tests.indexer.library import LIBRARY
from tests.indexer.processes import ROOT, run
from tests.indexer.shelves import EVERYBODY, STAFF, build, found, make_document, open_small, search, stage

POINTS = sorted(
    {
        point
        for path in (ROOT / "indexer").glob("*.py")
        if path.name not in ("withdrawn.py", "merging.py") and not path.name.startswith("distributed")
        for point in re.findall(r'crash_point\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    - {"parts-merged"}  # met only when everything is built anew
)


@pytest.fixture(scope="module", autouse=True)
def every_change_is_live() -> Iterator[None]:
    """Let even a small index have a live part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knobs, "LIVE_FROM", 0)
        yield


class TestEngineOfTwoParts(EngineContract):
    """Two parts keep the contract of one index."""

    @pytest.fixture(scope="class")
    @classmethod
    def engine_with(
        cls, tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path, small_encoder: OnnxEncoder
    ) -> Iterator[Callable[[Iterable[Document]], EmbeddedEngine]]:
        folder, opened, numbers = tmp_path_factory.mktemp("parts"), [], count()

        def make(documents: Iterable[Document]) -> EmbeddedEngine:
            engine = open_small(folder / str(next(numbers)), encoder_folder)
            opened.append(engine)
            wanted = list(documents)
            other = make_document(
                "other", title="Zebra crossing", summary="", body="A zebra at the crossing."
            )
            stage(engine, [other, *wanted[::2]], small_encoder)
            engine.commit()
            engine.remove("other")
            stage(engine, wanted[1::2], small_encoder)
            engine.commit()
            assert (generation.current(engine.root) / "live").is_dir()
            return engine

        yield make
        for engine in opened:
            engine.close()


@pytest.fixture(scope="module")
def two_parts(tmp_path_factory, encoder_folder):
    root = tmp_path_factory.mktemp("two") / "index"
    build(root, encoder_folder, [make_document("old"), make_document("gone")])
    build(root, encoder_folder, [make_document("new")], gone=["gone"])
    return root


@pytest.fixture
def root(two_parts, tmp_path):
    return shutil.copytree(two_parts, tmp_path / "index", symlinks=True)


def _served(root: Path) -> list[str]:
    engine = ServingEngine(root)
    try:
        assert engine.state().problems == ()
        return sorted(found(search(engine, "calm lunch")))
    finally:
        engine.close()


def _said(results: Results) -> tuple[Any, ...]:
    """Everything that an answer says of what it lists."""
    hits = [
        (
            hit.document_id,
            round(hit.score, 3),
            hit.passage,
            hit.heading,
            hit.reasons.words,
            hit.reasons.boosts,
        )
        for hit in results.hits
    ]
    return hits, results.total, dict(results.facets), results.corrected, results.nothing_close


NAMES = tuple(document.id for document in LIBRARY[:8])
QUESTIONS = (
    "",
    "calm lunch",
    "reading",
    "pupils",
    "breathng at the door",
    '"younger pupils"',
    "pupils -reading",
)
changes = st.lists(
    st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(("put", "other text", "take")), min_size=1, max_size=4
    ),
    min_size=1,
    max_size=5,
)


def _applied(
    engine: EmbeddedEngine, change: Mapping[str, str], held: dict[str, Document], encoder: OnnxEncoder
) -> None:
    own = {document.id: document for document in LIBRARY}
    for name, what in change.items():
        if what == "take":
            held.pop(name, None)
            engine.remove(name)
            continue
        document = own[name] if what == "put" else make_document(name, title=f"Reading {name}")
        held[name] = document
        stage(engine, [document], encoder)
    engine.commit()


@given(steps=changes, most=st.sampled_from((0, 2, 100)), whole=st.sampled_from((0, 30_000)))
@settings(deadline=None, max_examples=12)
def test_any_changes_answer_like_an_index_built_at_once(steps, most, whole, encoder_folder, small_encoder):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(knobs, "LIVE_MOST", most)
        patch.setattr(knobs, "SCORED_WHOLE", whole)
        held = {document.id: document for document in LIBRARY[4:]}
        grown, fresh = (open_small(Path(folder) / name, encoder_folder) for name in ("grown", "fresh"))
        stage(grown, held.values(), small_encoder)
        grown.commit()

        for change in steps:
            _applied(grown, change, held, small_encoder)
        stage(fresh, held.values(), small_encoder)
        fresh.commit()

        assert dict(grown.fingerprints()) == dict(fresh.fingerprints())
        assert grown.manifest.documents == fresh.manifest.documents
        assert grown.manifest.passages == fresh.manifest.passages
        for text in QUESTIONS:
            for mode in Mode:
                for visibilities in (EVERYBODY, STAFF):
                    options: dict[str, Any] = {"mode": mode, "visibilities": visibilities, "limit": 100}
                    assert _said(search(grown, text, **options)) == _said(search(fresh, text, **options))
        for name in held:
            near = [
                dict(engine.similar_to(name, filters=Filters(visibilities=STAFF), limit=50))
                for engine in (grown, fresh)
            ]
            assert near[0] == pytest.approx(near[1], abs=1e-3)
        grown.close()
        fresh.close()


def test_publishing_one_document_shares_all_large_files(two_parts):
    first, second = generation.generations(two_parts)[::-1]

    for name in ("chunks.sqlite", "vectors.faiss", "document-words/places.npy", "encoder/encoder.onnx"):
        assert (first / name).samefile(second / name)
    own = [path for path in (second / "live").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in own) < 200_000


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_old_or_the_new_parts_serve_and_the_next_run_mends(root, encoder_folder, point):
    status, _, errors = run("build-live", root, encoder_folder, "newest", **{crash.VARIABLE: point})

    assert status == -9, errors
    assert _served(root) == (["new", "newest", "old"] if point == "generation-swapped" else ["new", "old"])
    build(root, encoder_folder, [make_document("newest")])
    assert _served(root) == ["new", "newest", "old"]
    assert list(root.glob(".tmp-*")) == []


def test_killed_while_the_parts_are_merged_nothing_is_lost(root, encoder_folder, monkeypatch):
    status, _, errors = run("merge", root, encoder_folder, "newest", **{crash.VARIABLE: "parts-merged"})

    assert status == -9, errors
    assert _served(root) == ["new", "old"]
    monkeypatch.setattr(knobs, "LIVE_MOST", 0)
    merged = build(root, encoder_folder, [make_document("newest")])
    assert not (merged / "live").exists()
    assert _served(root) == ["new", "newest", "old"]


@pytest.mark.parametrize(
    "name",
    [
        "live/chunks.sqlite",
        "live/vectors.faiss",
        "live/gone.json",
        "live/spelling.tsv",
        "live/title-words/terms.txt",
    ],
)
def test_a_harmed_live_part_is_named_and_the_generation_before_serves(root, name):
    path = generation.current(root) / name
    path.write_bytes(path.read_bytes() + b"harm")

    engine = ServingEngine(root)

    assert sorted(found(search(engine, "calm lunch"))) == ["gone", "old"]
    assert engine.state().generation == "gen-000001"
    assert f"gen-000002: The search index file {name} is not what was written" in engine.state().problems[0]
    engine.close()


def test_a_generation_with_another_large_part_is_kept_for_the_worst_case(root, encoder_folder, monkeypatch):
    monkeypatch.setattr(knobs, "LIVE_MOST", 0)
    build(root, encoder_folder, [make_document("whole")])
    monkeypatch.setattr(knobs, "LIVE_MOST", 100)
    for number in range(4):
        build(root, encoder_folder, [make_document(f"d{number}")])
    kept = [folder.name for folder in generation.generations(root)]

    with (root / "current" / "vectors.faiss").open("r+b") as file:
        file.write(b"harm")

    engine = ServingEngine(root)
    assert kept == ["gen-000007", "gen-000006", "gen-000005", "gen-000002"]
    assert engine.state().generation == "gen-000002"
    assert engine.state().meaning
    engine.close()


def test_what_is_served_takes_over_the_large_part_that_is_open(root, encoder_folder):
    engine = ServingEngine(root)
    search(engine, "calm")
    engine.close()
    before = engine._serving().opened

    build(root, encoder_folder, [make_document("newest")])
    engine.renew()

    after = engine._serving().opened
    assert after is not before
    assert after.large.listing is before.large.listing
    assert after.large.vectors is before.large.vectors
    assert after.encoder is before.encoder
    assert sorted(found(search(engine, "calm lunch"))) == ["new", "newest", "old"]


def test_after_a_removal_alone_meaning_is_still_searched(root, encoder_folder):
    build(root, encoder_folder, [], gone=["new"])

    engine = open_small(root, encoder_folder)

    assert found(search(engine, "soothe midday", mode=Mode.MEANING)) == ["old"]
    assert not search(engine, "soothe midday").meaning_missing
    engine.close()


def test_without_hard_links_the_files_are_copied(root, encoder_folder, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)

    build(root, encoder_folder, [make_document("newest")])

    assert _served(root) == ["new", "newest", "old"]


def test_the_parts_agree_on_how_telling_a_word_is(root, encoder_folder):
    engine = open_small(root, encoder_folder)
    whole = open_small(root.parent / "whole", encoder_folder)
    stage(whole, [make_document("old"), make_document("new")], OnnxEncoder(encoder_folder, window=64))
    whole.commit()
    opened, plain = engine._serving().opened, whole._serving().opened

    for words in ("lexicon", "passage_words", "title_words"):
        ours, theirs = getattr(opened, words), getattr(plain, words)
        assert [ours.rarity(term) for term in ("calm", "lunch", "zebra")] == pytest.approx(
            [theirs.rarity(term) for term in ("calm", "lunch", "zebra")]
        )
        assert ("calm" in ours, "zebra" in ours) == (True, False)
    both = opened.lexicon.scores(["calm"], np.array([2, 0]), k1=1.2, b=0.75)
    assert both == pytest.approx(plain.lexicon.scores(["calm"], np.array([0, 1]), k1=1.2, b=0.75))
    told = opened.lexicon.strengths({"calm": 1.0}, k1=1.2, b=0.75)
    assert told[[2, 0]] == pytest.approx(plain.lexicon.strengths({"calm": 1.0}, k1=1.2, b=0.75)[[0, 1]])
    both = opened.lexicon.held_weight({"calm": 0.5, "lunch": 0.25}, np.array([2, 0]))
    assert both.tolist() == plain.lexicon.held_weight({"calm": 0.5, "lunch": 0.25}, np.array([0, 1])).tolist()
    engine.close()
    whole.close()


def test_a_thread_that_asks_for_the_first_time_reads_what_older_folders_shared(tmp_path, encoder_folder):
    root = tmp_path / "index"
    build(root, encoder_folder, LIBRARY)
    serving = ServingEngine(root)
    search(serving, "calm")

    for number in range(
        generation.KEPT + 2
    ):  # the folder where the large part was first opened is swept away
        build(root, encoder_folder, [make_document("new", body=f"The hall, time {number}.")])
        serving.renew()

    with ThreadPoolExecutor(1) as another:
        assert found(another.submit(search, serving, "calm").result())
    serving.close()
