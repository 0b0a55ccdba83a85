"""What assistants may ask over the Model Context Protocol: search, read, similar, collections.

They are told what a reader is told: every external figure comes with its date, source and caveat, a school's own
result stands apart from it, and an invented case study says that it is invented. Whose rights count is asked anew
for each question, so a token that was ended answers nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from kb.actions import searching, tokens
from kb.domain.account import Account, SiteMode, readable
from kb.domain.api_token import Scope
from kb.domain.errors import KnowledgeBaseError
from kb.domain.search import Facet, Reader
from kb.storage import articles, collections
from kb.web.answer_marks import marks
from kb.web.answers import hits, search_answer
from kb.web.article_answers import article_answer
from kb.web.asking import MOST_PER_PAGE, question_from
from kb.web.collection_answers import collections_answer
from kb.web.site import Site

ABOUT = (
    "The good practice of a group of English schools: their own case studies beside research summaries. Say which is "
    "which. A figure from research is an average over studies elsewhere: give it with its date, its source and its "
    "caveat, and never add it to what a school found itself. Where ‘illustrative’ is true the case is invented: say "
    "so. Where ‘nothing_close’ is true there is no good answer: say that, and do not present the ‘weak’ hits as one. "
    "What is ‘pinned’ the improvement lead shows first: give its reason. A hit with ‘approach’ is what the whole trust "
    "does alike. Link every article by its url."
)
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
NOBODY = "The token does not open anything here any more. Make a new one under ‘Your account’."


def server(site: Site, token: str | None) -> MCPServer:
    """A server that answers with the rights of a token's owner, or of anybody without one."""
    asked = Asked(site, token)
    made = MCPServer("good-practice", title="Good practice", instructions=ABOUT, log_level="WARNING")
    for tool in (asked.search, asked.read, asked.similar, asked.collections):
        made.add_tool(_told(tool), name=tool.__name__, description=tool.__doc__, annotations=READS)
    return made


class Asked:
    """The questions; their docstrings and parameters are what an assistant reads."""

    def __init__(self, site: Site, token: str | None) -> None:
        self._site, self._token = site, token

    def search(
        self,
        query: str,
        key_stage: list[str] | None = None,
        provision: list[str] | None = None,
        need: list[str] | None = None,
        theme: list[str] | None = None,
        limit: int = 5,
    ) -> dict[str, Any]:
        """Find case studies and research summaries by a question in anybody's own words.

        Filters take ids such as ks2, inclusion-base, semh. Each hit has a passage, why it was found and its url.
        """
        asked = {
            "q": [query],
            Facet.KEY_STAGE.value: key_stage or [],
            Facet.PROVISION.value: provision or [],
            Facet.NEED.value: need or [],
            Facet.THEME.value: theme or [],
        }
        question = question_from(asked, self._site.library, strict=True)
        question = replace(question, per_page=max(1, min(limit, MOST_PER_PAGE)))
        reader = self._reader()
        answer = searching.ask(self._site.search, question, reader)
        beside = marks(self._site.database, reader, question)
        told = search_answer(answer, self._site.library, beside).model_dump(mode="json", exclude={"facets"})
        return self._linked(told)

    def read(self, slug: str) -> dict[str, Any]:
        """One article whole: its Markdown text, the school's own result, and figures with date, source and caveat."""
        reader = self._reader()
        found = articles.find(self._site.database, slug, reader)
        if found is None:
            raise ToolError("There is no such article for you. Search for its title.")
        beside = marks(self._site.database, reader)
        told = article_answer(found, self._site.render(found), self._site.library, beside)
        return self._linked(told.model_dump(mode="json", exclude={"html"}))

    def similar(self, slug: str, limit: int = 4) -> dict[str, Any]:
        """Articles near to one in meaning, nearest first; fewer or none where nothing is near."""
        reader = self._reader()
        if articles.find(self._site.database, slug, reader) is None:
            raise ToolError("There is no such article for you. Search for its title.")
        near = searching.similar(self._site.search, slug, reader, limit=max(1, min(limit, 20)))
        beside = marks(self._site.database, reader)
        told = hits(near, self._site.library, datetime.now(UTC).date(), beside)
        return self._linked({"slug": slug, "similar": [each.model_dump(mode="json") for each in told]})

    def collections(self) -> dict[str, Any]:
        """What the improvement lead has put together: collections with their articles in order and notes on each."""
        db, reader = self._site.database, self._reader()
        told = collections_answer(db, reader, collections.listed(db, reader, chosen={}))
        return self._linked(told.model_dump(mode="json"))

    def _reader(self) -> Reader:
        """Whose articles are shown; asked for each question."""
        account: Account | None = None
        if self._token is not None:
            account = tokens.owner(self._site.database, self._token, Scope.READ)
            if account is None:
                raise ToolError(NOBODY)
        elif self._site.settings.site_mode is SiteMode.TRUST:
            raise ToolError("This site is for people who sign in. Start ‘kb mcp’ with --token-file.")
        return Reader(visibilities=readable(account, self._site.library.group, self._site.settings.site_mode))

    def _linked(self, told: dict[str, Any]) -> dict[str, Any]:
        """The same with whole addresses, for somebody who reads them elsewhere."""
        whole: dict[str, Any] = _with_home(told, self._site.settings.home)
        return whole


def _with_home(told: Any, home: str) -> Any:
    if isinstance(told, list):
        return [_with_home(each, home) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        key: f"{home}{value}" if key == "url" and str(value).startswith("/") else _with_home(value, home)
        for key, value in told.items()
    }


def _told(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The tool, its refusals in our own words."""
    from functools import wraps

    @wraps(tool)
    def run(**given: Any) -> dict[str, Any]:
        try:
            return tool(**given)
        except KnowledgeBaseError as error:
            raise ToolError(str(error)) from error

    return run
