from __future__ import annotations

import re

import pytest

from gate.adapters.forges.github.queries import documents


@pytest.mark.parametrize(("name", "document"), documents().items())
def test_every_document_is_one_named_query_that_declares_what_it_uses(
    name: str, document: str
) -> None:
    assert re.match(rf"query {name.partition('.')[0]}\(", document)
    assert "mutation" not in document
    assert document.count("{") == document.count("}")
    head, _, body = document.partition(") {")
    assert set(re.findall(r"\$(\w+)", body)) <= set(re.findall(r"\$(\w+)", head))
    declared, used = (
        re.findall(r"fragment (\w+) on", document),
        re.findall(r"\.\.\. ?(\w+)", document),
    )
    assert set(declared) == set(used) - {"on"}
    assert len(declared) == len(set(declared))
