"""kb work."""

from __future__ import annotations

import click

from kb.domain.errors import Unavailable
from kb.settings import Settings


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--beside", is_flag=True, hidden=True, help="End when standard input ends; kb serve uses it.")
@click.pass_obj
def work(settings: Settings, once: bool, beside: bool) -> None:
    """Send letters, put published articles into the index and do what else waits, until told to stop.

    ‘kb serve’ does this beside the site; run it alone only where the site runs on its own, or for one time.

    Example: kb work --once
    """
    from kb.work import work_on, work_once

    if not once:
        work_on(settings, lifeline=beside)
        return
    done = work_once(settings)
    if done is None:
        raise Unavailable("A worker is running already and does what waits; there is nothing to do here.")
    click.echo("1 job." if done == 1 else f"{done} jobs.")
