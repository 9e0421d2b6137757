"""One HTTP answer of GitHub, parsed as far as it can be."""

from __future__ import annotations

from dataclasses import dataclass

from gate.adapters import strict_json
from gate.adapters.forges.github.question import Question, missing, refused
from gate.adapters.forges.github.transport import Reply
from gate.adapters.part import Part
from gate.adapters.token_forms import without_credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, with the question. `problem` says why `value` is not the JSON that was promised."""

    question: Question
    reply: Reply
    value: object = None
    problem: str = ""

    def part(self) -> Part:
        """The content of a successful answer; FactMissing when it was refused or cannot be read."""
        status = self.reply.status
        # GitHub explains itself in JSON. A page of HTML comes from something that stands in between.
        if status >= 500 or status == 429 or (status >= 300 and not self.problem):
            raise refused(self.question, status, self.message(), self.reply.headers)
        if self.problem:
            kind = self.reply.headers.get("content-type", "no content type")
            raise missing(
                self.question,
                "unreadable",
                f"what came is not an answer of GitHub's API ({self.problem}; HTTP {status}, "
                f"{without_credentials(kind)[:100]})",
            )
        return Part(self.value, self.question.asked)

    def message(self) -> str:
        """GitHub's own words for an error; empty when there are none."""
        found = self.value.get("message") if isinstance(self.value, dict) else None
        return found if isinstance(found, str) else ""


def read(question: Question, reply: Reply) -> Answer:
    """Parse the content, which has to claim to be JSON and to be it."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.endswith("json"):
        return Answer(question=question, reply=reply, problem="it does not claim to be JSON")
    try:
        return Answer(question=question, reply=reply, value=strict_json.parse(reply.content))
    except ValueError as error:
        return Answer(question=question, reply=reply, problem=f"no JSON: {str(error)[:80]}")
