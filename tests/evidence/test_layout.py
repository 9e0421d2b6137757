from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.evidence.bundle import SIGNATURES
from gate.evidence.canonical import digest
from gate.evidence.layout import (
    INDEX,
    UNKNOWN,
    Stream,
    bundle_key,
    contents_id,
    index_key,
    is_key,
    part,
    place_of,
    signature_key,
    stream_flaws,
    stream_of,
)
from gate.evidence.record import SWEEP_STREAM, Kind, Link, Record
from tests.evidence.bundles import bundle
from tests.render.decisions import GAP, nothing_known

PRODUCTION = Stream(host="github.com", repository_id="42", environment="production")


def test_a_stream_is_one_repository_and_environment() -> None:
    assert PRODUCTION.id == "github.com/42/production"
    assert PRODUCTION.prefix == "v1/streams/github.com/42/production/"


def test_the_newest_bundle_is_listed_first() -> None:
    keys = [bundle_key(PRODUCTION.id, seq) for seq in (1, 2, 99, 100, 101, 9_999_999_998)]
    assert keys == sorted(keys, reverse=True)
    assert keys[0] == "v1/streams/github.com/42/production/99999999/9999999998.zip"


@pytest.mark.parametrize("seq", [0, -1, 9_999_999_999])
def test_a_chain_has_no_place_beyond_its_digits(seq: int) -> None:
    with pytest.raises(ValueError, match=f"no place {seq}"):
        bundle_key(PRODUCTION.id, seq)


@given(seq=st.integers(1, 9_999_999_998), environment=st.text(min_size=1))
def test_a_key_leads_back_to_its_place(seq: int, environment: str) -> None:
    stream = Stream(host="git.acme.example/gitlab", repository_id="7", environment=environment).id
    for key, name in (
        (bundle_key(stream, seq), ""),
        (signature_key(stream, seq, SIGNATURES[0]), SIGNATURES[0]),
    ):
        assert is_key(key)
        place = place_of(key)
        assert place is not None
        assert (place.key, place.stream, place.seq, place.signature) == (key, stream, seq, name)


@pytest.mark.parametrize(
    "key",
    [
        "v1/probe",
        "v1/streams/h/1/e/99999999/9999999998.txt",
        "v1/streams/h/1/e/99999998/9999999998.zip",
        "v1/streams/h/1/e/99999999/9999999999.zip",
        "v1/streams/h/1/99999999/9999999998.zip",
        "v2/streams/h/1/e/99999999/9999999998.zip",
    ],
)
def test_what_is_none_of_ours_has_no_place(key: str) -> None:
    assert place_of(key) is None


@given(one=st.text(min_size=1), other=st.text(min_size=1))
def test_two_names_never_share_a_part(one: str, other: str) -> None:
    assert (part(one) == part(other)) is (one == other)
    assert is_key(part(one))
    assert len(part(one)) <= 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("production", "production"),
        ("eu/prod", "eu_2fprod"),
        ("..", "_2e."),
        ("a_b", "a_5fb"),
        ("prod é", "prod_20_c3_a9"),
    ],
)
def test_a_part_holds_nothing_that_means_something_elsewhere(text: str, expected: str) -> None:
    assert part(text) == expected


def test_a_long_name_ends_with_its_digest() -> None:
    assert part("x" * 101) != part("x" * 102)
    assert part("x" * 101).startswith("x" * 32 + "__")
    assert len(part("x" * 101)) == 98


@pytest.mark.parametrize("key", ["", "a//b", "a/../b", ".a", "a/.b", "a b", "a\\b", "a%20"])
def test_what_leads_elsewhere_is_no_key(key: str) -> None:
    assert not is_key(key)


