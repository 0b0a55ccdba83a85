"""The JSON API as it is described: each operation once, for the description and for the check of an address.

What is not described here is refused, so the description cannot promise less or more than what is served.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kb.domain.errors import BadRequest
from kb.domain.library import Library
from kb.domain.search import FACET_LABELS, SCHEME_OF_FACET, Facet
from kb.domain.taxonomy import ALL
from kb.web import openapi_files
from kb.web.answers import REFUSALS, ErrorAnswer
from kb.web.asking import (
    LAST_PAGE,
    LONGEST_TEXT,
    MODES,
    MOST_PER_PAGE,
    MOST_VALUES,
    SORTS,
    Values,
    clean,
)

BASE = "/api/v1"
VERSION = "1.0"
BY_BEARER = (
    "A token that somebody made under ‘Your account’: what its owner may read is then found, too. Without one "
    "everything that anybody may read is."
)
SHOWN = 40
"""Characters of a wrong value that are repeated in the answer."""

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(ABC):
    """One name of a query string. An empty value counts as none."""

    name: str
    description: str

    @abstractmethod
    def schema(self, library: Library) -> Schema:
        """What it may hold, as JSON Schema."""

    @abstractmethod
    def refuse(self, value: str) -> None:
        """Raise BadRequest when it may not hold this value."""

    def check(self, sent: Sequence[str]) -> None:
        """Raise BadRequest when it may not be given so often or with these values."""
        if len(sent) > 1:
            raise BadRequest(f"‘{self.name}’ may be given only once.")
        for value in filter(None, sent):
            self.refuse(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Parameter):
    """Words."""

    def schema(self, library: Library) -> Schema:  # noqa: ARG002  # only terms need it
        """At most so many characters."""
        return {"type": "string", "maxLength": LONGEST_TEXT, "default": ""}

    def refuse(self, value: str) -> None:
        """Raise BadRequest when it is too long."""
        if len(value) > LONGEST_TEXT:
            raise BadRequest(
                f"‘{self.name}’ may have at most {LONGEST_TEXT} characters. Shorten it and try again."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Parameter):
    """A whole number from 1."""

    usual: int
    most: int

    def schema(self, library: Library) -> Schema:  # noqa: ARG002  # only terms need it
        """From 1 to the most."""
        return {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.usual}

    def refuse(self, value: str) -> None:
        """Raise BadRequest when it is no number or too large."""
        digits = value.lstrip("0") if value.isascii() and value.isdigit() else ""
        # Python will not read a number of thousands of digits, so those are counted first.
        if not digits or len(digits) > len(str(self.most)) or int(digits) > self.most:
            advice = f"Use a whole number from 1 to {self.most:,}."
            raise BadRequest(f"‘{_shown(value)}’ is not a value of ‘{self.name}’. {advice}")

    def value(self, values: Values) -> int:
        """The number in a checked query string, the usual one when there is none."""
        return int(next(filter(None, values.get(self.name, ())), self.usual))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Parameter):
    """One of a few words; the first is the usual one, unless ``depends`` says what it depends on."""

    choices: tuple[str, ...]
    depends: bool = False

    def schema(self, library: Library) -> Schema:  # noqa: ARG002  # only terms need it
        """One of the words."""
        usual: Schema = {} if self.depends else {"default": self.choices[0]}
        return {"type": "string", "enum": list(self.choices), **usual}

    def refuse(self, value: str) -> None:
        """Raise BadRequest when it is another word."""
        if value.casefold() not in self.choices:
            advice = f"Choose one of: {', '.join(self.choices)}."
            raise BadRequest(f"‘{_shown(value)}’ is not a value of ‘{self.name}’. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Parameter):
    """Ids of the vocabulary, or of schools. May be given several times: any of them counts."""

    facet: Facet

    def schema(self, library: Library) -> Schema:
        """The ids that the filter offers now; retired ones are still understood, so that kept addresses work."""
        ids: list[str] = list(library.group.schools)
        if self.facet is not Facet.SCHOOL:
            scheme = library.taxonomy[SCHEME_OF_FACET[self.facet]]
            ids = [term.id for term in scheme if term.replaced_by is None and term.id != ALL]
        return {"type": "array", "items": {"type": "string", "enum": ids}, "maxItems": MOST_VALUES}

    def refuse(self, value: str) -> None:
        """Let every value be: ``question_from`` knows the ids, and the nearest one to a slip."""

    def check(self, sent: Sequence[str]) -> None:
        """Raise BadRequest when there are too many."""
        if len(sent) > MOST_VALUES:
            raise BadRequest(f"‘{self.name}’ may be given at most {MOST_VALUES} times. Leave some out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for.

    path      without the part that all addresses share; {slug} stands for an article's name
    answer    the model of what comes back; None for JSON of another standard
    refusals  the HTTP statuses that are particular to it
    """

    path: str
    name: str
    summary: str
    description: str
    answer: type[BaseModel] | None
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    def checked(self, values: Values) -> Values:
        """The query string itself. Raises BadRequest when some of it is not described."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, sent in values.items():
            if name not in known:
                raise BadRequest(_unknown(name, list(known)))
            known[name].check(sent)
        return values


QUESTION: tuple[Parameter, ...] = (
    Text(name="q", description="The question, in anybody's own words; without one everything is listed."),
    Choice(
        name="mode", description="How to match: both ways, by words, or by meaning.", choices=tuple(MODES)
    ),
    Choice(
        name="sort",
        description="The order; if you do not say, relevance with a question and reviewed without one.",
        choices=tuple(SORTS),
        depends=True,
    ),
    Number(name="page", description="Which page.", usual=1, most=LAST_PAGE),
    Number(name="per_page", description="How many articles on a page.", usual=10, most=MOST_PER_PAGE),
    Choice(
        name="exact", description="1: search as typed, without correcting the spelling.", choices=("0", "1")
    ),
    Choice(name="synonyms", description="0: search for no synonyms and acronyms.", choices=("1", "0")),
    *(
        Terms(name=facet.value, description=f"{FACET_LABELS[facet]}: any of these.", facet=facet)
        for facet in Facet
    ),
)
"""The parameters of a search: those of the search page's address, and ``per_page``."""

