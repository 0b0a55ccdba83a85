"""SQLite and its helper, and nothing that they would bring along.

sqlite_utils imports pandas where it finds it, which is wherever the client of a search server is installed, although
nobody here uses it: that took every process a second and tens of megabytes. So it is not to be found meanwhile.
"""

from __future__ import annotations

import sys

_HELD_BACK = "pandas" not in sys.modules
if _HELD_BACK:
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    from sqlite_utils import Database, Migrations
    from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]
finally:
    if _HELD_BACK:
        del sys.modules["pandas"]

__all__ = ["Database", "Migrations", "sqlite3"]
