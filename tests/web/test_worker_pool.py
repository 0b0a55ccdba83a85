"""The processes that render: limited, replaced when they fall, and gone when the server is."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.domain.errors import TooLarge, Unavailable
from kb.web import rendering, worker_pool
from kb.web.rendering import Renderer
from tests.patience import eventually, only_worker, patiently, runs, shows

HOSTILE = "[" * 16_000
ROOT = Path(__file__).parents[2]


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def shows_at_once(renderer: Renderer) -> bool:
    return renderer.render("fine", slug="a-text").html == "<p>fine</p>"


def pipes_of(*process_ids: int) -> set[str]:
    """The names of the pipes to and from these workers."""
    files = [Path(f"/proc/{process_id}/fd") for process_id in process_ids]
    complaints = links(*(file / "2" for file in files))  # where all of them complain, and we do
    found = links(*(each for file in files for each in file.iterdir()))
    return {name for name in found - complaints if name.startswith("pipe:")}


def pipes_held() -> set[str]:
    """The names of what this process has open: other tests’ files come and go beside, so nothing is counted."""
    return links(*Path("/proc/self/fd").iterdir())


def test_nothing_starts_before_the_first_text(renderer: Renderer) -> None:
    assert renderer.process_ids == frozenset()


def test_one_worker_serves_text_after_text(renderer: Renderer) -> None:
    shows(renderer)
    first = only_worker(renderer)

    assert all(shows(renderer, f"text {number}") for number in range(20))
    assert only_worker(renderer) == first


def test_a_text_that_does_not_end_is_stopped_and_the_next_is_shown(renderer: Renderer) -> None:
    shows(renderer)
    first = only_worker(renderer)
    start = time.monotonic()

    with pytest.raises(TooLarge, match="too complex to show"):
        renderer.render(HOSTILE, slug="a-text")

    assert time.monotonic() - start < 3
    assert shows(renderer)
    assert only_worker(renderer) != first
    assert not runs(first)


def test_a_worker_that_was_killed_while_idle_is_replaced(renderer: Renderer) -> None:
    shows(renderer)
    first = only_worker(renderer)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: "State:\tZ" in Path(f"/proc/{first}/status").read_text(encoding="utf-8"))

    assert shows(renderer)
    assert not runs(first)


def test_a_worker_is_replaced_after_many_texts(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "TEXTS_PER_WORKER", 3)
    seen: set[int] = set()
    for _ in range(7):
        assert shows(renderer)
        seen |= renderer.process_ids

    assert len(seen) == 3
    assert len(renderer.process_ids) == 1


def test_many_readers_at_once_get_their_own_texts(renderer: Renderer) -> None:
    right = []

    def read(number: int) -> None:
        right.append(all(shows(renderer, f"reader {number} page {page}") for page in range(50)))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert right == [True] * 8
    assert len(renderer.process_ids) <= 2


def test_under_a_flood_of_hostile_texts_everybody_is_answered_in_three_seconds(renderer: Renderer) -> None:
    answers: list[tuple[float, type[Exception]]] = []

    def read(number: int) -> None:
        start = time.monotonic()
        try:
            renderer.render(HOSTILE + str(number), slug="a-text")
        except (TooLarge, Unavailable) as error:
            answers.append((time.monotonic() - start, type(error)))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert max(seconds for seconds, _ in answers) < 3
    assert Unavailable in {kind for _, kind in answers}
    assert shows(renderer)


def test_closing_leaves_no_process_and_no_pipe() -> None:
    renderer = Renderer()
    shows(renderer)
    process_id = only_worker(renderer)
    pipes = pipes_of(process_id)
    assert len(pipes & pipes_held()) == 2

    renderer.close()

    assert not runs(process_id)
    assert not pipes & pipes_held()
    with pytest.raises(Unavailable, match="Texts cannot be shown just now"):
        shows_at_once(renderer)


def test_closing_answers_those_who_wait_and_leaves_nothing() -> None:
    renderer = Renderer()
    refused = []

    def read() -> None:
        try:
            renderer.render(HOSTILE, slug="a-text")
        except (TooLarge, Unavailable) as error:
            refused.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert eventually(lambda: bool(renderer.process_ids))
    pipes = pipes_of(only_worker(renderer))
    assert len(pipes & pipes_held()) == 2
    time.sleep(0.5)
    renderer.close()
    reader.join(1)

    assert len(refused) == 1
    assert renderer.process_ids == frozenset()
    assert not pipes & pipes_held()


def test_hostile_texts_leave_no_pipe_behind(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "TEXT_SECONDS", 0.1)
    shows(renderer)
    pipes = pipes_of(only_worker(renderer))
    for number in range(5):
        with pytest.raises(TooLarge):
            patiently(renderer, HOSTILE + str(number))
        pipes |= pipes_of(*renderer.process_ids)

    assert shows(renderer)
    assert len(pipes) >= 10
    assert pipes & pipes_held() == pipes_of(only_worker(renderer))


def test_a_forgotten_renderer_takes_its_workers_along() -> None:
    renderer = Renderer()
    shows(renderer)
    process_id = only_worker(renderer)

    del renderer

    assert eventually(lambda: not runs(process_id))


def test_after_a_fork_parent_and_child_have_workers_and_pipes_of_their_own(renderer: Renderer) -> None:
    shows(renderer)
    parents = renderer.process_ids
    (pipe,) = links(Path(f"/proc/{only_worker(renderer)}/fd/0"))

    child = os.fork()
    if child == 0:
        try:
            own, held = False, {pipe}
            held = pipes_held()
            own = shows(renderer, "child") and not renderer.process_ids & parents
            renderer.close()
        finally:
            os._exit(0 if own and pipe not in held else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert renderer.process_ids == parents
    assert shows(renderer, "parent")


def links(*files: Path) -> set[str]:
    """What open files of a process lead to; the one that lists them is closed by now."""
    found = set()
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            found.add(str(file.readlink()))
    return found


def test_a_fork_that_python_was_not_told_of_is_noticed(renderer: Renderer) -> None:
    shows(renderer)
    first = only_worker(renderer)

    renderer._pool._process_id = -1  # as it looks in the child of such a fork

    assert shows(renderer)
    assert first not in renderer.process_ids
    assert eventually(lambda: not runs(first) or "State:\tZ" in Path(f"/proc/{first}/status").read_text())
    os.waitpid(first, 0)


def test_when_no_process_can_start_the_reader_is_told_to_come_back(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(Unavailable, match="tell the administrator"):
            shows_at_once(renderer)

    assert shows(renderer)


def test_when_a_process_ends_while_starting_the_reader_is_told_and_the_next_try_works(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(Unavailable):
            shows_at_once(renderer)

    assert shows(renderer)


def test_a_worker_that_starts_slowly_is_kept_for_the_next_reader(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(rendering, "CALL_SECONDS", 0.0)
        with pytest.raises(Unavailable, match="busy"):
            shows_at_once(renderer)
        first = only_worker(renderer)
        with pytest.raises(Unavailable, match="busy"):
            shows_at_once(renderer)

    assert shows(renderer)
    assert only_worker(renderer) == first
