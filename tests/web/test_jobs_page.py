"""The administrator sees what failed, tries it again or drops it with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.actions import notifying
from kb.application import create_app
from kb.domain.job import JobState
from kb.settings import Settings
from kb.storage import jobs, journal
from kb.storage.database import Database
from kb.storage.worker_lock import being_the_worker
from tests.browser import Browser
from tests.workplace import workplace


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def dead_job(own: Flask) -> tuple[Database, int]:
    """A letter that the mail server has refused for good."""
    db: Database = own.extensions["kb"].database
    values = {"title": "<script>alert(1)</script>", "reviewer": "R.", "link": "/contribute/1"}
    notifying.notify(db, to="gone@x.test", kind="returned", values=values)
    job = jobs.claim(db)
    assert job
    jobs.failed(db, job, "The mail server answered 550: no such <b>user</b>", again_in=None)
    return db, job.id


def test_a_job_that_failed_for_good_is_shown_and_tried_again(own: Flask) -> None:
    db, number = dead_job(own)
    administrator = Browser(own).sign_in("administrator")
    page = administrator.get("/administration/jobs/")

    sent = administrator.post(f"/administration/jobs/{number}/retry")
    again = administrator.post(f"/administration/jobs/{number}/retry")

    assert "550: no such <b>user</b>" in page.words()
    assert "returned" in page.words("table")
    assert (sent.status_code, again.status_code) == (303, 303)
    assert [job.id for job in jobs.listed(db, JobState.WAITING)] == [number]
    assert journal.entries(db, subject=f"job:{number}")[0].verb == "retry-job"


def test_a_job_is_dropped_with_a_reason_and_not_without(own: Flask) -> None:
    db, number = dead_job(own)
    administrator = Browser(own).sign_in("administrator")

    without = administrator.post(f"/administration/jobs/{number}/drop", data={"reason": " "})
    given = administrator.post(f"/administration/jobs/{number}/drop", data={"reason": "She has left."})

    assert (without.status_code, given.status_code) == (400, 303)
    assert [job.reason for job in jobs.listed(db, JobState.DROPPED)] == ["She has left."]
    assert "She has left." in administrator.get("/administration/jobs/").words()


@pytest.mark.parametrize("who", ["lead", "reviewer", "contributor", "reader"])
def test_nobody_else_sees_jobs(own: Flask, who: str) -> None:
    _, number = dead_job(own)
    browser = Browser(own).sign_in(who)

    assert browser.client.get("/administration/jobs/").status_code in (403, 404)
    assert browser.client.get(f"/administration/jobs/{number}/drop").status_code in (403, 404)


def test_readiness_says_when_nobody_works_or_work_has_failed(own: Flask) -> None:
    settings: Settings = own.extensions["kb"].settings
    anybody = Browser(own)
    without = anybody.client.get("/health/ready").get_json()
    with being_the_worker(settings.var):
        running = anybody.client.get("/health/ready").get_json()
        dead_job(own)
        failed = anybody.client.get("/health/ready").get_json()

    assert "The worker is not running" in " ".join(without["problems"])
    assert (without["worker"], running["worker"]) == ("not running", "running")
    assert running["problems"] == []
    assert "1 job has failed for good" in " ".join(failed["problems"])
