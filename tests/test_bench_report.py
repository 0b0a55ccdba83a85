"""The measured part of docs/benchmarks.md: each number comes from a figure file, and the rest of the page stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.samples import ROOT
from tools.bench import report
from tools.bench.plot import Line, drawing

SPREAD = {"p50": 2.5, "p95": 6.25, "p99": 9.0}
FILTERS = ("no filter", "filter of 0.5 %")


def size(passages: int) -> dict[str, Any]:
    """Figures of one size, as ``kb bench --json`` prints them."""
    return {
        "date": "2026-11-26",
        "machine": {"processor": "AMD EPYC", "cores": 2, "load": 0.25, "system": "Linux", "python": "3.11.7"},
        "load_after": 1.5,
        "passages": passages,
        "documents": passages // 3,
        "repeated": 0,
        "embedded": 1000,
        "derived": passages - 1000,
        "embed_per_second": 40.0,
        "prepare_seconds": 9.0,
        "index_seconds": 12.5,
        "index_memory_mb": 77.0,
        "index_mb": 101.0,
        "publish_seconds": 0.75,
        "findable_seconds": 1.25,
        "start": {"seconds": 0.9, "resident_mb": 215.0},
        "parts_ms": dict.fromkeys(report._PARTS, SPREAD),
        "query_ms": dict.fromkeys(FILTERS, SPREAD),
        "recall": dict.fromkeys(FILTERS, 0.998),
    }


COMPARE = {
    "date": "2026-11-26",
    "texts": "scifact",
    "documents": 5000,
    "passages": 6100,
    "questions": 150,
    "rounds": 3,
    "indexed": 200,
    "load_before": 0.1,
    "load_after": 2.0,
    "engines": {
        name: {"p50_ms": p50, "p95_ms": 20.0, "p99_ms": 30.0, "start_seconds": 1.0, "memory_mb": memory}
        for name, p50, memory in (("ours", 4.0, 250.0), ("txtai 9.14", 18.0, 600.0), ("plain", 10.0, 700.0))
    },
    "indexing": {
        name: {"per_second": rate, "memory_mb": 900.0}
        for name, rate in (("ours", 60.0), ("txtai 9.14", 15.0), ("plain", 20.0))
    },
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.md"
    path.write_text(f"Before.\n\n{report.BEGIN}\n\nold\n{report.END}\n\nAfter.\n", encoding="utf-8")
    return path


def written(page: Path, **files: object) -> str:
    """The page after these figure files were written into it."""
    folder = page.parent / "figures"
    folder.mkdir()
    for name, figures in files.items():
        (folder / f"{name.replace('_', '-')}.json").write_text(json.dumps(figures), encoding="utf-8")
    report.write(folder, page, page.parent / "images")
    return page.read_text(encoding="utf-8")


def test_only_what_stands_between_the_marks_is_written(page: Path) -> None:
    text = written(page, size_5000=size(5000))

    assert text.startswith("Before.\n")
    assert text.endswith("\nAfter.\n")
    assert "old" not in text
    assert "2.5 / 6.2 / 9.0" in text


def test_sizes_stand_side_by_side_with_drawings_of_both(page: Path) -> None:
    text = written(page, size_a=size(100_000), size_b=size(5000))

    assert text.index("5,000 passages") < text.index("100,000 passages")
    for name in ("bench-time", "bench-memory"):
        drawn = ET.parse(page.parent / f"images/{name}.svg").getroot()
        assert f"images/{name}.svg" in text
        assert "100,000" in " ".join(drawn.itertext())


def test_a_ratio_that_was_not_reached_says_so(page: Path) -> None:
    text = written(page, compare=COMPARE)

    assert report.ratios(COMPARE) == {"query time": 4.5, "time to index": 4.0, "memory": 2.4}
    assert "| query time | **4.5** | 4 | 6 |" in text
    assert "| memory | **2.4** (not reached) | 3 | 5 |" in text


def test_what_was_not_measured_is_not_told(page: Path) -> None:
    text = written(page)

    assert "|" not in text.split(report.BEGIN)[1].split(report.END)[0]


def test_a_page_without_a_place_for_it_is_refused(page: Path) -> None:
    page.write_text("Nothing.", encoding="utf-8")

    with pytest.raises(ValueError, match="no place for the measured part"):
        report.write(page.parent, page, page.parent)


def test_our_own_page_has_the_place() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")

    assert text.count(report.BEGIN) == text.count(report.END) == 1


def test_large_numbers_are_written_out() -> None:
    drawn = drawing("Memory", "MB", [Line(name="on disk", points=[(5000, 100.0), (400_000, 11_000.0)])])

    assert ">10,000<" in drawn
    assert ">400,000<" in drawn


def test_a_drawing_goes_from_zero_and_its_labels_do_not_lie_on_one_another() -> None:
    lines = [
        Line(name=name, points=[(5000, 1.0), (400_000, last)]) for name, last in (("a <b>", 9.0), ("c", 9.1))
    ]

    drawn = drawing("Times", "ms", lines)

    root = ET.fromstring(drawn)
    labels = [each for each in root.iter() if each.text in {"a <b>", "c"}]
    heights = sorted(float(each.attrib["y"]) for each in labels)
    assert heights[1] - heights[0] > 17
    assert {"0", "10"} <= {each.text for each in root.iter() if each.tag.endswith("text")}
