"""What lies in static/: what we took from others is unchanged, and nothing reaches outside."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from kb.web.static_files import ROOT

VENDORED = sorted((ROOT / "vendor").iterdir())
TEXTS = sorted(path for path in ROOT.rglob("*") if path.suffix in {".css", ".js", ".svg"})
NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_a_vendored_folder_is_what_its_manifest_says(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())

    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != "manifest.json"
    }

    assert manifest["sha256"] == found
    assert manifest["name"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert manifest["licence"] in {"MIT", "OFL-1.1"}
    assert "LICENSE.txt" in found


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_no_file_names_an_address_outside(file: Path) -> None:
    text = file.read_text().replace(NAMESPACE, "")

    assert re.findall(r"""(?:https?:)?//[\w-]+\.[\w./-]+|@import\s+url\(""", text) == []


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_no_government_typeface_crown_or_blue(file: Path) -> None:
    text = file.read_text().lower()

    assert "gds transport" not in text
    assert "crown" not in text
    assert "#1d70b8" not in text
    assert "#0b0c0c" not in text


def test_fonts_are_woff2_and_no_other_font_is_there() -> None:
    fonts = [path for path in ROOT.rglob("*") if path.suffix in {".woff", ".woff2", ".ttf", ".otf", ".eot"}]

    assert {path.parent.name for path in fonts} == {"atkinson-hyperlegible"}
    assert all(path.read_bytes()[:4] == b"wOF2" for path in fonts)
