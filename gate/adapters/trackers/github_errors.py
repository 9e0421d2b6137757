"""What the `errors` of a GraphQL answer mean: it comes as HTTP 200 all the same."""

from __future__ import annotations

from collections.abc import Mapping

from gate.adapters.answer import Asked
from gate.adapters.forges.github.graph_errors import FAILURES, reason_of
from gate.adapters.part import Part
from gate.adapters.token_forms import without_credentials
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

_GRANT = (
    "whoever owns the workflow adds `permissions: issues: read` to the job; for another repository, it takes the token "
    "of an app that may read its issues"
)


def raise_errors(answer: Part, asked: Mapping[str, str]) -> None:
    """Raise FactMissing for the first error, if there is one: a part that failed makes everything doubtful.

    `asked` has the key of the issue that stands under each alias.
    """
    if not answer.has("errors"):
        return
    for error in answer.items("errors"):
        path = error.items("path") if error.has("path") else ()
        alias = path[0].value if path else ""
        key = asked.get(alias, "") if isinstance(alias, str) else ""
        raise _failure(answer.asked, error, key or ", ".join(asked.values()))
    raise answer.wrong("free of errors, nor does it name one", "errors")


def _failure(asked: Asked, error: Part, key: str) -> FactMissing:
    kind, message = error.text_or_empty("type"), error.text_or_empty("message")
    said = safe(without_credentials(f"{kind}: {message}" if kind else message))
    about = Asked(system=asked.system, what=f"ticket {safe(key)}", host=asked.host)
    code = reason_of(kind, message)
    if code == "not-found":
        return about.missing(
            code,
            f"GitHub says that there is no issue {safe(key)}: it does not exist, is a pull request, or this token "
            f"may not see it ({said})",
            f"whoever deploys checks the key; if the issue exists, {_GRANT}",
        )
    if code == "not-permitted":
        return about.missing(code, f"the token may not read {safe(key)} ({said})", _GRANT)
    return about.missing(code, f"{FAILURES[code]} ({said})")
