"""``kb mcp`` as an assistant uses it: over standard input and output, with the official client."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from kb.actions import tokens
from kb.domain.api_token import Scope
from kb.settings import Settings
from kb.storage import accounts, api_tokens
from kb.storage.database import open_database
from tests.browser import PEOPLE
from tests.samples import ROOT
from tests.workplace import workplace

pytestmark = pytest.mark.slow
CALM = "calm-starts-after-lunch"

Call = tuple[str, dict[str, Any]]


def conversation(settings: Settings, *calls: Call, token_file: Path | None = None) -> list[Any]:
    """What the server answers to calls of its tools: data, or the sentence of a refusal."""

    async def talk() -> list[Any]:
        args = ["-m", "kb", "mcp", *(["--token-file", str(token_file)] if token_file else [])]
        environment = os.environ | {"KB_CONTENT": str(settings.content), "KB_VAR": str(settings.var)}
        parameters = StdioServerParameters(command=sys.executable, args=args, env=environment, cwd=ROOT)
        async with stdio_client(parameters) as (reads, writes), ClientSession(reads, writes) as session:
            await session.initialize()
            answers: list[Any] = [sorted(tool.name for tool in (await session.list_tools()).tools)]
            for name, given in calls:
                said = await session.call_tool(name, given)
                text = said.content[0].text  # type: ignore[union-attr]
                answers.append(text if said.is_error else json.loads(text))
            return answers

    return anyio.run(talk)


def test_an_assistant_searches_reads_and_is_told_every_caveat(demo: Settings) -> None:
    tools, found, article, near, gathered, refused, wrong = conversation(
        demo,
        ("search", {"query": "calm after lunch", "limit": 3}),
        ("read", {"slug": CALM}),
        ("similar", {"slug": CALM}),
        ("collections", {}),
        ("read", {"slug": "no-such-article"}),
        ("search", {"query": "calm", "key_stage": ["ks99"]}),
    )

    assert tools == ["collections", "read", "search", "similar"]
    assert found["hits"][0]["slug"] == CALM
    assert found["hits"][0]["url"].startswith("http")
    assert article["illustrative"] is True
    figures = [each["figure"] for each in article["evidence"] if each["figure"]]
    assert all(each["caveat"] and each["as_of"] and each["source_url"] for each in figures)
    assert near["similar"]
    assert isinstance(gathered["collections"], list)
    assert "no such article" in refused
    assert "ks99" in wrong


def test_an_assistant_reads_with_the_rights_of_its_tokens_owner_and_no_more_once_it_has_ended(
    demo: Settings, tmp_path: Path
) -> None:
    with workplace(demo, tmp_path) as settings:
        db = open_database(settings.database)
        me = accounts.by_email(db, PEOPLE["reader"].email)
        assert me is not None
        with db.read() as reading:
            inside = reading.execute("select slug from articles where visibility = 'trust'").fetchone()[0]
        file = tmp_path / "token"
        file.write_text(tokens.issue(db, me, name="Assistant", scopes=[Scope.READ], days=30) + "\n", "utf-8")
        ask = ("read", {"slug": inside})

        stranger = conversation(settings, ask)[1]
        owner = conversation(settings, ask, token_file=file)[1]
        tokens.end(db, me, api_tokens.of_account(db, me.id)[0].id)
        ended = conversation(settings, ask, token_file=file)[1]
        db.close()

    assert "no such article" in stranger
    assert owner["slug"] == inside
    assert "does not open anything" in ended
