"""A small knowledge base with people, a press and somebody who settles what it printed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kb.actions import publishing, searching, withdrawing
from kb.actions.indexing import LiveIndex
from kb.actions.printing import JOB, Press
from kb.actions.settling import Settling
from kb.actions.working import Handler, Worker
from kb.domain.article import ArticleType
from kb.domain.edition import Why
from kb.domain.permission import State
from kb.domain.search import Question
from kb.storage import accounts, texts
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.shelves import EVERYBODY, Shelf
from tests.texts import ANNA, LEAH, NOW, ROSS, make_content, make_people


@dataclass(frozen=True)
class Printer:
    """One knowledge base that publishes; ``work`` does what its worker would do."""

    shelf: Shelf
    database: Database
    press: Press
    worker: Worker
    live: LiveIndex

    def accepted(self, *, replaces: str | None = None, **changes: object) -> int:
        """An accepted text of Anna's, complete but for what is changed."""
        content = make_content(
            **({"title": "A garden for break time", "body": "We dug a zinnia bed.\n"} | changes)
        )
        text_id = texts.insert(
            self.database,
            kind=ArticleType.CASE_STUDY,
            content=content,
            school="castle-bridge-primary",
            author=ANNA.id,
            now=NOW,
            replaces=replaces,
        )
        texts.move(self.database, text_id, was=[State.DRAFT], to=State.ACCEPTED, now=NOW, reviewer=ROSS.id)
        return text_id

    def published(self, **changes: object) -> str:
        """The address of an article that was published and settled."""
        slug = publishing.publish(self.press, ROSS, self.accepted(**changes))  # type: ignore[arg-type]
        self.work()
        return slug

    def work(self) -> int:
        """Do what waits."""
        return self.worker.work_off()

    def counted(self, words: str) -> int:
        """How many articles such a search says there are."""
        search = self.shelf.search()
        answer = searching.ask(search, Question(text=words, mode="words", correct_spelling=False), EVERYBODY)
        search.engine.close()
        return answer.total

    def found(self, words: str) -> list[str]:
        """Addresses of what a search for words finds, as a web worker started now would."""
        search = self.shelf.search()
        answer = searching.ask(search, Question(text=words, mode="words", correct_spelling=False), EVERYBODY)
        search.engine.close()
        return [find.article.slug for find in answer.finds]


@contextmanager
def printer(shelf: Shelf) -> Iterator[Printer]:
    """What publishes on a shelf, until the end of the block."""
    database, library = shelf.database, load_library(shelf.settings.content)
    live = LiveIndex(database, shelf.settings.index, library=lambda: library, model="packaged", patience=20)
    press = Press(
        database=database,
        content=shelf.settings.content,
        var=shelf.settings.var,
        library=lambda: library,
        hide=live.hide,
    )
    settling = Settling(database=database, content=press.content, library=press.library, live=live)
    if accounts.find(database, ANNA.id) is None:
        make_people(database)
    yield Printer(shelf, database, press, Worker(database, {JOB: Handler(do=settling.settle)}), live)
    live.close()
    database.close()


def killed_at(point: str, shelf: Shelf, what: str, *arguments: object) -> int:
    """Do something in a process of its own that dies at a named point; how it ended."""
    child = os.fork()
    if not child:
        os.environ["KB_CRASHPOINT"] = point
        try:
            with printer(shelf) as printing:
                ACTIONS[what](printing, *arguments)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _publish(printing: Printer, text_id: int) -> None:
    publishing.publish(printing.press, ROSS, text_id)
    printing.work()


def _withdraw(printing: Printer, slug: str) -> None:
    withdrawing.take_down(printing.press, LEAH, slug, Why.WITHDRAWN, "A pupil can be known by it.")
    printing.work()


ACTIONS = {"publish": _publish, "withdraw": _withdraw}
