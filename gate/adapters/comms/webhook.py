"""A webhook that is told what happened, as JSON. Its address is a secret: whoever knows it can write there."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from gate.adapters.address import check_address
from gate.adapters.credentials import Anonymous
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

SECONDS = (5, 10)
"""To connect, and to answer."""


class Webhook:
    """One address. FactMissing (`not-configured`) when it cannot be used."""

    def __init__(self, address: str) -> None:
        self._address = check_address(address, "the webhook", query=True)

    def tell(self, told: Mapping[str, object]) -> None:
        """Post once. FactMissing when nobody can say that it arrived; it is not posted again, since it may have."""
        try:
            with requests.post(
                self._address,
                json=dict(told),
                auth=Anonymous(),
                timeout=SECONDS,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            # Its text holds the address.
            raise _untold(f"no answer came ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise _untold(f"it answered with HTTP {status}")


def _untold(detail: str) -> FactMissing:
    return FactMissing(
        Missing(
            source="the webhook",
            reason_code="unavailable",
            detail=detail,
            remedy="whoever owns the webhook looks at its address and its log",
        )
    )
