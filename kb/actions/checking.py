"""Is everything sound, and does it belong together? What an administrator asks after a crash or a move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer import generation
from indexer import manifest as manifests
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.errors import IndexerError
from kb.actions.validating import validate
from kb.domain.article import Visibility
from kb.domain.errors import KnowledgeBaseError
from kb.domain.search import Reader
from kb.storage import articles, journal, pictures
from kb.storage.database import Database, open_database

EVERYBODY = Reader(visibilities=frozenset(Visibility))


def check(content: Path, database: Path, index: Path) -> tuple[str, ...]:
    """Every problem as a sentence; nothing when all is sound."""
    found = [str(mistake) for mistake in validate(content)]
    try:
        db = open_database(database)
        found += [*_database_problems(db), *_picture_problems(db, database.parent)]
        known = {slug for slug, _ in articles.titles(db, EVERYBODY)}
    except KnowledgeBaseError as error:
        return (*found, str(error))
    return (*found, *_index_problems(index, known))


def _database_problems(db: Database) -> list[str]:
    with db.read() as connection:
        integrity = [row[0] for row in connection.execute("pragma integrity_check") if row[0] != "ok"]
        orphans = connection.execute("pragma foreign_key_check").fetchall()
    problems = [f"The database is damaged: {text}. Restore it from a backup." for text in integrity[:3]]
    if orphans:
        problems.append(f"The database holds {len(orphans)} rows that belong to nothing. Run ‘kb index’.")
    return [*problems, *journal.problems(db)]


def _picture_problems(db: Database, var: Path) -> list[str]:
    """Files that tidying should have deleted: no text knows them any more."""
    left = pictures.left_behind(db, var, before=datetime.now(UTC) - timedelta(days=2))
    if not left:
        return []
    said = "1 picture file belongs" if len(left) == 1 else f"{len(left)} picture files belong"
    return [f"{said} to no text, such as {left[0]}. The worker deletes them by night; is it running?"]


def _index_problems(index: Path, known: set[str]) -> list[str]:
    try:
        folder = generation.current(index)
    except IndexerError as error:
        return [str(error)]
    problems = [f"{folder.name}: {error}" for error in manifests.damage(folder)]
    if problems:
        return problems
    store = ChunkStore(folder / STORE)
    try:
        indexed = set(store.fingerprints())
    finally:
        store.close()
    missing, left = sorted(known - indexed), sorted(indexed - known)
    if missing:
        problems.append(
            f"{len(missing)} articles are not in the index, such as {missing[0]}. Run ‘kb index’."
        )
    if left:
        problems.append(
            f"The index holds {len(left)} articles that are gone, such as {left[0]}. Run ‘kb index’."
        )
    return problems
