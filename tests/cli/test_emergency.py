"""What telling people of an emergency may not do: stop it, or give an address away."""

from pathlib import Path

from tests.scenarios.play import load, play

HOOK = "http://127.0.0.1:9/hooks/s3cret"


def test_a_webhook_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    world = load("emergency-granted")
    played = play(world, tmp_path, environ={"CHANGE_GATE_WEBHOOK_URL": HOOK})
    assert played.exit_code == 0
    assert "the webhook: no answer came" in played.out
    assert "s3cret" not in played.out
    assert not any(b"s3cret" in content for content in played.evidence.values())
