"""Judged questions over pages that others wrote and ``kb import`` took in: a Department for Education course.

The pages lie in ../shared/data/dfe-support-ect and are not part of the project. Those of one course are taken: what
a new teacher reads in the first year, and what the mentor talks about with them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from indexer.document import Mode
from indexer.serving import ServingEngine
from kb.actions import indexing
from kb.actions.searching import synonyms_from
from kb.settings import Settings
from kb.storage.content import load_synonyms
from kb.storage.database import open_database
from tests.imports import run
from tests.relevance.judged import Judged, ask, ndcg, rows, shown
from tests.samples import ROOT, shared

COURSE = "teach-first"
PAGES = ("year-1-*/*-ect-theory.md", "year-1-*/*-mentor-materials.md")


def questions() -> list[Judged]:
    """The questions, their answers named by the path of the page."""
    grades: dict[str, dict[str, int]] = {}
    for row in rows("dfe_judgements.tsv"):
        grades.setdefault(row["query"], {})[row["page"]] = int(row["grade"])
    return [
        Judged(
            id=row["id"],
            kind=row["kind"],
            text=row["text"],
            filters={},
            source="dfe",
            grades=grades[row["id"]],
        )
        for row in rows("dfe_queries.tsv")
    ]


def pages() -> list[Path]:
    """The pages of the course, each judged for every question."""
    course = shared(f"data/dfe-support-ect/md/{COURSE}")
    return sorted(path for pattern in PAGES for path in course.glob(pattern))


def indexed(settings: Settings, work: Path) -> dict[str, str]:
    """Import the pages into an empty library and index them. Return slug → path of the page."""
    for name in ("vocabulary", "schools.yaml", "figures.yaml", "references.yaml", "synonyms.csv"):
        source = ROOT / "content" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, settings.content / name)
    tree = work / "pages"
    course = shared(f"data/dfe-support-ect/md/{COURSE}")
    for page in pages():
        target = tree / COURSE / page.relative_to(course)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, target)
    report = run(settings.content, tree)
    database = open_database(settings.database)
    try:
        indexing.bring_up_to_date(settings.content, database, settings.index, model=settings.model)
    finally:
        database.close()
    return {entry.slug: entry.path.removesuffix(".md") for entry in report.entries}


def engine(settings: Settings) -> ServingEngine:
    return ServingEngine(settings.index, synonyms_from(load_synonyms(settings.content)))


def score(searching: ServingEngine, paths: dict[str, str], judged: Judged, mode: Mode = Mode.BEST) -> float:
    """nDCG@10 of one question."""
    return ndcg([paths[slug] for slug in shown(ask(searching, judged, mode=mode))], judged.grades)
