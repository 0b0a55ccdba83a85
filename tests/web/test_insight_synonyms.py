"""The list of synonyms: tried before it counts, saved for every process, safe when two change it or it is broken."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.synonym import SynonymKind
from kb.settings import Settings
from kb.storage import journal
from kb.storage.synonym_file import read_synonyms
from kb.storage.synonym_writing import key_of, rows_of, write_rows
from tests.browser import Browser
from tests.workplace import workplace

LINE = {
    "typed": "snoozlebox; snoozle box",
    "expands_to": "de-escalation",
    "kind": "one",
    "group": "Behaviour",
    "samples": "",
}


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with content of its own."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].notes.close()
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def lead(own: Flask) -> Browser:
    return Browser(own).sign_in("lead")


def content(own: Flask) -> Path:
    return Path(own.extensions["kb"].settings.content)


def test_a_line_is_tried_without_being_saved(own: Flask, lead: Browser) -> None:
    before = (content(own) / "synonyms.csv").read_bytes()

    page = lead.post("/insights/synonyms/new", data=LINE | {"what": "try", "samples": "snoozlebox"})

    assert page.status_code == 200
    assert "snoozlebox: changes" in page.words("section[aria-labelledby=tried-title]")
    assert page.select("input[name=typed]")[0]["value"] == LINE["typed"]
    assert (content(own) / "synonyms.csv").read_bytes() == before
    assert (
        "de-escalation"
        not in lead.get("/search?q=snoozlebox").words("#results").split("Also searched")[-1][:40]
    )


def test_a_saved_line_is_in_the_file_and_in_searches_within_seconds(own: Flask, lead: Browser) -> None:
    other = create_app(own.extensions["kb"].settings)  # as another process would
    try:
        saved = lead.post("/insights/synonyms/new", data=LINE | {"what": "save"})
        until, words = time.monotonic() + 10, ""
        while "Also searched for" not in words and time.monotonic() < until:
            time.sleep(0.3)
            words = Browser(other).sign_in("reader").get("/search?q=snoozlebox").words("#results")
    finally:
        other.extensions["kb"].search.engine.close()
        other.extensions["kb"].renderer.close()

    assert saved.status_code == 303
    assert "Also searched for" in words
    with (content(own) / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert ["Behaviour", "snoozlebox; snoozle box", "de-escalation", "one"] in rows
    entry = journal.entries(own.extensions["kb"].database, subject="synonyms")[0]
    assert (entry.verb, entry.detail["row"]["typed"]) == ("synonym-add", ["snoozlebox", "snoozle box"])


def test_writing_changes_the_one_line_and_no_other(own: Flask, lead: Browser) -> None:
    before = rows_of(content(own))
    row = before[4]

    data = {"typed": "; ".join(row.typed), "expands_to": "something else", "kind": "eq", "group": row.group}
    lead.post(f"/insights/synonyms/{key_of(row)}", data=data | {"what": "save", "samples": ""})

    after = rows_of(content(own))
    assert after[4].expands_to == ("something else",)
    assert (*after[:4], *after[5:]) == (*before[:4], *before[5:])


def test_the_second_of_two_who_change_a_line_is_told_and_loses_nothing(own: Flask, lead: Browser) -> None:
    row = rows_of(content(own))[0]
    data = {"typed": "; ".join(row.typed), "kind": "eq", "group": row.group, "samples": "", "what": "save"}

    first = lead.post(f"/insights/synonyms/{key_of(row)}", data=data | {"expands_to": "one thing"})
    second = lead.post(f"/insights/synonyms/{key_of(row)}", data=data | {"expands_to": "another thing"})

    assert (first.status_code, second.status_code) == (303, 400)
    assert "Somebody has changed or removed this line" in second.words(".govuk-error-summary")
    assert second.select("input[name=expands_to]")[0]["value"] == "another thing"
    assert rows_of(content(own))[0].expands_to == ("one thing",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"typed": "SEMH"}, "has a line already"),
        ({"typed": "=cmd()"}, "Begin each wording with a letter"),
        ({"expands_to": "Snoozlebox"}, "One wording stands on both sides"),
        ({"typed": " ; "}, "Write down what people type."),
        ({"group": "-x"}, "Choose or write the group"),
    ],
)
def test_a_line_that_cannot_stand_in_the_file_is_refused_with_what_to_do(
    own: Flask, lead: Browser, change: dict[str, str], said: str
) -> None:
    before = (content(own) / "synonyms.csv").read_bytes()

    page = lead.post("/insights/synonyms/new", data=LINE | change | {"what": "save"})

    assert page.status_code == 400
    assert said in page.words(".govuk-error-summary")
    assert (content(own) / "synonyms.csv").read_bytes() == before


def test_a_broken_file_is_shown_with_its_mistakes_and_never_written_over(own: Flask, lead: Browser) -> None:
    path = content(own) / "synonyms.csv"
    path.write_text(path.read_text(encoding="utf-8") + 'SEND and health,"XYZ,broken,eq\n', encoding="utf-8")
    before = path.read_bytes()

    listed = lead.get("/insights/synonyms/")
    saved = lead.post("/insights/synonyms/new", data=LINE | {"what": "save"})

    assert "opened and not closed" in listed.words(".notice")
    assert saved.status_code == 400
    assert path.read_bytes() == before
    assert lead.get("/search?q=SEMH").status_code == 200


def test_a_line_is_taken_out_and_the_history_says_by_whom(own: Flask, lead: Browser) -> None:
    row = rows_of(content(own))[0]

    lead.post(f"/insights/synonyms/{key_of(row)}/retire")

    assert row not in rows_of(content(own))
    assert f"A. Quintero took out {'; '.join(row.typed)}" in lead.get("/insights/synonyms/").words()


def test_what_is_written_is_read_as_it_was(own: Flask) -> None:
    rows = rows_of(content(own))

    write_rows(content(own), rows)

    again, mistakes = read_synonyms(content(own))
    assert (again, mistakes) == (rows, ())
    assert {row.kind for row in again} == set(SynonymKind)
