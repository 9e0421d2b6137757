"""What everything is that a control may ask for."""

from __future__ import annotations


class Fact:
    """Anything that a control may ask for. Also the base of derived facts."""

    __slots__ = ()