FOR_WHOM: tuple[Parameter, ...] = tuple(
    Terms(name=facet.value, description=f"{FACET_LABELS[facet]}: for any of these.", facet=facet)
    for facet in (Facet.KEY_STAGE, Facet.PROVISION, Facet.THEME)
)
"""What collections are narrowed by."""


def document(operations: Sequence[Operation], library: Library, about: str) -> Schema:
    """The OpenAPI 3.1 document of these operations.

    Source: OpenAPI Specification 3.1.1.
    """
    models = [(operation.answer, "serialization") for operation in operations if operation.answer]
    _, defined = models_json_schema(
        [*models, (ErrorAnswer, "serialization")],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    refused = _json({"$ref": "#/components/schemas/ErrorAnswer"})
    refusals = {code: {"description": when, **refused} for code, when in REFUSALS.values()}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Good practice: articles as JSON", "version": VERSION, "description": about},
        "servers": [{"url": "/"}],
        "paths": {
            **{BASE + each.path: {"get": _described(each, library)} for each in operations},
            **openapi_files.paths(),
        },
        "security": [{}, {"token": []}],
        "components": {
            "schemas": defined["$defs"],
            "responses": refusals,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": BY_BEARER}},
        },
    }


def _described(operation: Operation, library: Library) -> Schema:
    statuses = sorted({400, 405, 500, *operation.refusals})
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_in_path(operation), *(_in_query(each, library) for each in operation.parameters)],
        "responses": {
            "200": {"description": operation.summary, **_json(_answer(operation))},
            **{str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"} for status in statuses},
        },
    }


def _answer(operation: Operation) -> Schema:
    if operation.answer is None:
        return {"type": "object"}
    return {"$ref": f"#/components/schemas/{operation.answer.__name__}"}


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _in_path(operation: Operation) -> list[Schema]:
    if "{slug}" not in operation.path:
        return []
    slug = {"name": "slug", "in": "path", "required": True, "description": "The article's name in addresses."}
    return [{**slug, "schema": {"type": "string"}}]


def _in_query(parameter: Parameter, library: Library) -> Schema:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "allowEmptyValue": True,  # so that forms can send all their fields
        "schema": parameter.schema(library),
    }


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name.casefold()[:SHOWN], known, n=1, cutoff=0.6)
    advice = (
        f"Did you mean ‘{near[0]}’?"
        if near
        else f"Choose from: {', '.join(known)}."
        if known
        else "Leave it out."
    )
    return f"‘{_shown(name)}’ is not a parameter of this address. {advice}"


def _shown(value: str) -> str:
    """The beginning of what was sent, fit to be shown."""
    return clean(value[: 2 * SHOWN])[:SHOWN]
