"""How the secret of a second factor gets into an app on a phone: squares to look at, or letters to type."""

from __future__ import annotations

import segno

from kb.actions import second_factor
from kb.domain.account import Account
from kb.web.wording import SITE_NAME

_TOGETHER = 4  # letters, so that they are easy to type


def for_app(secret: str, account: Account) -> dict[str, str]:
    """What the page that connects an app shows: ``squares``, the address of a picture, and ``secret`` in groups."""
    address = second_factor.address_for_app(secret, name=account.email or account.name, site=SITE_NAME)
    return {
        "squares": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        "secret": " ".join(secret[at : at + _TOGETHER] for at in range(0, len(secret), _TOGETHER)),
    }
