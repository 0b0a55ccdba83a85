"""What the tests of the JSON API ask, and how they compare an answer with its description."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

BASE = "/api/v1"
CALM = "calm-starts-after-lunch"
HIT = {
    *("slug", "title", "type", "url", "summary", "key_stages", "provisions", "needs", "themes", "subjects"),
    *("roles", "school", "school_name", "visibility", "published", "reviewed", "overdue", "illustrative"),
    *(
        "local",
        "score",
        "passage",
        "passage_parts",
        "heading",
        "why",
        "words",
        "meaning",
        "boosts",
        "explanation",
        "approach",
    ),
}
"""The fields of a found article."""


def search(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"{BASE}/search?{urlencode(asked, doseq=True)}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def every_hit(client: FlaskClient, per_page: int = 50, **asked: Any) -> list[dict[str, Any]]:
    """The hits of all pages, in order."""
    first = search(client, per_page=per_page, **asked)
    rest = (search(client, per_page=per_page, page=page, **asked) for page in range(2, first["pages"] + 1))
    return [hit for answer in (first, *rest) for hit in answer["hits"]]


def exactly(components: dict[str, Any]) -> dict[str, Any]:
    """The components, so that a field which is not described is a fault."""
    strict = json.loads(json.dumps(components))
    for schema in strict["schemas"].values():
        schema["additionalProperties"] = False
    return strict


def faults(document: dict[str, Any], path: str, answer: Any, status: int = 200) -> list[str]:
    """What in an answer is not as its description says."""
    response = document["paths"][BASE + path]["get"]["responses"][str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**schema, "components": exactly(document["components"])}, format_checker=FormatChecker()
    )
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(answer)]
