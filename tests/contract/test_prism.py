"""Prism makes a mock server of GitHub's own description."""

import requests


def test_the_mock_answers_with_the_shapes_of_the_description(prism: str) -> None:
    response = requests.get(
        f"{prism}/repos/acme/app/commits/main/check-runs",
        headers={"Authorization": "Bearer sandbox-workflow-token"},
        timeout=30,
    )
    assert response.status_code == 200
    assert response.json()["check_runs"][0]["head_sha"]
