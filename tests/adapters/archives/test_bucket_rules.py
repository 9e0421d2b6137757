from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.adapters.archives.bucket_rules import kept_until
from gate.adapters.archives.s3_service import S3Refusal
from gate.domain.ports import FactMissing
from tests.builders import NOW

PREFIX = "prod/v1/streams/"


class Service:
    """A bucket with rules; or one that refuses to tell them."""

    def __init__(self, *rules: dict[str, Any], refusal: str = "") -> None:
        self._rules = rules
        self._refusal = refusal

    def ask(self, what: str) -> dict[str, Any]:
        if self._refusal:
            raise S3Refusal(self._refusal, what)
        return {"Rules": list(self._rules)}


def until(*rules: dict[str, Any], refusal: str = "") -> datetime | None:
    service: Any = Service(*rules, refusal=refusal)
    return kept_until(service, address="s3://evidence/prod", prefix=PREFIX, now=NOW)


def rule(**changes: Any) -> dict[str, Any]:
    return {"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}, **changes}


IN_A_MONTH = NOW + timedelta(days=30)


def test_a_bucket_without_rules_deletes_nothing() -> None:
    assert until(refusal="NoSuchLifecycleConfiguration") is None
    assert until() is None


@pytest.mark.parametrize("code", ["AccessDenied", "NotImplemented", "MethodNotAllowed"])
def test_rules_that_cannot_be_seen_are_no_answer(code: str) -> None:
    with pytest.raises(FactMissing) as error:
        until(refusal=code)
    missing = error.value.missing
    assert (missing.reason_code, missing.source) == ("not-permitted", "s3://evidence/prod")
    assert code in missing.detail
    assert "s3:GetLifecycleConfiguration" in missing.remedy


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"Filter": {"Prefix": ""}},
        {"Filter": {"Prefix": "prod/"}},
        {"Filter": {"Prefix": f"{PREFIX}github.com/42/"}},
        {"Filter": {"And": {"Prefix": "prod/", "ObjectSizeGreaterThan": 1000}}},
        {"Filter": {"ObjectSizeLessThan": 1_000_000}},
        {"Prefix": "prod"},
    ],
)
def test_a_rule_that_means_any_of_it_counts(named: dict[str, Any]) -> None:
    assert until(rule(**named)) == IN_A_MONTH


@pytest.mark.parametrize(
    "other",
    [
        {"Status": "Disabled"},
        {"Filter": {"Prefix": "logs/"}},
        {"Filter": {"Tag": {"Key": "a", "Value": "b"}}},
        {"Filter": {"And": {"Prefix": "prod/", "Tags": [{"Key": "a", "Value": "b"}]}}},
        {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"Expiration": {}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
    ],
)
def test_a_rule_that_deletes_none_of_it_does_not(other: dict[str, Any]) -> None:
    assert until(rule(**other)) is None


def test_the_soonest_counts() -> None:
    assert until(rule(Expiration={"Days": 90}), rule(), rule(Expiration={"Days": 60})) == IN_A_MONTH


def test_a_rule_may_name_a_day() -> None:
    day = datetime(2027, 1, 1, tzinfo=UTC)
    assert until(rule(Expiration={"Date": day})) == day
    assert until(rule(Expiration={"Date": datetime(2020, 1, 1, tzinfo=UTC)})) == NOW
