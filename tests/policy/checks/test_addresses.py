import pytest

from gate.policy.at import At
from gate.policy.checks.addresses import check_address
from gate.policy.tree import read

AT = At.root(read("x", name="p.yml"))


def said(url: str) -> list[str]:
    return [problem.text for problem in check_address(url, AT)]


@pytest.mark.parametrize(
    "url",
    ["https://acme.atlassian.net", "https://acme.example:8443/x?y=z", "http://127.0.0.1:8080/jira"],
)
def test_encrypted_addresses_and_this_machine_are_right(url: str) -> None:
    assert said(url) == []


@pytest.mark.parametrize(
    "url",
    [
        "acme.atlassian.net",
        "ftp://acme.example",
        "https://",
        "https:///x",
        "https://[::1",
        "https://a_b",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert said(url) == [f"`{url}` is no address"]


def test_a_bad_port_is_no_address() -> None:
    assert said("https://acme.example:99999") == ["`https://acme.example:99999` is no address"]


def test_an_address_without_encryption_is_refused() -> None:
    assert said("http://acme.example") == [
        "the address is not encrypted, so the answer could be forged"
    ]
    assert said("http://localhost.evil.example") != []


def test_a_password_in_an_address_is_refused_and_never_shown() -> None:
    (text,) = said("https://user:s3cret@acme.example")
    assert "user name or password" in text
    assert "s3cret" not in text


def test_a_space_in_an_address_is_refused() -> None:
    assert said("https://acme.example/a b") == ["`https://acme.example/a b` holds a space"]
