"""Everything for somebody else's program: the published files as they are, and lists that a table program opens."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kb.domain.article import Article
from kb.domain.errors import BadRequest, Unavailable

COLUMNS = (
    "slug",
    "type",
    "title",
    "summary",
    "school",
    "authors",
    "visibility",
    "key_stages",
    "provisions",
    "needs",
    "themes",
    "subjects",
    "roles",
    "published",
    "reviewed",
    "review_by",
    "owner",
)
_BESIDE = ("pictures", "vocabulary", "schools.yaml", "figures.yaml", "references.yaml", "synonyms.csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(
    target: Path,
    *,
    content: Path,
    articles: Iterable[tuple[Article, str]],
    journal: Iterable[Mapping[str, object]],
    texts: Mapping[str, Mapping[str, str]],
) -> int:
    """Write an export into a folder that is empty or not there yet; how many articles there are in it.

    articles  with the text of their files
    journal   the lines of who did what, as plain data
    texts     folder → name → what else is Markdown

    Raises BadRequest for a folder that is not empty, Unavailable when the disk refuses.
    """
    if target.exists() and any(target.iterdir()):
        raise BadRequest(f"{target} is not empty; name an empty folder, so that nothing is written over.")
    try:
        (target / "articles").mkdir(parents=True)
        listed = list(_placed(target, articles))
        _table(target / "articles.csv", listed)
        _lines(target / "journal.jsonl", journal)
        for folder, named in texts.items():
            _texts(target / folder, named)
        for name in _BESIDE:
            _copy(content / name, target / name)
    except OSError as error:
        raise Unavailable(
            f"The export could not be written ({error.strerror or error}); check the disk."
        ) from error
    return len(listed)


def _placed(target: Path, articles: Iterable[tuple[Article, str]]) -> Iterator[Article]:
    for article, text in articles:
        (target / "articles" / f"{article.slug}.md").write_text(text, encoding="utf-8", newline="")
        yield article


def _texts(folder: Path, named: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in named.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="")


def _table(path: Path, articles: Iterable[Article]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark makes table programs read UTF-8
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows([_cell(getattr(article, name)) for name in COLUMNS] for article in articles)


def _cell(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text  # or a table program would run it


def _lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row, ensure_ascii=False, default=str)}\n" for row in rows)
    os.chmod(path, 0o600)  # noqa: PTH101 - who did what is for its owner alone


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"))
    elif source.is_file():
        shutil.copyfile(source, target)
