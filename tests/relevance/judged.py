# ruff: noqa: T201 - it is a command that prints tables
"""The project's own judged questions: read them, ask them, and say how good the answers are.

``python -m tests.relevance.judged`` prints the tables of docs/relevance.md.
"""

from __future__ import annotations

import contextlib
import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import knobs
from indexer.document import Filters, Mode, Query, Results
from indexer.serving import ServingEngine
from kb.actions.searching import synonyms_from
from kb.domain.article import Visibility
from kb.settings import settings_from
from kb.storage.content import load_synonyms

HERE = Path(__file__).parent
EVERYBODY = frozenset(str(each) for each in Visibility)
GOOD = 2  # a grade from which an article helps


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    id: str
    kind: str
    text: str
    filters: Mapping[str, frozenset[str]]
    source: str
    grades: Mapping[str, int]

    @property
    def off_topic(self) -> bool:
        return self.kind == "off-topic"

    @property
    def reported(self) -> bool:
        """True for the half that figures are reported on; the other half is for tuning."""
        return self.source == "own" and int(self.id.rpartition("-")[2]) % 2 == 0


def questions() -> list[Judged]:
    grades: dict[str, dict[str, int]] = {}
    for row in rows("judgements.tsv"):
        query, slug, grade = row.values()
        grades.setdefault(query, {})[slug] = int(grade)
    return [
        Judged(
            id=row["id"],
            kind=row["kind"],
            text=row["text"],
            filters=_filters(row["filters"] or ""),
            source=row["source"],
            grades=grades.get(row["id"], {}),
        )
        for row in rows("queries.tsv")
    ]


def rows(name: str) -> Iterable[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def _filters(text: str) -> dict[str, frozenset[str]]:
    pairs = [part.split("=") for part in text.split(";") if part]
    return {facet: frozenset(value for name, value in pairs if name == facet) for facet, _ in pairs}


def off_topic(half: str) -> list[str]:
    """What staff type that this collection holds nothing for: "tune" or "report"."""
    return [row["text"] for row in rows("off_topic.tsv") if row["half"] == half]


def nothing_close(engine: ServingEngine, texts: Iterable[str], step: Step | None = None) -> list[bool]:
    """For each question: whether it was answered that nothing is close."""
    filters, how = Filters(visibilities=EVERYBODY), step or SHIPPED
    queries = (Query(text=text, filters=filters, mode=how.mode, **how.switches) for text in texts)
    return [engine.search(query).nothing_close for query in queries]


def ask(engine: ServingEngine, judged: Judged, *, mode: Mode = Mode.BEST, **switches: bool) -> Results:
    filters = Filters(visibilities=EVERYBODY, facets=judged.filters)
    return engine.search(Query(text=judged.text, filters=filters, mode=mode, limit=10, **switches))


def shown(results: Results) -> list[str]:
    """What a reader sees in order: the listed ones, or, when nothing is close, nothing."""
    return [hit.document_id for hit in results.hits]


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    def gain(values: Iterable[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values))

    best = gain(sorted(grades.values(), reverse=True)[:depth])
    return gain(grades.get(slug, 0) for slug in ranking[:depth]) / best if best else 0.0


def good_in_first(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 3) -> bool:
    return any(grades.get(slug, 0) >= GOOD for slug in ranking[:depth])


def engine() -> ServingEngine:
    settings = settings_from()
    return ServingEngine(settings.index, synonyms_from(load_synonyms(settings.content)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One way to search: how it matches, what a question switches off, which knobs are turned."""

    mode: Mode = Mode.BEST
    switches: Mapping[str, bool] = field(default_factory=dict)
    turned: Mapping[str, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Turn the knobs, and turn them back."""
        before = {name: getattr(knobs, name) for name in self.turned}
        for name, value in self.turned.items():
            setattr(knobs, name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(knobs, name, value)


SHIPPED = Step()
_OPEN = {
    "CLOSENESS": {**knobs.CLOSENESS, "least": -1.0},
    "CLOSE_ONE_WORD": 0.0,
    "LISTED": {"best": 0.0, "meaning": 0.0},
}
STEPS: Mapping[str, Step] = {
    "as shipped": SHIPPED,
    "without spelling": Step(switches={"correct_spelling": False}),
    "without the company of words": Step(turned={"COMPANY_WEIGHT": 0.0, "COMPANY_FOR_ENGLISH": math.inf}),
    "without synonyms": Step(switches={"expand_synonyms": False}),
    "without the words of one passage": Step(turned={"TIGHT_SHARE": 0.0}),
    "without the title": Step(turned={"TITLE_BOOST": 0.0}),
    "one share of meaning for all questions": Step(turned={"MEANING_SHARE_ONE_WORD": knobs.MEANING_SHARE}),
    "without a cut-off": Step(turned=_OPEN),
    "exact words only": Step(mode=Mode.WORDS),
    "meaning only": Step(mode=Mode.MEANING),
}
"""What the tables compare."""

KINDS = ("short", "question", "misspelt", "acronym", "filter")


def half_of(judged: Judged) -> str:
    return "dev" if judged.source == "dev" else "report" if judged.reported else "tune"


def figures(searching: ServingEngine, judged: Sequence[Judged], step: Step) -> tuple[float, int, int]:
    """(mean nDCG@10, questions with a good article in the first three, questions told that nothing is close)."""
    with step.taken():
        rows = [(each, ask(searching, each, mode=step.mode, **step.switches)) for each in judged]
    scores = [ndcg(shown(results), each.grades) for each, results in rows]
    good = sum(good_in_first(shown(results), each.grades) for each, results in rows)
    return sum(scores) / len(scores), good, sum(results.nothing_close for _, results in rows)


def _print_steps(searching: ServingEngine, every: Sequence[Judged]) -> None:
    """Each step switched off: nDCG@10 of the halves and of each kind, and the off-topic questions turned away."""
    print(f"\n| what is searched | dev | report | {' | '.join(KINDS)} | off-topic turned away |")
    print("|---" * (len(KINDS) + 4) + "|")
    answered = [each for each in every if not each.off_topic]
    parts = [[each for each in answered if half_of(each) == half] for half in ("dev", "report")]
    parts += [[each for each in answered if each.kind == kind] for kind in KINDS]
    others = [*off_topic("tune"), *off_topic("report")]
    for name, step in STEPS.items():
        scores = [f"{figures(searching, part, step)[0]:.3f}" for part in parts]
        with step.taken():
            turned_away = nothing_close(searching, others, step)
        print(f"| {name} | {' | '.join(scores)} | {sum(turned_away)} of {len(others)} |")


def main() -> None:
    searching, every = engine(), questions()
    for half in ("dev", "report"):
        print(f"\n| kind ({half}) | questions | nDCG@10 | good in first 3 | told nothing is close |")
        print("|---|---|---|---|---|")
        kinds = dict.fromkeys(each.kind for each in every if half_of(each) == half)
        on_topic = [each for each in every if half_of(each) == half and not each.off_topic]
        for kind, judged in [(k, [e for e in every if half_of(e) == half and e.kind == k]) for k in kinds] + [
            ("all that have an answer", on_topic)
        ]:
            score, good, nothing = figures(searching, judged, SHIPPED)
            shown_score, shown_good = ("–", "–") if kind == "off-topic" else (f"{score:.3f}", str(good))
            print(f"| {kind} | {len(judged)} | {shown_score} | {shown_good} | {nothing} |")
    _print_steps(searching, every)
    searching.close()


if __name__ == "__main__":
    main()
