from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import pytest

from gate.domain.policy.document import Enforcement
from gate.domain.policy.markers import AtLeast, AtMost, Doc, Key, Name, OneOrMany, Refers
from gate.policy.formats import FORMATS
from gate.policy.kinds import (
    POLICY,
    Choice,
    Items,
    Named,
    Number,
    Section,
    Setting,
    Text,
    Truth,
    Written,
    kind_of,
    settings,
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    first: Annotated[str, Doc("the first"), Key("for")]
    second: Annotated[tuple[int, ...], Doc("the second"), OneOrMany()] = (1,)
    third: Annotated[Mapping[str, bool], Doc("the third")] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Silent:
    first: Annotated[str, Key("for")]


def test_every_type_of_the_policy_has_a_kind() -> None:
    assert kind_of(str) == Text()
    assert kind_of(Annotated[str, Refers("people")]) == Text(refers="people")
    assert kind_of(Annotated[str, Name(), AtLeast(2)]) == Text(name=True, minimum=2)
    assert kind_of(int) == Number()
    assert kind_of(Annotated[int, AtLeast(0), AtMost(5)]) == Number(minimum=0, maximum=5)
    assert kind_of(bool) == Truth()
    assert kind_of(Enforcement) == Choice(Enforcement)
    assert kind_of(timedelta) == Written(FORMATS[timedelta])
    assert kind_of(timedelta | None) == Written(FORMATS[timedelta])
    assert kind_of(Sample) == Section(Sample)
    assert kind_of(tuple[str, ...]) == Items(item=Text())
    assert kind_of(Annotated[tuple[str, ...], AtLeast(1), OneOrMany()]) == Items(
        item=Text(), minimum=1, single=True
    )
    assert kind_of(Mapping[Annotated[str, Name()], int]) == Named(
        key=Text(name=True), value=Number()
    )


@pytest.mark.parametrize("hint", [float, Mapping[int, str], tuple[bytes, ...]])
def test_a_type_that_the_file_cannot_express_is_a_fault_of_the_program(hint: object) -> None:
    with pytest.raises(TypeError, match="the policy file has no way to write"):
        kind_of(hint)


def test_settings_say_their_key_their_default_and_what_they_are_for() -> None:
    first, second, third = settings(Section(Sample))
    assert first == Setting(
        key="for", name="first", kind=Text(), doc="the first", required=True, default=None
    )
    assert (second.key, second.required, second.default) == ("second", False, (1,))
    assert third.default == {}


def test_a_setting_must_say_what_it_is_for() -> None:
    with pytest.raises(TypeError, match="first does not say what it is for"):
        settings(Section(Silent))


def test_the_whole_policy_can_be_expressed_and_no_key_stands_twice() -> None:
    seen: set[Section] = set()
    todo = [POLICY]
    while todo:
        section = todo.pop()
        seen.add(section)
        keys = [setting.key for setting in settings(section)]
        assert len(keys) == len(set(keys))
        todo += [s for setting in settings(section) for s in _behind(setting.kind) if s not in seen]
    assert len(seen) > 25


def _behind(kind: object) -> list[Section]:
    match kind:
        case Section():
            return [kind]
        case Items():
            return _behind(kind.item)
        case Named():
            return _behind(kind.value)
        case _:
            return []
