"""What a test lets another process do to an index folder: ``python -m tests.indexer.other_process WHAT ...``."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

from indexer import knobs, merging, withdrawn
from indexer.errors import IndexerError
from indexer.model import find_model
from indexer.pipeline import Indexer
from indexer.serving import ServingEngine
from tests.indexer.shelves import build, found, make_document, open_small, search


def build_here(root: str, encoder: str, *ids: str) -> None:
    """Put documents into the index."""
    build(Path(root), Path(encoder), [make_document(name) for name in ids])


def build_live(root: str, encoder: str, *ids: str) -> None:
    """The same, into a live part however small the index is."""
    knobs.LIVE_FROM = 0
    build_here(root, encoder, *ids)


def merge(root: str, encoder: str, *ids: str) -> None:
    """The same, and build everything anew."""
    knobs.LIVE_MOST = 0
    build_live(root, encoder, *ids)


def merge_aside(root: str) -> None:
    """Merge the parts as the worker lets it be done."""
    knobs.LIVE_FROM = 0
    merging.merge(Path(root))


def build_with_little_room(root: str, encoder: str, largest: str, *ids: str) -> None:
    """The same while no file may grow beyond ``largest`` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    build_here(root, encoder, *ids)


def withdraw_here(root: str, *ids: str) -> None:
    """Hide documents."""
    withdrawn.withdraw(Path(root), ids)


def index(root: str) -> None:
    """Bring an index up to date with the real model."""
    indexer = Indexer(Path(root), model=find_model())
    indexer.bring_up_to_date([make_document("one"), make_document("two", title="Another")])


def index_and_say(root: str, body: str) -> None:
    """Index one document with the real model, and say what it needed for that."""
    indexer = Indexer(Path(root), model=find_model())
    report = indexer.bring_up_to_date([make_document("one", body=body)])
    print(json.dumps({"embedded": report.embedded, "torch": "torch" in sys.modules}))  # noqa: T201


def hold(root: str, encoder: str) -> None:
    """Begin to build and wait until somebody says to go on."""
    engine = open_small(Path(root), Path(encoder))
    engine.remove("nobody")
    print("building", flush=True)  # noqa: T201
    sys.stdin.readline()
    engine.close()


def watch(root: str, seconds: str) -> None:
    """Ask for documents again and again, of an engine that stays and of new ones; print what each answer held."""
    staying, until, seen = ServingEngine(Path(root)), time.monotonic() + float(seconds), []
    while time.monotonic() < until and not (Path(root) / "enough").exists():
        for engine in (staying, ServingEngine(Path(root))):
            answer = search(engine, "generation", limit=50)
            seen.append(sorted({hit.passage_text for hit in answer.hits}))
            if engine is not staying:
                engine.close()
    print(json.dumps(seen))  # noqa: T201


def fork(root: str) -> None:
    """Serve, fork, and serve on in the copy until it has seen another generation."""
    engine = ServingEngine(Path(root))
    first = engine.state().generation
    search(engine, "calm")
    child = os.fork()
    if child:
        print("forked", flush=True)  # noqa: T201
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    until = time.monotonic() + 30
    while time.monotonic() < until and engine.state().generation == first:
        assert found(search(engine, "calm")) == ["calm-starts"]
        time.sleep(0.02)
    os._exit(0 if engine.state().generation != first else 1)


if __name__ == "__main__":
    what = {
        "build": build_here,
        "build-live": build_live,
        "merge": merge,
        "merge-aside": merge_aside,
        "little-room": build_with_little_room,
        "index": index,
        "index-and-say": index_and_say,
        "withdraw": withdraw_here,
        "hold": hold,
        "watch": watch,
        "fork": fork,
    }
    try:
        what[sys.argv[1]](*sys.argv[2:])
    except IndexerError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(3)
