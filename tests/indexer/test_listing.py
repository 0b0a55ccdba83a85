"""What is stored of every document is what the index holds; an index of before opens without it, a bad one is named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import manifest as manifests
from indexer.errors import IndexDamaged
from indexer.listing import NAME, open_listing
from indexer.opened import open_generation
from indexer.serving import ServingEngine
from tests.indexer.shelves import STAFF, build, make_document, search

SHELF = (
    make_document("b", title="Two\nlines", facets={"stage": ("ks2", "ks1"), "need": ()}, reviewed=""),
    make_document("a", body="", visibility="trust"),
    make_document("c", body="## One\n\nA door.\n\n## Two\n\nA garden.\n\n## Three\n\nA school.\n"),
)


@pytest.fixture
def root(tmp_path: Path, encoder_folder: Path) -> Path:
    build(tmp_path / "index", encoder_folder, SHELF)
    return tmp_path / "index"


def _without_listing(root: Path) -> None:
    """What a program of before left: the file is neither there nor in the manifest."""
    folder = root / "current"
    (folder / NAME).unlink()
    manifest = manifests.read(folder)
    files = {name: value for name, value in manifest.files.items() if name != NAME}
    manifests.write(replace(manifest, files=files), folder)


def _said(root: Path) -> list[object]:
    engine = ServingEngine(root)
    try:
        assert engine.state().problems == ()
        answers = [
            search(engine, text, visibilities=who, facets=facets)
            for text in ("", "calm door")
            for who in (STAFF, {"public"})
            for facets in ({}, {"stage": {"ks2"}})
        ]
        return [replace(answer, took_ms=0) for answer in answers]
    finally:
        engine.close()


def test_a_stored_listing_is_what_the_store_says(root):
    opened = open_generation(root / "current")

    assert opened.listing.ids == ("a", "b", "c")
    assert opened.listing.titles[1] == "Two\nlines"
    assert opened.starts[-1] == len(opened.owner) == opened.manifest.passages
    assert [opened.store.document(id) is not None for id in opened.listing.ids] == [True] * 3  # noqa: A001
    opened.close()


def test_an_index_of_before_listings_were_stored_answers_alike(root):
    before = _said(root)

    _without_listing(root)

    assert _said(root) == before


@pytest.mark.parametrize("harm", ["no JSON", "[]", "{}", "one column short"])
def test_a_listing_that_cannot_be_read_is_named(root, tmp_path, harm):
    folder = shutil.copytree((root / "current").resolve(), tmp_path / "copy")
    if harm == "one column short":
        columns = json.loads((folder / NAME).read_text(encoding="utf-8"))
        harm = json.dumps({**columns, "titles": columns["titles"][1:]})
    (folder / NAME).write_text(harm, encoding="utf-8")

    with pytest.raises(IndexDamaged, match="listing"):
        open_listing(folder, open_generation(root / "current").store)
