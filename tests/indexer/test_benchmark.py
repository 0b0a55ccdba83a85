"""The benchmark: real texts, vectors that say where they come from, and a figure for everything. No limits on times."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from indexer.benchmark import Figures, NotStarted, Size, ask, gathered, measure, start_up
from indexer.benchmark_asking import PARTS, Spread, Timed
from indexer.benchmark_machine import processor
from indexer.benchmark_recall import share as found_share
from indexer.benchmark_texts import (
    SHARES,
    VISIBILITIES,
    Texts,
    TextsMissing,
    changed,
    documents,
    filters_by_name,
    read_texts,
)
from indexer.benchmark_vectors import derived, nearest_cosines
from indexer.chunker import Window
from indexer.model import Model
from indexer.pipeline import Indexer
from kb.cli import cli
from tests.samples import CONTENT, ROOT, SHARED, write_text

NOWHERE = Path("/nowhere")
PASSAGES, EMBEDDED = 30, 8
EVERY_WORD = Window(count=lambda text: len(text.split()), size=100)


@contextmanager
def quietly(label: str) -> Iterator:
    yield lambda done, total: None


@pytest.fixture(scope="module")
def articles() -> Texts:
    return read_texts(NOWHERE, CONTENT / "articles")


@pytest.fixture(scope="module")
def measured(
    articles: Texts, model: Model, real_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Figures, Path]:
    """One tiny run with the real model, and the folder it left."""
    root = tmp_path_factory.mktemp("bench")
    (root / "encoders").symlink_to(real_root / "encoders")
    indexer = Indexer(root, model=model)
    figures = measure(
        articles,
        root=root,
        model=model,
        builder=indexer,
        size=Size(passages=PASSAGES),
        stage=quietly,
        most_embedded=EMBEDDED,
    )
    indexer.engine.close()
    return figures, root


def test_everything_is_measured(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    times = [getattr(figures, f"{name}_seconds") for name in ("prepare", "index", "publish", "findable")]
    start = figures.start
    assert all(time > 0 for time in times)
    assert figures.embed_per_second > 0
    assert figures.index_mb > 0
    assert start.seconds > start.import_seconds + start.open_seconds + start.first_answer_seconds > 0
    assert start.most_resident_mb >= start.resident_mb > 20
    assert tuple(figures.parts_ms) == PARTS
    assert figures.query_ms.keys() == filters_by_name().keys() == figures.shares.keys()
    for name, spread in (*figures.parts_ms.items(), *figures.query_ms.items()):
        assert 0 <= spread.p50 <= spread.p95 <= spread.p99
        assert (
            spread.p50 > 0 or name == "words"
        )  # a small index is scored whole: nothing is searched by words


def test_a_whole_query_takes_longer_than_its_parts_with_least_time(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    assert figures.query_ms["no filter"].p50 > figures.parts_ms["words"].p50


def test_it_says_how_many_vectors_are_real_and_that_the_build_embeds_none(
    measured: tuple[Figures, Path],
) -> None:
    figures, _ = measured

    assert figures.passages >= PASSAGES
    assert (figures.embedded, figures.index_embedded) == (EMBEDDED, 0)
    assert figures.derived == figures.passages - EMBEDDED
    assert figures.publish_embedded >= 1


def test_a_start_never_loads_torch(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    assert figures.start.torch is False


def test_the_figures_are_plain_data(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    plain = json.loads(json.dumps(figures.as_json()))

    assert plain["query_ms"]["no filter"].keys() == {"p50", "p95", "p99"}
    assert plain["start"]["resident_mb"] == round(figures.start.resident_mb, 3)
    assert plain["machine"].keys() == {"processor", "cores", "load", "system", "python"}
    assert plain["passages"] == figures.passages


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx2 avx512_vnni\n",
            "AMD EPYC with avx512_vnni",
        ),
        ("processor\t: 0\nmodel name\t: Intel Xeon E5\nflags\t\t: fpu avx2\n", "Intel Xeon E5"),
        ("processor\t: 0\nFeatures\t: fp asimd asimddp\n", f"{platform.machine()} with asimddp"),
        ("", platform.machine()),
    ],
)
def test_a_machine_is_named_with_what_it_multiplies_small_integers_with(told: str, name: str) -> None:
    assert processor(told) == name


def test_an_index_that_a_fresh_process_cannot_open_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        NotStarted, match=r"A fresh process could not search the index that was built: .*index"
    ):
        start_up(tmp_path, "calm")
    with pytest.raises(
        NotStarted, match=r"A fresh process could not search the index that was built: .*index"
    ):
        ask(tmp_path, ["calm"], quietly)


def test_texts_come_from_shared_data_or_from_its_data_folder() -> None:
    texts = read_texts(SHARED, NOWHERE)

    assert read_texts(SHARED / "data", NOWHERE) == texts
    assert len(texts.sources) > 20_000
    assert "shared data" in texts.origin
    assert "brush painting techneeques" in texts.questions
    assert any("\n## Key learning points\n" in body for _, body in texts.sources)


def test_without_shared_data_the_articles_are_taken_and_it_is_said(articles: Texts) -> None:
    titles = [title for title, _ in articles.sources]

    assert "A de-escalation card for your lanyard: what to say and how to stand" in titles
    assert not any("key_stages:" in body for _, body in articles.sources)
    assert "shared data was not found" in articles.origin
    assert set(articles.questions) <= set(titles)


def test_a_page_without_front_matter_has_its_name_as_title(tmp_path: Path) -> None:
    write_text(tmp_path / "calm-starts.md", "We breathe together.")
    write_text(tmp_path / "empty.md", "---\ntitle: Empty\n---\n")

    assert read_texts(NOWHERE, tmp_path).sources == (("calm starts", "We breathe together."),)


def test_without_any_texts_it_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(TextsMissing, match="Set KB_SHARED or KB_CONTENT"):
        read_texts(NOWHERE, tmp_path)


def test_the_documents_are_the_same_every_time(articles: Texts) -> None:
    first, again = (list(islice(documents(articles), 100)) for _ in range(2))

    assert first == again
    assert first != list(islice(documents(articles, seed=1), 100))


def test_a_text_that_comes_again_is_changed(articles: Texts) -> None:
    number = len(articles.sources)
    taken = list(islice(documents(articles), 3 * number))

    assert {(item.title, item.body) for item in taken[:number]} == set(articles.sources)
    assert len({item.id for item in taken}) == len({item.body for item in taken}) == 3 * number


def test_one_word_in_eight_is_changed_and_no_line() -> None:
    text = "## What we did\n\n" + "calm start after lunch\n" * 500
    chance = np.random.default_rng(1)

    after = changed(text, ["other"], chance)

    assert 0.04 < after.split().count("other") / len(text.split()) < 0.2
    assert after.count("\n") == text.count("\n")
    assert after.startswith("## ")


def test_each_filter_lets_its_share_through() -> None:
    texts = Texts(sources=(("Calm", "We breathe."),), questions=("calm",), origin="here")
    taken = list(islice(documents(texts), 8000))

    for term, share in SHARES.items():
        carrying = sum(term in document.facets["share"] for document in taken) / len(taken)
        assert share / 2 < carrying < share * 1.5
    for name, share in VISIBILITIES.items():
        seen = sum(document.visibility == name for document in taken) / len(taken)
        assert seen == pytest.approx(share, abs=0.03)


def test_documents_are_gathered_until_there_are_enough_passages(articles: Texts) -> None:
    few, many = (gathered(articles, Size(passages=number), EVERY_WORD, quietly) for number in (30, 3000))

    assert 30 <= few.passages < 200
    assert (few.repeated, many.repeated > 0) == (0, True)
    assert many.passages >= 3000
    assert len(many.documents) - many.repeated == len(articles.sources)


def test_documents_are_gathered_until_there_are_enough_of_them(articles: Texts) -> None:
    told: list[tuple[int, int]] = []

    @contextmanager
    def noted(label: str) -> Iterator:
        yield lambda done, total: told.append((done, total))

    corpus = gathered(articles, Size(documents=7), EVERY_WORD, noted)

    assert len(corpus.documents) == 7
    assert told[-1] == (7, 7)


def test_an_exact_index_misses_nothing_whatever_the_filter(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    assert set(figures.recall.values()) == {1.0}
    assert {"no filter", "public only", "filter of 50 %"} <= figures.recall.keys()


def test_what_a_vector_index_misses_is_counted_and_equals_are_not() -> None:
    cosines = np.linspace(0, 1, 100, dtype=np.float32)
    allowed = np.ones(100, dtype=bool)
    allowed[99] = False
    nearest = np.arange(89, 99)

    assert found_share(cosines, allowed, nearest) == 1
    assert found_share(cosines, allowed, np.arange(80, 90)) == pytest.approx(0.1)
    assert found_share(cosines, allowed, np.array([99])) == 0
    assert found_share(cosines, allowed, nearest[:5]) == pytest.approx(0.5)
    assert found_share(np.zeros(100, dtype=np.float32), allowed, np.arange(10)) == 1


def test_a_change_is_found_by_an_engine_that_serves_meanwhile(measured: tuple[Figures, Path]) -> None:
    figures, _ = measured

    assert figures.findable_seconds >= figures.publish_seconds > 0
    assert figures.index_memory_mb >= 0


def test_derived_vectors_lie_among_the_real_ones_and_no_two_are_alike() -> None:
    chance = np.random.default_rng(1)
    middle = chance.standard_normal(64)
    real = (middle + chance.standard_normal((50, 64))).astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)

    vectors = derived(real, 2000, chance)

    assert (vectors.shape, vectors.dtype) == ((2000, 64), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(np.unique(vectors, axis=0)) == 2000
    nearest = nearest_cosines(real, chance)
    cosines = (vectors @ real.T).max(axis=1)
    assert cosines.min() >= nearest.min() - 1e-3
    assert float(np.median(cosines)) < float(np.median(nearest)) + 0.1


def test_one_real_vector_is_enough_to_derive_from() -> None:
    real = np.eye(1, 8, dtype=np.float32)

    vectors = derived(real, 20, np.random.default_rng(1))

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_spread_is_told_in_milliseconds() -> None:
    spread = Spread.of([0.001] * 50 + [0.002] * 50)

    assert (spread.p50, spread.p95, spread.p99) == pytest.approx((1.5, 2, 2))


def test_time_is_added_up_and_answers_pass_unchanged() -> None:
    timed = Timed("calm", "upper", "replace")

    assert timed.lower() == "calm"
    assert timed.seconds == 0
    assert timed.upper() == "CALM"
    first = timed.seconds
    assert timed.replace("c", "p") == "palm"
    assert timed.seconds > first > 0
    with pytest.raises(TypeError):
        timed.replace()


def test_a_start_prints_what_it_took(measured: tuple[Figures, Path]) -> None:
    _, root = measured
    command = [sys.executable, "-m", "indexer.benchmark_startup", str(root), "calm", "public"]

    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout).keys() >= {"import_seconds", "open_seconds", "resident_mb"}


@pytest.mark.slow
def test_the_command_prints_the_figures_and_what_is_not_real(tmp_path: Path) -> None:
    environment = {"KB_SHARED": str(tmp_path), "KB_CONTENT": str(CONTENT), "TMPDIR": str(tmp_path)}

    result = CliRunner().invoke(cli, ["bench", "--passages", "3"], env=environment)

    assert result.exit_code == 0, result.output
    assert "derived from those" in result.stdout
    assert "recall     of the ten nearest passages" in result.stdout
    assert "shared data was not found" in result.stdout
    lines = [line for line in result.stdout.splitlines() if line.startswith("query, ")]
    assert len(lines) == len(filters_by_name())
    assert all(float(number) > 0 for line in lines for number in line[24:51].split())


def test_the_command_refuses_a_size_it_cannot_make() -> None:
    assert CliRunner().invoke(cli, ["bench", "--passages", "400001"]).exit_code == 2


def test_the_command_says_when_there_is_nothing_to_measure_with(tmp_path: Path) -> None:
    environment = {"KB_SHARED": str(tmp_path / "none"), "KB_CONTENT": str(tmp_path)}

    result = CliRunner().invoke(cli, ["bench"], env=environment)

    assert result.exit_code == 1
    assert "Error: There are no texts to measure with" in result.stderr
