"""What programmes read with a token of its owner’s or at a secret address holds what the owner may read and no more.

Feeds, calendars, tables, the JSON API and the tools of ``kb mcp`` are asked for everything, for each kind of reader.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.actions import following, subscribing, subscribing_commissions, tokens
from kb.application import create_app
from kb.assistants import Asked, ToolError
from kb.domain.account import Account
from kb.domain.api_token import Scope
from kb.settings import Settings
from kb.storage import accounts, posts
from kb.storage.database import Database
from tests.browser import Browser
from tests.desk_things import IDENTITIES, SECRET, Thing, make_things, person
from tests.web.test_leaks_of_the_desk import filled, rules
from tests.workplace import workplace

pytestmark = pytest.mark.slow

GONE = "outdoor-mornings-at-reedbed"
ASKED = ("outdoor mornings", "vireomoor", "calm after lunch", "lunch")


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database and an index of its own."""
    with workplace(demo, tmp_path_factory.mktemp("token-leaks"), own_index=True) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def things(own: Flask) -> dict[str, Thing]:
    """Word → the thing that it stands in; and an article that was withdrawn, which nobody may read."""
    made = make_things(own)
    data = {"why": "withdrawn", "reason": "A pupil can be known by it."}
    Browser(own).sign_in("lead").post(f"/articles/{GONE}/take-down", data=data)
    return made | {GONE: Thing(seers=frozenset())}


def database(own: Flask) -> Database:
    found: Database = own.extensions["kb"].database
    return found


def api_addresses(own: Flask, things: dict[str, Thing]) -> Iterator[str]:
    """Every address that answers to a token, with what each thing is called; and questions."""
    for rule in rules(own, "GET"):
        if rule.startswith("/api/") or rule.endswith(".csv"):
            yield filled(rule, {})
            for thing in things.values():
                if any(f"<{name}>" in rule or f":{name}>" in rule for name in thing.values):
                    yield filled(rule, thing.values)
    for slug in (SECRET, GONE):
        yield f"/api/v1/articles/{slug}"
        yield f"/api/v1/articles/{slug}/similar"
    for each in ASKED:
        yield f"/api/v1/search?q={each}&per_page=50"
        yield f"/api/v1/suggest?q={each[:7]}"
    lead = Browser(own).sign_in("lead")
    for sheet in ("searches", "coverage", "commissions", "trials", "pathways", "value", "report"):
        yield from (str(each["href"]) for each in lead.get(f"/insights/{sheet}").select("a[href$='.csv']"))


def told_to_programmes(own: Flask, me: Account | None, things: dict[str, Thing]) -> Iterator[tuple[str, str]]:
    """(address, answer) of what a token of the person opens."""
    client, headers = own.test_client(), {}
    if me is not None:
        scopes = [Scope.READ, Scope.TABLES]
        token = tokens.issue(database(own), me, name="A programme", scopes=scopes, days=30)
        headers = {"Authorization": f"Bearer {token}"}
    for address in dict.fromkeys(api_addresses(own, things)):
        yield address, text_of(client, address, headers)


def told_at_secret_addresses(own: Flask, me: Account | None) -> Iterator[tuple[str, str]]:
    """(address, answer) of feeds and calendars; of the public ones for nobody."""
    client, db = own.test_client(), database(own)
    yield from ((rule, text_of(client, filled(rule, {}))) for rule in rules(own, "GET") if ".atom" in rule)
    if me is not None:
        feed = f"/feeds/mine/{following.begin_feed(db, me)}.atom"
        yield "own feed", text_of(client, feed)
        yield "what is followed", text_of(client, f"{feed}?followed=1")
        yield "reviews", text_of(client, f"/feeds/reviews/{subscribing.begin(db, me)}.ics")
        mine = subscribing_commissions.begin(db, me)
        yield "commissions", text_of(client, f"/feeds/commissions/{mine}.ics")


def told_to_assistants(own: Flask, me: Account | None) -> Iterator[tuple[str, str]]:
    """(tool, answer) of what an assistant is told with a token of the person."""
    db = database(own)
    token = tokens.issue(db, me, name="Assistant", scopes=[Scope.READ], days=30) if me else None
    tools = Asked(own.extensions["kb"], token)
    yield "collections", json.dumps(tools.collections())
    for each in ASKED:
        yield f"search {each}", json.dumps(tools.search(each, limit=20))
    for slug in (SECRET, GONE, "calm-starts-after-lunch"):
        for name, tool in (("read", tools.read), ("similar", tools.similar)):
            with contextlib.suppress(ToolError):
                yield f"{name} {slug}", json.dumps(tool(slug))


def text_of(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> str:
    answer = client.get(address, headers=headers or {})
    body = answer.get_data(as_text=True) if answer.status_code == 200 else ""
    answer.close()
    return body.replace("\r\n ", "")  # calendars break long lines


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_no_token_and_no_secret_address_tells_more_than_its_owner_may_read(
    own: Flask, things: dict[str, Thing], who: str
) -> None:
    me = person(database(own), who) if who else None
    found = dict[str, str]()
    for told in (
        told_to_programmes(own, me, things),
        told_at_secret_addresses(own, me),
        told_to_assistants(own, me),
    ):
        for address, answer in told:
            found |= {word: address for word in things if word in answer.lower() and word not in address}

    meant = {word for word, thing in things.items() if who in thing.seers}
    assert {word: address for word, address in found.items() if word not in meant} == {}
    assert ("vireomoor" in found, "scoterwell" in found) == (("vireomoor" in meant),) * 2


def test_the_calendar_of_a_head_holds_the_visits_of_their_school_and_no_confidential_commission(
    own: Flask, things: dict[str, Thing]
) -> None:
    db = database(own)
    (number,) = posts.heads(db, "lantern-school")
    head = accounts.find(db, number)

    told = dict(told_at_secret_addresses(own, head))["commissions"].lower()

    assert things["eiderfall"].seers == {"lead"}
    assert "garganeyholm" in told
    assert "eiderfall" not in told
