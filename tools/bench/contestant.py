"""One search engine in a process of its own, told what to do line by line: so that memory and start are its own.

A line is a JSON object with ``do`` and what belongs to it; the answer is one JSON object.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.document import Document

Floats = NDArray[np.float32]
_MEMORY = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB", re.MULTILINE)


class Contestant(Protocol):
    """What is compared.

    load   the model, before a folder is filled
    index  documents into a folder; with ``vectors`` (a file) nothing goes through the model
    open   a folder, to answer from
    ask    the ids of the ten best documents
    """

    def load(self, folder: Path) -> None: ...  # noqa: D102
    def index(self, documents: Sequence[Document], folder: Path, vectors: Path | None) -> None: ...  # noqa: D102
    def open(self, folder: Path) -> None: ...  # noqa: D102
    def ask(self, question: str) -> list[str]: ...  # noqa: D102


@dataclass(frozen=True)
class Table:
    """Vectors by the text they belong to, as compare.py wrote them."""

    rows: Mapping[str, int]
    vectors: Floats

    @classmethod
    def read(cls, file: Path) -> Table:
        """The table in a file of numpy's, with the texts beside it."""
        texts = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        return cls({text: row for row, text in enumerate(texts)}, np.load(file))

    def of(self, texts: Sequence[str]) -> Floats:
        """The vectors of some texts, shape (len(texts), dimension)."""
        return self.vectors[[self.rows[text] for text in texts]]


def whole_text(document: Document) -> str:
    """What the others index of a document: they know one text of each."""
    return f"{document.title}\n{document.body}"


def read_documents(file: Path) -> list[Document]:
    """The documents in a file, one JSON object a line."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Document(id=row["id"], title=row["title"], body=row["body"]) for row in rows]


def obey(contestant: Contestant) -> None:
    """Do what each line says until there are no more."""
    doing: dict[str, Callable[[dict[str, Any]], object]] = {
        "load": lambda order: contestant.load(Path(order["folder"])),
        "index": lambda order: contestant.index(
            read_documents(Path(order["documents"])),
            Path(order["folder"]),
            Path(order["vectors"]) if order.get("vectors") else None,
        ),
        "open": lambda order: contestant.open(Path(order["folder"])),
        "ask": lambda order: contestant.ask(order["question"]),
        "memory": lambda _: memory_mb(),
    }
    said = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    for line in sys.stdin:
        order = json.loads(line)
        began = time.perf_counter()
        answer = doing[order["do"]](order)
        said.write(json.dumps({"seconds": time.perf_counter() - began, "answer": answer}) + "\n")
        said.flush()


def memory_mb() -> tuple[float, float]:
    """(resident memory now, the most it ever was) of this process. Source: proc(5), /proc/pid/status."""
    kilobytes = dict(_MEMORY.findall(Path("/proc/self/status").read_text(encoding="ascii")))
    return int(kilobytes["VmRSS"]) / 1024, int(kilobytes["VmHWM"]) / 1024
