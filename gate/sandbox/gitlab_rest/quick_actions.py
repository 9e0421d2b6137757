"""Lines that are commands to GitLab: they are obeyed, with the rights of whoever writes, and vanish from the text."""

from __future__ import annotations

import re

_ACTION = re.compile(
    r"^/(?P<name>assign|close|confidential|label|lock|title|unlabel)(?: [^\n]*)?(?:\s*\n|$)",
    re.MULTILINE | re.IGNORECASE,
)


def without_actions(text: str) -> tuple[str, bool]:
    """The text that is left, and whether it said `/close`, the only one of them that has an effect here."""
    plain = text.replace("\r", "")
    closes = any(match["name"].lower() == "close" for match in _ACTION.finditer(plain))
    return _ACTION.sub("", plain).rstrip(), closes
