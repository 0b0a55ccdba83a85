"""The press of this site: what the pages that publish, take down or verify hand to their actions."""

from __future__ import annotations

from kb.actions.indexing import LiveIndex
from kb.actions.printing import Press
from kb.web.site import site


def press() -> Press:
    """What publishing works with, in this request. Nothing heavy is opened: the worker does what is slow."""
    here = site()
    live = LiveIndex(
        here.database,
        here.settings.index,
        library=here.shelf.library,
        model=here.settings.model,
        address=here.settings.search,
    )
    return Press(
        database=here.database,
        content=here.settings.content,
        var=here.settings.var,
        library=here.shelf.library,
        hide=live.hide,
    )
