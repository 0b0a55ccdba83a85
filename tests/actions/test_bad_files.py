"""More than a hundred files that nobody should take: each refused with a clear sentence, and nothing left of it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.actions import bringing, picturing
from kb.domain.errors import KnowledgeBaseError
from kb.domain.picture import Answers
from kb.storage import pictures, texts
from kb.storage.database import Database
from tests.bad_files import BadFile, bad_markdown, bad_pictures, bad_word_files
from tests.texts import ANNA, make_text

pytestmark = pytest.mark.slow

LONGEST_SECONDS = 5.0
MOST_GROWTH = 50_000  # kB


def unrefused(files: Iterable[BadFile], take: Callable[[bytes], object]) -> list[str]:
    """What is wrong with how the files are refused."""

    def wrong(file: BadFile) -> str:
        began = time.process_time()
        try:
            take(file.raw)
        except KnowledgeBaseError as error:
            sentence = str(error)
            slow = time.process_time() - began > LONGEST_SECONDS
            clear = sentence.endswith(".") and "Traceback" not in sentence and len(sentence) < 300
            return f"{file.name}: slow" if slow else ("" if clear else f"{file.name}: {sentence}")
        return f"{file.name}: was taken"

    with ThreadPoolExecutor(2) as pool:
        return [each for each in pool.map(wrong, files) if each]


def test_the_collection_is_as_large_as_it_claims() -> None:
    assert len({*bad_pictures(), *bad_word_files(), *bad_markdown()}) >= 120


def test_every_bad_picture_is_refused_and_leaves_nothing_behind(db: Database, tmp_path: Path) -> None:
    text = texts.find(db, make_text(db))
    assert text is not None
    answers = Answers(alt="Three chairs in a corner", recognisable="no")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    wrong = unrefused(
        bad_pictures(), lambda raw: picturing.add(db, tmp_path, ANNA, text, raw, answers, virus_check="none")
    )

    assert wrong == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
    assert pictures.of_text(db, text.id) == ()
    assert list(tmp_path.rglob("pictures/*")) == []


def test_every_bad_word_file_is_refused_and_leaves_nothing_behind(db: Database, tmp_path: Path) -> None:
    text = texts.find(db, make_text(db))
    assert text is not None
    files = bad_word_files()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    wrong = unrefused(
        files, lambda raw: bringing.from_word(db, tmp_path, ANNA, text, raw, virus_check="none")
    )

    assert wrong == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
    assert list(tmp_path.rglob("pictures/*")) == []


def test_every_bad_text_file_is_refused() -> None:
    assert unrefused(bad_markdown(), lambda raw: bringing.from_markdown(raw, virus_check="none")) == []
