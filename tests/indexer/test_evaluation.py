"""How well an index answers judged questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.document import Mode
from indexer.evaluation import SetUnusable, ask_all, evaluate, measured, read_set, write_run
from indexer.reranking import Reranker
from indexer.synonyms import Synonym
from tests.indexer.library import LIBRARY
from tests.indexer.shelves import build, open_small

CORPUS = [
    {"_id": "calm", "title": "Calm after lunch", "text": "We breathe together at the door."},
    {"_id": "read", "title": "Reading together", "text": "Phonics every morning in small groups."},
    {"_id": "call", "title": "", "text": "A letter home on the first day of absence."},
]
QUERIES = [
    {"_id": "1", "text": "breathing after lunch"},
    {"_id": "2", "text": "phonics"},
    {"_id": "9", "text": "none"},
]
QRELS = "query-id\tcorpus-id\tscore\n1\tcalm\t2\n1\tread\t0\n2\tread\t1\n7\tcalm\t1\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        text = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(f"{text}\n\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_a_set_holds_its_judged_questions_and_documents(folder):
    judged = read_set(folder)

    assert judged.queries == {"1": "breathing after lunch", "2": "phonics"}
    assert judged.judgements == {"1": {"calm": 2, "read": 0}, "2": {"read": 1}}  # nobody can ask question 7
    assert [(item.id, item.title, item.body[:8]) for item in judged.documents()] == [
        ("calm", "Calm after lunch", "We breat"),
        ("read", "Reading together", "Phonics "),
        ("call", "", "A letter"),
    ]


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_folder_that_is_no_set_says_what_is_missing(folder, name):
    (folder / name).unlink()

    with pytest.raises(SetUnusable, match=f"holds no {name}"):
        read_set(folder)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n1\tcalm\tgood\n"),
        ("qrels.tsv", "query\tdocument\n1\tcalm\n"),
        ("queries.jsonl", "{"),
        ("queries.jsonl", '{"id": 1}'),
    ],
)
def test_a_set_that_cannot_be_read_says_so(folder, name, text):
    (folder / name).write_text(text)

    with pytest.raises(SetUnusable, match=r"cannot be read: .*docs/commands\.md"):
        read_set(folder)


def test_figures_are_those_of_the_ranking(folder):
    judged = read_set(folder)
    run = {"1": [("read", 0.9), ("calm", 0.5)], "2": [("read", 0.8)]}

    figures = measured(judged, run, [1.0, 3.0], mode=Mode.BEST, index_seconds=2.04, documents=3)

    assert figures.mrr_10 == pytest.approx((1 / 2 + 1) / 2)
    assert figures.r_10 == figures.r_100 == 1
    assert figures.as_json() == {
        "ndcg@10": pytest.approx(0.8155, abs=1e-4),
        "mrr@10": 0.75,
        "r@10": 1.0,
        "r@100": 1.0,
        "p50_ms": 2.0,
        "p95_ms": 2.9,
        "index_seconds": 2.0,
        "documents": 3,
        "queries": 2,
        "mode": "best",
    }


def test_every_question_is_asked_and_timed(tmp_path, encoder_folder):
    build(tmp_path / "index", encoder_folder, LIBRARY)
    engine = open_small(tmp_path / "index", encoder_folder)

    run, times = ask_all(engine, {"1": "calm lunch", "2": "", "3": "younger pupils"}, Mode.WORDS)

    assert run["1"][0][0] == "calm-after-lunch"
    assert run["2"] == []
    assert [score for _, score in run["3"]] == sorted((score for _, score in run["3"]), reverse=True)
    assert len(times) == 3
    engine.close()


class Preferring(Reranker):
    """Is sure that one title answers, and of nothing else."""

    def __init__(self, title: str) -> None:
        self.title = title

    def scores(self, question, texts):
        return [20.0 if self.title in text else -20.0 for text in texts]


def test_a_second_reading_is_measured_too_and_loses_no_document(tmp_path, encoder_folder):
    build(tmp_path / "index", encoder_folder, LIBRARY)
    engine = open_small(tmp_path / "index", encoder_folder)
    queries = {"1": "calm pupils in class"}
    (plain,) = ask_all(engine, queries, Mode.BEST)[0].values()
    before = [document for document, _ in plain]
    third = next(document for document in LIBRARY if document.id == before[2])

    (read,) = ask_all(engine, queries, Mode.BEST, Preferring(third.title))[0].values()

    after = [document for document, _ in read]
    assert after.index(third.id) < before.index(third.id)
    assert sorted(after) == sorted(before)
    assert [score for _, score in read] == sorted((score for _, score in read), reverse=True)
    engine.close()


def test_questions_to_tune_on_are_read_from_files_of_their_own(folder):
    (folder / "queries.jsonl").rename(folder / "queries_train.jsonl")
    (folder / "qrels.tsv").rename(folder / "qrels_train.tsv")

    assert read_set(folder, part="_train").queries == {"1": "breathing after lunch", "2": "phonics"}
    with pytest.raises(SetUnusable, match=r"holds no queries\.jsonl"):
        read_set(folder)


def test_a_set_is_indexed_once_and_asked_and_measured_in_every_mode(folder, tmp_path, real_root, model):
    root = tmp_path / "index"
    root.mkdir()
    (root / "encoders").symlink_to(real_root / "encoders")
    seen: list[tuple[int, int]] = []

    done = evaluate(
        read_set(folder),
        model=model,
        modes=tuple(Mode),
        synonyms=[Synonym(typed=("PPA",), expands_to=("planning time",), kind="eq")],
        root=root,
        progress=lambda done, of: seen.append((done, of)),
    )

    assert [(figures.mode, figures.documents, figures.queries) for figures in done] == [
        ("best", 3, 2),
        ("words", 3, 2),
        ("meaning", 3, 2),
    ]
    assert all(figures.ndcg_10 == figures.r_100 == 1 for figures in done)
    assert all(figures.p95_ms >= figures.p50_ms > 0 for figures in done)
    assert seen == [(3, 3)]


def test_a_run_file_has_trecs_form(tmp_path):
    write_run({"1": [("calm", 0.91), ("read", 0.5)]}, tmp_path / "run.txt", tag="best")

    assert (tmp_path / "run.txt").read_text() == "1 Q0 calm 1 0.910000 best\n1 Q0 read 2 0.500000 best\n"
