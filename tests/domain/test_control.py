import pytest

from gate.domain.control import Outcome, needs
from gate.domain.facts import Clock, Run
from gate.domain.policy.windows import Windows
from tests.domain.toys import control


def test_the_parameters_of_a_control_are_its_needs() -> None:
    def evaluate(clock: Clock, run: Run, settings: Windows) -> Outcome:
        raise NotImplementedError

    assert needs(control(evaluate)) == {"clock": Clock, "run": Run}


def test_a_control_that_needs_nothing_has_no_needs() -> None:
    def evaluate(settings: None) -> Outcome:
        raise NotImplementedError

    assert needs(control(evaluate)) == {}


def test_a_parameter_that_is_no_fact_is_a_fault() -> None:
    def evaluate(clock: Clock, days: int, settings: None) -> Outcome:
        raise NotImplementedError

    with pytest.raises(TypeError, match="toy: days is not a fact"):
        needs(control(evaluate))
