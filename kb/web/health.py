"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from kb.domain.errors import KnowledgeBaseError
from kb.domain.job import JobState
from kb.storage import jobs
from kb.storage.worker_lock import worker_runs
from kb.web.access import doorstep
from kb.web.site import site

STUCK_AFTER = timedelta(minutes=5)
pages = Blueprint("health", __name__, url_prefix="/health")


@pages.get("/live")
@doorstep
def live() -> ResponseReturnValue:
    """200 as long as the process answers."""
    return jsonify(status="alive")


@pages.get("/ready")
@doorstep
def ready() -> ResponseReturnValue:
    """200 when pages and search can be served, 503 when not; ``problems`` says what works less well than it should."""
    problems: list[str] = []
    database_ready = _database_ready(problems)
    state = site().search.state()
    problems += state.problems
    if state.generation is None and not state.problems:
        problems.append("There is no search index yet. Build it with ‘kb index’.")
    running = _work(problems) if database_ready else False
    usable = database_ready and state.generation is not None
    status = "ready" if usable and not problems else "degraded" if usable else "not ready"
    body = {
        "status": status,
        "database": "ready" if database_ready else "not ready",
        "index": {
            "generation": state.generation,
            "meaning": state.meaning,
            "documents": state.manifest.documents if state.manifest else 0,
            "built_at": state.manifest.built_at if state.manifest else None,
        },
        "worker": "running" if running else "not running",
        "problems": problems,
    }
    return jsonify(body), 200 if usable else 503


def _database_ready(problems: list[str]) -> bool:
    try:
        if site().database.pending():
            problems.append("The database needs ‘kb init’.")
            return False
    except KnowledgeBaseError as error:
        problems.append(str(error))
        return False
    return True


def _work(problems: list[str]) -> bool:
    """True when a worker runs; says what is wrong with the work beside the pages."""
    db, running = site().database, worker_runs(site().settings.var)
    if not running:
        problems.append(
            "The worker is not running: letters and search wait. ‘kb serve’ starts one, or ‘kb work’."
        )
    since, dead = jobs.waiting_since(db), jobs.counts(db)[JobState.DEAD]
    if running and since and datetime.now(UTC) - since > STUCK_AFTER:
        problems.append(
            f"Jobs have waited since {since:%H:%M on %d %B} (UTC). Look at Administration, Jobs and letters."
        )
    if dead:
        said = "1 job has" if dead == 1 else f"{dead} jobs have"
        problems.append(f"{said} failed for good. Look at Administration, Jobs and letters.")
    return running
