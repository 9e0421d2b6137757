from gate.policy.at import At
from gate.policy.problem import Severity
from gate.policy.tree import read

ROOT = At.root(read("a:\n  b: [x, y]\n  one: z\n", name="p.yml"))


def test_a_place_is_found_by_keys_and_positions() -> None:
    place = ROOT.find("a", "b", 1)
    assert place.exists
    assert (place.path, place.spot.line, place.spot.column) == ("a.b[1]", 2, 10)
    assert ROOT.find("a").keys() == ("b", "one")
    assert place.keys() == ()


def test_the_one_item_without_brackets_is_at_position_0() -> None:
    assert ROOT.find("a", "one", 0) == ROOT.find("a", "one")


def test_what_is_absent_is_reported_at_what_is_around_it() -> None:
    for steps in [("a", "c"), ("a", "b", 2), ("a", "one", "x"), ("a", "b", "x")]:
        assert not ROOT.find(*steps).exists
    problem = ROOT.find("a", "c", "d").error("is missing", allowed="x", hint="add it")
    assert str(problem) == "a.c.d: is missing; allowed: x; add it"
    assert problem.line == 1
    assert not ROOT.find("c", 0).exists


def test_errors_and_warnings_are_told_apart() -> None:
    assert ROOT.error("x").severity is Severity.ERROR
    assert ROOT.warning("x").severity is Severity.WARNING
