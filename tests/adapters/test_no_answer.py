import pytest
from requests import exceptions

from gate.adapters.answer import Asked
from gate.adapters.no_answer import may_pass, no_answer

ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")


@pytest.mark.parametrize(
    ("error", "code", "says", "again"),
    [
        (exceptions.SSLError("x"), "unavailable", "certificate", False),
        (exceptions.InvalidURL("x"), "not-configured", "address", False),
        (exceptions.InvalidProxyURL("x"), "not-configured", "address", False),
        (exceptions.ProxyError("x"), "unavailable", "proxy", True),
        (exceptions.ConnectTimeout("x"), "unavailable", "no whole answer", True),
        (OSError("x"), "unavailable", "no whole answer", True),
    ],
)
def test_what_went_wrong_on_the_way_is_told_apart(
    error: Exception, code: str, says: str, again: bool
) -> None:
    missing = no_answer(ASKED, error).missing
    assert missing.reason_code == code
    assert says in missing.detail
    assert may_pass(error) is again


def test_the_text_of_an_error_is_never_shown_since_it_may_hold_the_token() -> None:
    missing = no_answer(ASKED, exceptions.InvalidHeader("in header value: 'Bearer s3cret'")).missing
    assert "s3cret" not in str(missing)
