"""The templates' environment: where they lie, what they may say without being told, and what they must not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, get_flashed_messages, request, session
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.runtime import Macro
from jinja2.utils import missing

from kb.domain.permission import Verb, may
from kb.web import addresses, paper, wording
from kb.web.access import current, sign_in_address
from kb.web.desk_parts import Desk
from kb.web.protection import nonce
from kb.web.site import site

MENU = (
    ("/account/", "Your account", Verb.SIGN_OUT),
    ("/contribute/", "My articles", Verb.WRITE),
    ("/cpd/", "Your record of learning", Verb.LEARN),
    ("/review/", "Review", Verb.REVIEW),
    ("/asks/", "What colleagues ask for", Verb.TAKE_PART),
    ("/offers/", "Offers", Verb.TAKE_PART),
    ("/people/", "People", Verb.TAKE_PART),
    ("/trials/", "We tried it", Verb.TAKE_PART),
    ("/feedback/", "What readers say", Verb.WRITE),
    ("/verify/", "Is it still right?", Verb.VERIFY),
    ("/reading/", "Your reading lists", Verb.KEEP),
    ("/following/", "Following", Verb.KEEP),
    ("/approaches/", "Trust approaches", Verb.KEEP),
    ("/announcements/", "Announcements", Verb.KEEP),
    ("/pins/", "Shown first in search", Verb.CURATE),
    ("/pathways/desk/", "Look after pathways", Verb.PLAN_LEARNING),
    ("/insights/", "Insights", Verb.SEE_INSIGHTS),
    ("/commissions/", "Commissions", Verb.SEE_COMMISSIONS),
    ("/taken-down/", "Taken down", Verb.OVERSEE),
    ("/administration/", "Administration", Verb.INVITE),
    ("/administration/jobs/", "Jobs and letters", Verb.SEE_JOBS),
)
"""Address, words and what one must be allowed to do to be shown the way there."""

FOLDER = Path(__file__).resolve().parents[1] / "templates"


MOST_REMEMBERED = 4096
"""Pieces of pages kept in memory; one is about half a kilobyte."""


class NamesMustExist(Undefined):
    """A name no one has given is an error at once, as is a misspelt attribute of an object of ours.

    A missing key of a dictionary stays silent: the kit's macros ask for options that were not set.
    """

    def _check(self) -> None:
        if self._undefined_obj is missing or not isinstance(self._undefined_obj, dict):
            self._fail_with_undefined_error()

    def __bool__(self) -> bool:
        self._check()
        return False

    def __str__(self) -> str:
        self._check()
        return ""

    def __html__(self) -> str:
        return str(self)

    def __iter__(self) -> Any:
        self._check()
        return iter(())

    def __len__(self) -> int:
        self._check()
        return 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail()

    def _fail(self) -> NoReturn:
        self._fail_with_undefined_error()


@lru_cache(maxsize=MOST_REMEMBERED)
def remembered(macro: Macro, *values: Hashable) -> str:
    """What a macro makes of some values that never change. Only for a macro that looks at nothing else.

    A results page is made of a hundred such pieces, and most of them stood on the page before.
    """
    return macro(*values)


def install(app: Flask) -> None:
    """Let the app find our templates and the kit's, and give all of them the same few words."""
    kit = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(FOLDER), kit])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": NamesMustExist}
    environment = app.jinja_env
    environment.globals.update(
        nonce=nonce,
        remembered=remembered,
        address=addresses,
        desk=Desk(),
        site_name=wording.SITE_NAME,
        role_name=wording.ROLES.__getitem__,
        browser_name=wording.browser_name,
        pdf_is_there=paper.is_there,
        school_names=_school_names,
        flashed=_flashed,
        count=wording.count,
        reading_minutes=wording.reading_minutes,
    )
    environment.filters.update(
        day=wording.day,
        duration=wording.duration,
        moment=wording.moment,
        month=wording.month,
        number=wording.number,
        shortened=wording.shortened,
    )
    app.context_processor(_of_every_page)


def _of_every_page() -> dict[str, object]:
    group, person = site().library.group, current()
    return {
        "trust_name": group.name,
        "illustrative_trust": group.illustrative,
        "here": request.path,
        "person": person,
        "person_menu": [(to, words) for to, words, verb in MENU if may(person, verb)],
        "sign_in_address": sign_in_address(),
    }


def _flashed() -> list[str]:
    """What the last action said, once. A browser without notes is not asked, so that it gets no cookie."""
    return [str(message) for message in get_flashed_messages()] if session else []


def _school_names(ids: Sequence[str]) -> str:
    schools = site().library.group.schools
    return ", ".join(schools[each].name if each in schools else each for each in ids)
