import pytest

from gate.adapters.answer import Asked
from gate.adapters.pagers.typed import Typed, no_key
from tests.adapters.pagers.canned import gap

ASKED = Asked(system="PagerDuty", what="incident PT4KHLK")
PAGE = "https://acme.pagerduty.com/incidents/PT4KHLK"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" PT4KHLK ", "PT4KHLK"),
        ("#1234", "1234"),
        (PAGE, "PT4KHLK"),
        (f"{PAGE}/timeline?x=1", "PT4KHLK"),
        ("https://acme.pagerduty.com/incidents/", ""),
        ("https://acme.pagerduty.com/services/PSVC001", ""),
        ("http://acme.pagerduty.com/incidents/PT4KHLK", ""),
        ("https://[half/incidents/PT4KHLK", ""),
        ("https://x/incidents/%2e%2e%2fusers", "../users"),
        ("https://x/incidents/A/incidents/B", "B"),
    ],
)
def test_the_key_is_what_was_typed_or_what_follows_the_folder(text: str, key: str) -> None:
    assert Typed.of(text, "incidents").key == key


def test_no_page_was_typed_so_any_will_do() -> None:
    Typed.of("PT4KHLK", "incidents").check_page(ASKED, "")


@pytest.mark.parametrize(
    "page", [PAGE, f"{PAGE}/", f"{PAGE}/timeline", PAGE.replace("acme", "ACME")]
)
def test_the_page_of_the_incident_is_the_one_that_the_pager_names(page: str) -> None:
    Typed.of(page, "incidents").check_page(ASKED, f"{PAGE}/")


@pytest.mark.parametrize(
    "told",
    [
        "",
        "https://acme.pagerduty.com",
        "https://acme.pagerduty.com/incidents/PT4KHL",
        "https://other.pagerduty.com/incidents/PT4KHLK",
        "https://acme.pagerduty.com:8443/incidents/PT4KHLK",
    ],
)
def test_the_page_of_another_account_is_not_found(told: str) -> None:
    typed = Typed.of(PAGE, "incidents")
    assert gap(lambda: typed.check_page(ASKED, told)).reason_code == "not-found"


def test_what_is_no_key_says_what_one_looks_like() -> None:
    missing = no_key("PagerDuty", "x\ny", "PT4KHLK").missing
    assert missing.reason_code == "not-found"
    assert "x\\u000ay is no incident of PagerDuty, which looks like PT4KHLK" in missing.detail
