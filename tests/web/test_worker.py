"""One rendering process as the system sees it: small, limited, and gone with the server."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.domain.errors import TooLarge
from kb.web import rendering, worker
from kb.web.rendering import Renderer
from tests.patience import eventually, only_worker, runs, shows

ROOT = Path(__file__).parents[2]


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def test_a_worker_can_take_no_more_memory_and_open_nothing(renderer: Renderer) -> None:
    shows(renderer)

    limits = Path(f"/proc/{only_worker(renderer)}/limits").read_text(encoding="utf-8")

    assert "Max address space         536870912            536870912" in limits
    assert "Max open files            0                    0" in limits
    assert "Max file size             0                    0" in limits


def test_a_worker_knows_none_of_the_servers_secrets(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_TEST_SECRET", "open sesame")
    shows(renderer)

    environment = Path(f"/proc/{only_worker(renderer)}/environ").read_bytes()

    assert b"open sesame" not in environment


def test_a_worker_is_small() -> None:
    loaded = "import kb.web.markdown_worker, sys; print(*{name.partition('.')[0] for name in sys.modules})"

    out = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert not {"torch", "faiss", "flask", "numpy", "tantivy", "sqlite_utils"} & set(out.stdout.split())


def test_the_processor_time_of_a_text_is_limited_even_when_nobody_waits(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "TEXT_SECONDS", 120.0)
    monkeypatch.setattr(rendering, "CALL_SECONDS", 120.0)
    before = seconds_of_children()

    with pytest.raises(TooLarge):
        renderer.render("[" * 100_000, slug="a-text")

    assert 1.5 < seconds_of_children() - before < 4


def seconds_of_children() -> float:
    """Processor time of all processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_when_the_server_is_killed_its_workers_go_too() -> None:
    server = (
        "import os, signal\n"
        "from kb.web.rendering import Renderer\n"
        "from tests.patience import eventually, only_worker, patiently, runs, shows\n"
        "renderer = Renderer()\n"
        "patiently(renderer, 'x')\n"
        "print(*renderer.process_ids, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    out = subprocess.run(
        [sys.executable, "-c", server], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert eventually(lambda: not runs(int(out.stdout)))


def test_an_answer_of_absurd_length_is_not_read(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(renderer)
    monkeypatch.setattr(worker, "_LONGEST_ANSWER", 10)

    with pytest.raises(TooLarge):
        shows(renderer)
