import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.review_comment import (
    FINDINGS_MIN_LENGTH,
    WHY_NOT,
    NoReview,
    ReviewComment,
    ReviewOutcome,
    read_review,
)
from tests.domain.test_placeholders import PLACEHOLDERS

FINDINGS = "Read the diff of the retry fix, ran the whole suite on it, and watched the error rate."
PLAIN = f"Reviewed: 3f2a91c\nOutcome: confirmed\nFindings: {FINDINGS}"
WANTED = ReviewComment(revision="3f2a91c", outcome=ReviewOutcome.CONFIRMED, findings=FINDINGS)

KIND = {
    "plain": PLAIN,
    "in any case": f"REVIEWED: 3F2A91C\noutcome: Confirmed\nfindings: {FINDINGS}",
    "in another order": f"Findings: {FINDINGS}\nOutcome: confirmed\nReviewed: 3f2a91c",
    "as a list": f"- Reviewed: 3f2a91c\n- Outcome: confirmed\n- Findings: {FINDINGS}",
    "as a numbered list": f"1. Reviewed: 3f2a91c\n2) Outcome: confirmed\n3. Findings: {FINDINGS}",
    "as a ticked list": f"- [x] Reviewed: 3f2a91c\n- [X] Outcome: confirmed\n- [ ] Findings: {FINDINGS}",
    "in bold": f"**Reviewed:** 3f2a91c\n\n__Outcome__: confirmed\n\n**Findings**: {FINDINGS}",
    "with blank lines": f"\n\nReviewed: 3f2a91c\n\n\nOutcome: confirmed\n\nFindings:\n\n{FINDINGS}\n",
    "with words before": f"Hi all, here it is.\n\n{PLAIN}",
    "as headings": f"## Reviewed: 3f2a91c\n## Outcome: confirmed\n## Findings:\n{FINDINGS}",
    "below its label": f"Reviewed:\n`3f2a91c`\nOutcome:\n**confirmed**\nFindings:\n{FINDINGS}",
    "as code": f"```text\n{PLAIN}\n```",
    "with a link": PLAIN.replace("3f2a91c", "[`3f2a91c`](https://github.com/acme/app/commit/3f2a91c)"),
    "with Windows lines": PLAIN.replace("\n", "\r\n"),
    "with a full stop": PLAIN.replace("confirmed", "Confirmed."),
    "with wide colons": PLAIN.replace(":", "："),
    "after a quote": f"> Reviewed: 0000000\n> Outcome: not genuine\n\n{PLAIN}",
    "with a hidden note": f"<!-- Outcome: not genuine -->\n{PLAIN}",
    "with talk below": PLAIN.replace("confirmed", "confirmed\nThat was quick.\n"),
    "with invisible characters": PLAIN.replace("Reviewed", "Re\u200bviewed"),
}  # fmt: skip


@pytest.mark.parametrize("body", KIND.values(), ids=KIND.keys())
def test_a_review_is_read_however_it_is_laid_out(body: str) -> None:
    assert read_review(body) == WANTED


def test_findings_may_run_over_several_lines_and_down_to_the_end() -> None:
    findings = "Read the diff.\n- the retry is bounded\n- tests pass: all"
    body = f"Reviewed: 3f2a91c\nFindings: {findings}\nOutcome: rolled back"
    found = read_review(body)
    assert isinstance(found, ReviewComment)
    assert found.findings == "Read the diff. - the retry is bounded - tests pass: all"
    assert found.outcome is ReviewOutcome.ROLLED_BACK


@pytest.mark.parametrize("outcome", ReviewOutcome)
@pytest.mark.parametrize("write", [str, str.upper, lambda text: text.replace(" ", "_")])
def test_every_outcome_is_known_by_its_words(outcome: ReviewOutcome, write: type[str]) -> None:
    found = read_review(PLAIN.replace("confirmed", write(outcome.value)))
    assert isinstance(found, ReviewComment)
    assert found.outcome is outcome


@pytest.mark.parametrize("sha", ["3f2a91c", "3f2a91c" * 5 + "abcde", "a" * 64])
def test_the_revision_is_seven_digits_or_the_whole(sha: str) -> None:
    found = read_review(PLAIN.replace("3f2a91c", sha))
    assert isinstance(found, ReviewComment)
    assert found.revision == sha


