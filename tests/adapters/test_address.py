import pytest

from gate.adapters.address import check_address, is_loopback, is_same
from gate.domain.ports import FactMissing


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://acme.atlassian.net/", "https://acme.atlassian.net"),
        (" https://api.atlassian.com/ex/jira/1a2b ", "https://api.atlassian.com/ex/jira/1a2b"),
        ("http://127.0.0.1:8080/jira", "http://127.0.0.1:8080/jira"),
        ("http://localhost/jira", "http://localhost/jira"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_https_or_this_machine_is_fine(given: str, used: str) -> None:
    assert check_address(given, "Jira") == used


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://acme.atlassian.net", "not https"),
        ("http://127.0.0.1.evil.example", "not https"),
        ("ftp://acme.example", "not https"),
        ("https://user:secret@acme.example", "not of the form"),
        ("https://:@acme.example", "not of the form"),
        ("https://acme.example/?x=1", "not of the form"),
        ("https://acme.example/#x", "not of the form"),
        ("acme.atlassian.net", "not of the form"),
        ("", "not of the form"),
        ("https://acme.example:port", "cannot be read"),
        ("https://[::1", "cannot be read"),
    ],
)
def test_every_other_address_is_refused_without_being_shown(address: str, why: str) -> None:
    with pytest.raises(FactMissing, match=why) as gap:
        check_address(address, "Jira")
    assert gap.value.missing.reason_code == "not-configured"
    assert "secret" not in str(gap.value.missing)


def test_a_query_is_allowed_where_it_belongs() -> None:
    assert check_address("https://a.example/f.ics?key=1", "it", query=True).endswith("?key=1")


def test_loopback_is_told_from_names_that_look_like_it() -> None:
    assert is_loopback("127.8.9.1")
    assert not is_loopback("localhost.evil.example")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://acme.atlassian.net", "HTTPS://Acme.Atlassian.Net:443/", True),
        ("http://127.0.0.1", "http://127.0.0.1:80", True),
        ("https://acme.atlassian.net", "https://acme.atlassian.net/jira", False),
        ("https://acme.atlassian.net", "https://evil.atlassian.net", False),
        ("https://acme.atlassian.net", "https://acme.atlassian.net:8443", False),
        ("http://localhost", "https://localhost", False),
        ("https://a.example/Jira", "https://a.example/jira", False),
    ],
)
def test_spellings_of_one_address_are_told_from_other_addresses(
    one: str, other: str, same: bool
) -> None:
    assert is_same(one, other) is same
