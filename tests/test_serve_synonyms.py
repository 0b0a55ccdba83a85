"""The list of synonyms over real processes: what one server saves, or ``kb synonyms``, every other server searches."""

from __future__ import annotations

import http.client
import json
import re
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message

import pytest

from kb.domain.account import Role
from kb.settings import Settings
from kb.storage import accounts
from kb.web.cookies import TOKEN
from tests.at_the_browser import session_for
from tests.commands import kb_process
from tests.serving import Server, serving, until
from tests.shelves import Shelf, indexed_shelf

pytestmark = pytest.mark.slow

LEAD = "leah@example.org"
WORD = "snoozlebox"


@pytest.fixture(scope="module")
def shelf(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    made = indexed_shelf(tmp_path_factory.mktemp("synonyms"), demo)
    accounts.add(
        made.database,
        name="Leah",
        email=LEAD,
        role=Role.LEAD,
        schools=["castle-bridge-primary"],
        now=datetime.now(UTC),
    )
    return made


@pytest.fixture(scope="module")
def servers(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two sites over one database and one index, as two machines' workers are."""
    logs = tmp_path_factory.mktemp("logs")
    with (
        serving(shelf, logs / "one", workers=1) as one,
        serving(shelf, logs / "other", workers=1) as other,
    ):
        yield one, other


def also_searched(server: Server, words: str) -> list[str]:
    """What a server searches beside some words."""
    status, body = server.open(f"/api/v1/search?q={urllib.parse.quote(words)}")
    assert status == 200, body
    return [added for each in json.loads(body)["expanded"] for added in each["added"]]


def saved_on_the_page(shelf: Shelf, server: Server, **line: str) -> int:
    """Save a line as the lead does, in a form that the server made; the status of the answer."""
    path, home = "/insights/synonyms/new", f"http://127.0.0.1:{server.port}"
    kept = {TOKEN: session_for(shelf.database, LEAD)}
    status, form, headers = _asked(server, "GET", path, kept)
    assert status == 200, status
    for each in headers.get_all("Set-Cookie") or ():
        name, _, value = each.partition(";")[0].partition("=")
        kept[name] = value
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token
    sent = urllib.parse.urlencode({**line, "what": "save", "csrf_token": token[1]})
    more = {"Origin": home, "Content-Type": "application/x-www-form-urlencoded"}
    return _asked(server, "POST", path, kept, body=sent, **more)[0]


def _asked(
    server: Server, method: str, path: str, kept: dict[str, str], body: str | None = None, **headers: str
) -> tuple[int, str, Message]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
        connection.request(method, path, body, {"Cookie": cookies, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def test_what_one_server_saves_the_other_searches_within_seconds(
    shelf: Shelf, servers: tuple[Server, Server]
) -> None:
    one, other = servers
    assert also_searched(other, WORD) == []

    status = saved_on_the_page(
        shelf, one, typed=WORD, expands_to="de-escalation", kind="one", group="Behaviour", samples=""
    )

    assert status == 303
    for server in (one, other):
        until(lambda server=server: also_searched(server, WORD) == ["de-escalation"])  # type: ignore[misc]


def test_what_a_command_adds_and_takes_out_both_servers_follow(
    shelf: Shelf, servers: tuple[Server, Server]
) -> None:
    added = kb_process(shelf, "synonyms", "add", "quietling", "calm start", "--kind", "one")
    assert added.returncode == 0, added.stderr
    for server in servers:
        until(lambda server=server: also_searched(server, "quietling") == ["calm start"])  # type: ignore[misc]

    removed = kb_process(shelf, "synonyms", "remove", "quietling")

    assert removed.returncode == 0, removed.stderr
    for server in servers:
        until(lambda server=server: also_searched(server, "quietling") == [])  # type: ignore[misc]
