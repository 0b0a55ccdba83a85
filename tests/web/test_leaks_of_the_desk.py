"""What colleagues keep, ask, try, offer, learn and commission is on no page, list, file or feed of who may not read it.

Each thing carries a word of its own. Everybody opens every address with the numbers of every thing, and asks for the
words besides; what they find must be what they may read, no more and no less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.application import create_app
from kb.settings import Settings
from tests.browser import Browser
from tests.desk_things import CALM, IDENTITIES, SECRET, TODAY, Thing, make_things
from tests.web.test_routes import CONVERTED, PARAMETER, PLAIN_TEXTS
from tests.workplace import workplace

pytestmark = pytest.mark.slow

TEXTS = ("text/", "application/json", "application/atom+xml")


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("desk-leaks")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def things(own: Flask) -> dict[str, Thing]:
    """Word → the thing that it stands in."""
    return make_things(own)


def client_of(own: Flask, who: str) -> FlaskClient:
    return Browser(own).sign_in(who).client if who else own.test_client()


def filled(rule: str, values: Mapping[str, object]) -> str:
    others = CONVERTED | PLAIN_TEXTS
    return PARAMETER.sub(lambda found: str(values.get(found["name"], others[found["name"]])), rule)


def twin_of(rule: str, thing: Thing) -> str:
    """The address of something of the same kind that is not there."""
    own_parameter = [found["name"] for found in PARAMETER.finditer(thing.under)][-1]
    return filled(rule, {name: value for name, value in thing.values.items() if name != own_parameter})


def rules(own: Flask, method: str) -> list[str]:
    return sorted({rule.rule for rule in own.url_map.iter_rules() if method in (rule.methods or ())})


def addresses(own: Flask, things: Mapping[str, Thing]) -> Iterator[str]:
    """Every address that can be read, with the numbers of every thing; and questions for each word."""
    for rule in rules(own, "GET"):
        if rule.endswith(".pdf") or "static" in rule or "sign-out" in rule:
            continue  # files hold what their page holds; the test after this one asks for them
        yield filled(rule, {})
        for thing in things.values():
            if any(f":{name}>" in rule or f"<{name}>" in rule for name in thing.values):
                yield filled(rule, thing.values)
    yield from (
        "/search?q=bassoon",
        "/asks/new?q=the+knot+gate+and+god+with+hill",
        "/people/?q=knotgate+godwithill+curlewdale",
        "/commissions/?view=table",
    )
    for each in (CALM, SECRET):
        yield f"/articles/{each}/feedback"
        yield f"/cpd/new?article={each}"
    for word in things:
        for listed in ("/api/v1/suggest", "/asks/"):  # what is searched for, the lead is told without names
            yield f"{listed}?q={word}"
    yield "/people/r.okonjo"
    yield "/schools/lantern-school"
    yield "/schools/harbour-heights-school"


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_everybody_finds_what_they_may_read_and_no_more(
    own: Flask, things: dict[str, Thing], who: str
) -> None:
    client, found = client_of(own, who), dict[str, str]()
    for path in dict.fromkeys(addresses(own, things)):
        answer = client.get(path)
        if answer.mimetype.startswith(TEXTS):
            told = answer.get_data(as_text=True).lower()
            found |= {word: path for word in things if word in told and word not in path}
        answer.close()

    meant = {word for word, thing in things.items() if who in thing.seers}
    assert {word: path for word, path in found.items() if word not in meant} == {}
    assert meant - found.keys() == set()


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_who_may_not_read_a_thing_can_do_nothing_at_its_addresses(
    own: Flask, things: dict[str, Thing], who: str
) -> None:
    wrong, browser = [], Browser(own)
    if who:
        browser.sign_in(who)
    sent = {"GET": {}, "POST": {"csrf_token": browser.token()}}
    for word, thing in things.items():
        for method in ("GET", "POST") if thing.under and who not in thing.seers else ():
            for rule in (each for each in rules(own, method) if each.startswith(thing.under)):
                path, data = filled(rule, thing.values), sent[method]
                answer = browser.client.open(path, method=method, data=data)
                to_sign_in = not who and answer.headers.get("Location", "").startswith("/account/sign-in")
                if answer.status_code not in {403, 404} and not to_sign_in:
                    # Whether there is such a thing must not be told either: one that is not there answers alike.
                    twin = browser.client.open(twin_of(rule, thing), method=method, data=data)
                    if twin.status_code != answer.status_code:
                        wrong.append((word, method, path, answer.status_code))
                if word in answer.get_data(as_text=True).lower() and word not in path:
                    wrong.append((word, method, path, "says it"))
                answer.close()

    assert wrong == []


def closed_to_onlookers(things: Mapping[str, Thing]) -> dict[str, tuple[str, ...]]:
    """Where a thing lies that a reader sees and has no business with → what only others do there."""
    number = {word: things[word].values for word in things}
    ask, offer, tried = (number[word]["number"] for word in ("godwithill", "curlewdale", "rednessing"))
    commission, visit = number["garganeyholm"]["commission_id"], number["garganeyholm"]["visit_id"]
    pathway, approach = number["sanderlingay"]["pathway_id"], number["pochardham"]["approach"]
    steps = "need fund match answer plan report evaluate close cancel match-again move people case-study"
    return {
        f"/commissions/{commission}": (*steps.split(), "visits/new", f"visits/{visit}", "visits/99999"),
        f"/asks/{ask}": ("edit", "again", "close", "write"),
        f"/offers/{offer}": ("edit", "pause", "open", "end"),
        f"/trials/{tried}": ("edit", "withdraw", "hide", "show"),
        f"/approaches/{approach}": ("ask", "renew", "end"),
        f"/collections/{number['scoterwell']['collection']}": ("about", "entries", "add", "state"),
        f"/pathways/desk/{pathway}": (
            "details",
            "steps/new",
            "steps/1",
            "steps/1/move",
            "publish",
            "offer",
            "ask",
        ),
    }


FILLED_IN = {
    "title": "A title that is long enough",
    "question": "What helps at lunch?",
    "note": "So that it goes on.",
    "reason": "It is no longer needed.",
    "day": TODAY.strftime("%d/%m/%Y"),
    "who": "Two of us",
    "amount": "3",
    "unit": "hours",
    "cost": "0",
    "what": "up",
    "to": "archived",
    "answer": "yes",
    "side": "agree-receiving",
}


@pytest.mark.parametrize("sent", [{}, FILLED_IN], ids=["an empty form", "a form filled in"])
def test_who_sees_a_thing_and_may_not_change_it_gets_404_whatever_the_form_holds(
    own: Flask, things: dict[str, Thing], sent: dict[str, str]
) -> None:
    browser = Browser(own).sign_in("reader")
    data = sent | {"csrf_token": browser.token()}
    doors = [f"{at}/{door}" for at, closed in closed_to_onlookers(things).items() for door in closed]

    seen = {at: browser.client.get(at).status_code for at in closed_to_onlookers(things)}
    answers = {door: browser.client.post(door, data=data).status_code for door in doors}

    desk = {at for at in seen if at.startswith("/pathways/desk")}
    assert {at for at, status in seen.items() if status != 200} == desk
    assert {door: status for door, status in answers.items() if status != 404} == {}
