"""Who is asking, and who may open a page. A page without a mark opens for nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

from kb.domain.article import Visibility
from kb.domain.search import Reader

View = TypeVar("View", bound=Callable[..., object])

_MARK = "opened_to"


class Unmarked(RuntimeError):
    """A page does not say who may open it."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"Mark the view {endpoint} with @public, or say which permission it needs.")


def public(view: View) -> View:
    """The view, marked as open to everybody."""
    setattr(view, _MARK, "everybody")
    return view


def marked(view: object) -> bool:
    """True when a view says who may open it."""
    return hasattr(view, _MARK)


def reader() -> Reader:
    """Who asks in this request. Until people have accounts everybody is the demo reader, who may see all."""
    return Reader(visibilities=frozenset(Visibility))


def install(app: Flask) -> None:
    """Refuse every page that carries no mark, so that a forgotten one is noticed at once."""
    app.before_request(_refuse_unmarked)


def _refuse_unmarked() -> None:
    endpoint = request.endpoint
    if endpoint is not None and not marked(current_app.view_functions[endpoint]):
        raise Unmarked(endpoint)
