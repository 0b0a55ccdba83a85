"""What a renderer promises beyond the HTML: limits, memory of refusals, and a version for what is stored."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.domain.errors import TooLarge
from kb.web import markdown_dialect, markdown_worker, rendering
from kb.web.finishing import Finished
from kb.web.rendering import RENDERER_VERSION, TEXT_BYTES, Rendered, Renderer
from tests.patience import patiently


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def test_the_same_text_gives_the_same_html_in_another_process() -> None:
    text = (
        "- [x] a\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        "x[^1] ![p](pictures/p.webp) https://a.example\n\n[^1]: n"
    )
    shown = set()
    for _ in range(4):
        renderer = Renderer()
        shown.add(patiently(renderer, text).html)
        renderer.close()

    assert len(shown) == 1


def test_a_text_of_the_greatest_length_is_shown_and_one_byte_more_is_refused(renderer: Renderer) -> None:
    sentence = "We met the class at the door and breathed together. "
    text = ("## Why\n\n" + sentence * 19 + "\n\n") * 200
    text = text[:TEXT_BYTES].ljust(TEXT_BYTES, "x")

    assert patiently(renderer, text).words > 30_000
    with pytest.raises(TooLarge, match="it has 200 kB and may have 200 kB"):
        patiently(renderer, text + "x")


def test_length_is_counted_in_bytes(renderer: Renderer) -> None:
    with pytest.raises(TooLarge, match="300 kB"):
        patiently(renderer, "é" * 150_000)


def test_a_refused_text_is_refused_at_once_the_next_time(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rendering, "TEXT_SECONDS", 0.5)
    with pytest.raises(TooLarge):
        patiently(renderer, "[" * 16_001, slug="brackets")
    start = time.monotonic()

    with pytest.raises(TooLarge, match="too complex to show"):
        patiently(renderer, "[" * 16_001, slug="brackets")

    assert time.monotonic() - start < 0.5  # a second try would take as long as the first
    assert "The text of brackets was stopped" in caplog.text


def test_only_the_latest_refusals_are_remembered(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "TEXT_SECONDS", 0.1)
    monkeypatch.setattr(rendering, "_REFUSALS_KEPT", 1)
    for sign in "[", "![":
        with pytest.raises(TooLarge):
            patiently(renderer, sign * 17_000, slug="brackets")

    assert len(renderer._refused) == 1


def test_what_is_stored_is_what_was_rendered(renderer: Renderer) -> None:
    rendered = patiently(renderer, "## Why\n\nBecause.")

    assert Rendered.from_stored(rendered.to_store()) == rendered


def test_the_version_changes_with_our_code_and_names_the_libraries(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(r"[0-9a-f]{12} markdown-\S+ pymdown-extensions-\S+ nh3-\S+", RENDERER_VERSION)

    copy = tmp_path_factory.mktemp("web")
    for name in rendering._SHAPED_BY:
        (copy / name).write_text("x", encoding="utf-8")
    monkeypatch.setattr(rendering, "__file__", str(copy / "rendering.py"))
    assert rendering._version() != RENDERER_VERSION


def test_the_version_covers_every_module_of_the_worker() -> None:
    worker = Path(rendering.__file__).parent
    ours = {
        f"{name.rpartition('.')[2]}.py"
        for module in rendering._SHAPED_BY
        for name in re.findall(r"from (kb\.web\.\w+) import", (worker / module).read_text(encoding="utf-8"))
    }

    assert ours <= set(rendering._SHAPED_BY)


def test_a_mistake_in_the_finishing_reaches_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Finished(html='<p onclick="alert(1)">x<script>alert(1)</script></p>', contents=(), words=1)
    monkeypatch.setattr(markdown_worker, "finished", lambda _html, prefix: planted)

    page = markdown_worker.page("x", prefix="text-", parser=markdown_dialect.parser())

    assert page["html"] == "<p>x</p>"