@given(one=st.text(min_size=1), other=st.text(min_size=1))
def test_sweeps_have_streams_of_their_own(one: str, other: str) -> None:
    """No environment, whatever it is called, has the stream of the sweeps of another."""

    def stream(environment: str, kind: Kind) -> str:
        return Stream(host="h", repository_id="1", environment=environment, kind=kind).id

    decisions = {stream(name, Kind.DECISION) for name in (one, other, f"{one}{SWEEP_STREAM}")}
    sweeps = {stream(name, Kind.SWEEP) for name in (one, other, f"{one}{SWEEP_STREAM}")}
    assert decisions.isdisjoint(sweeps)
    assert all(name.endswith(SWEEP_STREAM) for name in sweeps)
    assert not any(name.endswith(SWEEP_STREAM) for name in decisions)
    assert len(sweeps) == len(decisions)
    key = bundle_key(stream(one, Kind.SWEEP), 7)
    place = place_of(key)
    assert is_key(key)
    assert place is not None
    assert (place.stream, place.seq) == (stream(one, Kind.SWEEP), 7)


@given(text=st.text(min_size=1))
def test_two_underscores_stand_in_a_part_before_its_digest_alone(text: str) -> None:
    mark = digest(text.encode("utf-8", "surrogatepass")).removeprefix("sha256:")
    assert "__" not in part(text).removesuffix(f"__{mark}")


def test_the_stream_of_a_sweep_is_beside_that_of_the_deploys() -> None:
    run = {"host": "github.com", "repository_id": "42", "environment": "production", "id": "1"}
    assert stream_of(run, Kind.SWEEP).id == f"{PRODUCTION.id}__follow-up"
    assert stream_of({}, Kind.SWEEP).id == f"{UNKNOWN.id}__follow-up"


def test_the_stream_of_a_decision_is_where_it_deploys() -> None:
    run = {"host": "github.com", "repository_id": "42", "environment": "production", "id": "1"}
    assert stream_of(run) == PRODUCTION
    assert UNKNOWN.prefix == "v1/streams/unknown/unknown/unknown/"


@pytest.mark.parametrize(
    "run", [{"missing": {}}, {"host": "", "repository_id": "", "environment": ""}]
)
def test_a_decision_about_an_unknown_run_has_a_stream_too(run: dict[str, Any]) -> None:
    assert stream_of(run) is UNKNOWN


def record(at: str = "2026-11-25T15:00:00Z") -> Record:
    return replace(bundle().record, at=at, files={"b": "sha256:2", "a": "sha256:1"})


def test_the_line_about_a_decision_lies_under_its_month() -> None:
    key = index_key(record())
    assert key.startswith(f"{INDEX}year=2026/month=11/")
    assert key.endswith(".jsonl")
    assert is_key(key)


@pytest.mark.parametrize("at", ["", "../../../x"])
def test_a_decision_without_a_time_has_a_line_all_the_same(at: str) -> None:
    assert index_key(record(at)).startswith(f"{INDEX}year=0000/month=00/")


def test_a_decision_is_the_same_wherever_in_a_chain_it_stands() -> None:
    link = Link(stream=PRODUCTION.id, seq=1, previous=None)
    plain, placed = bundle().record, bundle(link=link).record
    assert plain.id != placed.id
    assert contents_id(plain) == contents_id(placed)
    assert contents_id(record()) != contents_id(plain)


def test_digits_of_another_script_are_none() -> None:
    key = bundle_key(PRODUCTION.id, 1)
    assert place_of(key.replace("9999999998", "９９９９９９９９９８")) is None


def test_a_record_belongs_into_the_chain_of_what_it_is_about() -> None:
    own = stream_of({"host": "github.com", "repository_id": "4242", "environment": "production"}).id
    assert not stream_flaws(bundle())
    assert not stream_flaws(bundle(link=Link(stream=own, seq=1, previous=None)))
    for other in (PRODUCTION.id, own.replace("production", "staging"), "../\x1b[31m"):
        (flaw,) = stream_flaws(bundle(link=Link(stream=other, seq=1, previous=None)))
        assert flaw.text == f"it is about {own}, and names a place in the chain of {other}"
    unknown = bundle(nothing_known(GAP), Link(stream=PRODUCTION.id, seq=1, previous=None))
    assert not stream_flaws(unknown)
