"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from kb.domain.errors import KnowledgeBaseError
from kb.web.access import doorstep
from kb.web.site import site

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
