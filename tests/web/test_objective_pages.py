"""Objectives through their pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask

from kb.application import create_app
from kb.settings import Settings
from tests.browser import Browser, Page
from tests.workplace import workplace

ARTICLE = "calm-starts-after-lunch"
TRIED = "fewer-suspensions-in-key-stage-3"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with workplace(demo, tmp_path_factory.mktemp("objectives")) as settings:
        app = create_app(settings)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def field(page: Page, name: str) -> str:
    return str(page.select(f"input[name={name}]")[0]["value"])


def begin(browser: Browser, title: str, **more: object) -> str:
    answer = browser.post("/objectives/new", data={"whose": "mine", "title": title, "state": "open"} | more)
    assert answer.status_code == 303, answer.words()
    return str(answer.headers["Location"])


def test_an_objective_is_set_evidenced_shared_and_looked_back_at(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    lead.post("/objectives/priorities", data={"title": "Talk in every lesson", "about": "x"})
    priority = reader.get("/objectives/new").select("select[name=priority] option")[-1]["value"]
    at = begin(reader, "Ask better questions", priority=priority, due="31/7/2027")
    reader.post(f"{at}/evidence", data={"article": f"http://localhost/articles/{ARTICLE}", "tried": "yes"})

    before = lead.get(at).status_code
    revision = field(reader.get(f"{at}/edit"), "revision")
    form = {"whose": "mine", "title": "Ask better questions", "state": "partly", "priority": priority}
    changed = reader.post(f"{at}/edit", data={**form, "shared": ["lead"], "revision": revision})
    shared = lead.get(at)
    lead.post(f"{at}/notes", data={"note": "A good start."})

    assert before == 404
    assert changed.status_code == 303, changed.words()
    assert "Priority: Talk in every lesson" in shared.words()
    assert "We tried it: Calm starts after lunch" in shared.words()
    assert "Change it, share it" not in shared.words()
    assert "A good start." in reader.get(at).words()
    assert lead.post(f"{at}/edit", data=form).status_code == 404


def test_what_was_tried_leads_to_the_trial_that_the_owner_told_of_and_before_that_to_the_article(
    own: Flask,
) -> None:
    reader = Browser(own).sign_in("reader")
    at = begin(reader, "Calmer afternoons")
    reader.post(f"{at}/evidence", data={"article": f"/articles/{TRIED}", "tried": "yes"})
    before = str(reader.get(at).select("#progress ~ ul a")[0]["href"])
    trial = {
        "school": "castle-bridge-primary",
        "outcome": "worked",
        "how_we_know": "Lessons begin five minutes earlier.",
    }
    days = {"began": "2/3/2026", "how_often": "Daily", "how_long": "A month", "visibility": "trust"}

    told = reader.post(
        f"/articles/{TRIED}/tried",
        data=trial | days | {"key_stages": ["ks2"], "provisions": ["mainstream"]},
    )
    after = str(reader.get(at).select("#progress ~ ul a")[0]["href"])

    assert told.status_code == 303, told.words()
    assert before == f"/articles/{TRIED}"
    assert after.startswith("/trials/")
    assert "Fewer suspensions" in reader.get(after).words()


def test_the_file_for_an_appraisal_system_runs_nothing(own: Flask) -> None:
    browser = Browser(own).sign_in("contributor")
    at = begin(browser, "=1+1")
    browser.post(f"{at}/evidence", data={"said": "@cmd"})

    text = browser.client.get("/objectives/objectives.csv").get_data(as_text=True)

    (row,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert (row["objective"], row["evidence"], row["whose"]) == ("'=1+1", "'@cmd", "R. Okonjo")


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(own: Flask) -> None:
    browser = Browser(own).sign_in("reviewer")

    page = browser.post("/objectives/new", data={"whose": "mine", "title": "Calmer", "due": "soon"})
    at = begin(browser, "Calmer")
    refused = browser.post(f"{at}/evidence", data={"article": "/articles/nothing-here", "said": "It helps"})

    assert page.status_code == refused.status_code == 400
    assert field(page, "title") == "Calmer"
    assert field(page, "due") == "soon"
    assert "address of an article that you can read" in refused.words()
    assert field(refused, "said") == "It helps"


def test_an_objective_is_deleted_only_when_one_is_sure(own: Flask) -> None:
    browser = Browser(own).sign_in("second reviewer")
    at = begin(browser, "For a week")

    browser.post(f"{at}/delete")
    still = browser.get(at).status_code
    browser.post(f"{at}/delete", data={"confirm": "yes"})

    assert still == 200
    assert browser.get(at).status_code == 404


def test_a_note_that_may_tell_who_a_pupil_is_is_refused_and_not_lost(own: Flask) -> None:
    browser = Browser(own).sign_in("administrator")
    at = begin(browser, "Know every pupil")
    words = "His UPN is A823432110001 and he did well."

    refused = browser.post(f"{at}/notes", data={"note": words})

    assert refused.status_code == 400
    assert refused.select("textarea[name=note]")[0].text.strip() == words
    assert "No notes yet." in browser.get(at).words()
