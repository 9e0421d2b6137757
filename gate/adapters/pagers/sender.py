"""The e-mail address of the account that we act as."""

from __future__ import annotations

import re

from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


def checked_email(email: str, system: str) -> str:
    """The address without surrounding space. FactMissing (`not-configured`) when it could end a header."""
    plain = email.strip()
    if _ADDRESS.fullmatch(plain):
        return plain
    raise FactMissing(
        Missing(
            source=system,
            reason_code="not-configured",
            detail=f"the e-mail address given for {system} is none, so nothing can be asked",
            remedy="whoever owns the workflow corrects it and starts the deploy again",
        )
    )