NOT = {
    "thanks": ("", "talk"),
    "looks good": ("LGTM, thanks for the quick fix!", "talk"),
    "one line that looks like it": ("Outcome: we shall see tomorrow.", "talk"),
    "all of it quoted": ("\n".join(f"> {line}" for line in PLAIN.splitlines()), "talk"),
    "all of it hidden": (f"<!--\n{PLAIN}\n-->", "talk"),
    "two revisions": (f"{PLAIN}\nReviewed: 0000000", "said-twice"),
    "two outcomes": (f"Outcome: not genuine\n{PLAIN}", "said-twice"),
    "no revision": (PLAIN.replace("3f2a91c", ""), "no-revision"),
    "no line of the revision": (PLAIN.partition("\n")[2], "no-revision"),
    "six digits": (PLAIN.replace("3f2a91c", "3f2a91"), "no-revision"),
    "too many digits": (PLAIN.replace("3f2a91c", "a" * 65), "no-revision"),
    "a branch": (PLAIN.replace("3f2a91c", "main"), "no-revision"),
    "more than a revision": (PLAIN.replace("3f2a91c", "3f2a91c and more"), "no-revision"),
    "no outcome": (PLAIN.replace("confirmed", ""), "no-outcome"),
    "no line of the outcome": (f"Reviewed: 3f2a91c\nFindings: {FINDINGS}", "no-outcome"),
    "the outcomes to choose from": (
        PLAIN.replace("confirmed", "confirmed | confirmed with actions | rolled back | not genuine"),
        "no-outcome",
    ),
    "another outcome": (PLAIN.replace("confirmed", "fine"), "no-outcome"),
    "no findings": (PLAIN.replace(FINDINGS, ""), "no-findings"),
    "no line of the findings": ("Reviewed: 3f2a91c\nOutcome: confirmed", "no-findings"),
    "short findings": (PLAIN.replace(FINDINGS, "Read the diff."), "no-findings"),
    "padded findings": (PLAIN.replace(FINDINGS, "Read it." + " " * 40), "no-findings"),
    "findings to come": (PLAIN.replace(FINDINGS, "TBD, I will write them down after lunch"), "no-findings"),
    "empty words": (PLAIN.replace(FINDINGS, "the change is good and can be deployed again"), "no-findings"),
    "a template": (PLAIN.replace(FINDINGS, "<what was looked at, and what was found there>"), "no-findings"),
    "one sign": (PLAIN.replace(FINDINGS, "x" * 40), "no-findings"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "code"), NOT.values(), ids=NOT.keys())
def test_what_lacks_something_is_no_review_and_says_what(body: str, code: str) -> None:
    found = read_review(body)
    assert isinstance(found, NoReview)
    assert found.code == code
    assert found.code in WHY_NOT
    assert found.why
    assert found.meant is (code != "talk")


@given(st.text())
def test_any_text_is_a_review_or_says_why_not(body: str) -> None:
    assert isinstance(read_review(body), ReviewComment | NoReview)


@given(st.permutations(["Reviewed: 3f2a91c", "Outcome: confirmed", f"Findings: {FINDINGS}"]))
def test_the_order_of_the_lines_says_nothing(lines: list[str]) -> None:
    assert read_review("\n\n".join(lines)) == WANTED


@given(st.sampled_from(PLACEHOLDERS))
def test_no_placeholder_is_a_finding(text: str) -> None:
    assert isinstance(read_review(PLAIN.replace(FINDINGS, text)), NoReview)


@given(st.text(), st.text())
def test_a_review_has_all_that_it_must_have(before: str, after: str) -> None:
    found = read_review(f"{before}\n{PLAIN}\n{after}")
    if isinstance(found, ReviewComment):
        assert len(found.findings) >= FINDINGS_MIN_LENGTH
        assert found.revision == "3f2a91c"


@pytest.mark.parametrize(
    "unit", ["Reviewed:", "*", "- [x] ", "> ", "`", "[](", "Findings: a\n", "<!--"]
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    assert isinstance(read_review(unit * 60_000), NoReview)
