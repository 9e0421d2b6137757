import traceback
from pathlib import Path

import pytest

from gate.adapters.comms.webhook import Webhook
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.loopback import Reply, serve

SECRET = "/services/T0/B0/hook-5f1d4c7a"


def untold(address: str) -> Missing:
    with pytest.raises(FactMissing) as raised:
        Webhook(address).tell({"text": "hello"})
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    assert SECRET not in f"{raised.value.missing}"
    return raised.value.missing


def test_what_happened_is_posted_once_as_json() -> None:
    with serve(lambda *_: Reply(status=204, body=b"")) as server:
        Webhook(f"{server.url}{SECRET}?wait=true").tell({"text": "übergeben", "id": "1"})
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", f"{SECRET}?wait=true")
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.json == {"text": "übergeben", "id": "1"}


def test_no_password_of_this_machine_is_sent_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password word\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(lambda *_: Reply(status=204, body=b"")) as server:
        Webhook(f"{server.url}{SECRET}").tell({"text": "hello"})
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("status", [302, 404, 429, 500])
def test_an_answer_that_is_no_yes_is_told_and_nothing_is_posted_again(status: int) -> None:
    elsewhere = {"Location": "https://elsewhere.example/"}
    with serve(lambda *_: Reply(status=status, headers=elsewhere)) as server:
        found = untold(f"{server.url}{SECRET}")
    assert found.detail == f"it answered with HTTP {status}"
    assert found.reason_code == "unavailable"
    assert len(server.asked) == 1


def test_when_no_answer_comes_the_address_is_not_told() -> None:
    with serve(lambda *_: Reply(resets=True)) as server:
        found = untold(f"{server.url}{SECRET}")
    assert found.detail == "no answer came (ConnectionError)"
    assert "whoever owns the webhook" in found.remedy


@pytest.mark.parametrize(
    "address", [f"http://chat.example{SECRET}", f"https://me:word@chat.example{SECRET}", "chat"]
)
def test_an_address_that_could_be_overheard_is_refused(address: str) -> None:
    assert untold(address).reason_code == "not-configured"
