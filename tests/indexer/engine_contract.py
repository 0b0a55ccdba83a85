"""What every search engine must do, whatever it keeps its index in.

A suite for an engine inherits ``EngineContract`` and gives the class-scoped fixture ``engine_with``: a function from
documents to an engine that has committed them. Nothing here knows of folders, files or servers.
"""

from __future__ import annotations

import pytest

from indexer.engine import SearchEngine
from tests.indexer.contract_asking import AskingContract
from tests.indexer.contract_filters import FilterContract
from tests.indexer.contract_writing import WritingContract
from tests.indexer.library import COMPANY, LIBRARY, EngineWith


class EngineContract(WritingContract, AskingContract, FilterContract):
    """All that an engine promises; ``library`` is one with the documents of ``LIBRARY``. Read only."""

    @pytest.fixture(scope="class")
    @classmethod
    def library(cls, engine_with: EngineWith) -> SearchEngine:
        return engine_with(LIBRARY)

    @pytest.fixture(scope="class")
    @classmethod
    def company(cls, engine_with: EngineWith) -> SearchEngine:
        return engine_with(COMPANY)
