import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.rollback_plan import MOST_PLANS, Plan, plan_in_field, plans_in
from tests.domain.test_placeholders import PLACEHOLDERS

WANTED = ("trigger", "owner", "steps", "verification")

HEADINGS = """\
## Rollback plan

### Trigger criteria
5xx above 1 % for 5 minutes on the API board

### Decision owner
Alice Ng

### Steps
1. `make rollback ENV=prod`
2. wait for the pods

### How to verify
/health is green
"""
LABELS = """\
**Rollback plan**
Trigger: 5xx above 1 % for 5 minutes
Owner: Alice Ng

```sh
make rollback ENV=prod
```

Verification: /health is green
"""
BULLETS = """\
Rollback plan:
- **Roll back if** 5xx exceed 1 %: see the API board
- Roll back if 5xx exceed 1 %
- **Owner:** Alice Ng
- Steps: `make rollback ENV=prod`
- Verified by the smoke test
"""
TABLE = """\
# Backout plan
| Part | Content |
|---|---|
| Trigger | 5xx above 1 % |
| Owner | Alice Ng |
| Steps | `make rollback ENV=prod`<br>wait for the pods |
| Verification | /health is green |
"""
ITEM = """\
- [x] Rollback plan: see below
  - Trigger: 5xx above 1 %
  - Owner: Alice Ng
  - Steps: `make rollback ENV=prod`
  - Verification: /health is green
- [x] Tested
"""
SUMMARY = f"<details><summary>Rollback plan</summary>\n\n{LABELS.split(chr(10), 1)[1]}\n</details>"
SETEXT = HEADINGS.replace("## Rollback plan", "Rollback plan\n---")
GOOD = [HEADINGS, LABELS, BULLETS, TABLE, ITEM, SUMMARY, SETEXT]


def only(markdown: str) -> Plan:
    (plan,) = plans_in(markdown, WANTED)
    return plan


@pytest.mark.parametrize("markdown", GOOD)
def test_a_plan_is_complete_in_every_form_that_people_write(markdown: str) -> None:
    plan = plans_in(markdown, WANTED)[0]
    assert plan.is_complete(WANTED), plan.parts
    assert (plan.absent(WANTED), plan.placeholders(WANTED)) == ((), ())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Rollback", "Rollback"),
        ("# Roll-back plan for api", "Roll-back plan"),
        ("## 9. Rollback plan (high risk)", "9. Rollback plan (high risk)"),
        ("## ⏪ Rollback strategy", "⏪ Rollback strategy"),
        ("## How to roll back", "How to roll back"),
        ("# Rollback plan - api", "Rollback plan"),
        ("# Backout procedure: x", "Backout procedure"),
        ("Back-out plan", "Back-out plan"),
        ("**Revert:** x", "Revert"),
        ("ROLLBACK PLAN: x", "ROLLBACK PLAN"),
        ("Rollback\u200b plan: x", "Rollback plan"),
        ("| Rollback plan | x |", "Rollback plan"),
    ],
)
def test_a_plan_begins_at_its_title(line: str, title: str) -> None:
    assert only(line).title == title


@pytest.mark.parametrize(
    "line",
    [
        "we discussed the rollback plan",
        "We discussed the rollback plan: it is fine",
        "Rollback plan is in the wiki",
        "Rollback plan for api",
        "- [x] Rollback plan",
        "Revert the commit if it breaks",
        "## Revert logic in the parser",
        "## Rollbacks",
        "# The rollback plan",
        "<!-- ## Rollback plan -->",
        "```\n## Rollback plan\n```",
        "Plan: rollback",
        "",
    ],
)
def test_running_text_about_a_rollback_is_no_plan(line: str) -> None:
    assert plans_in(line, WANTED) == ()


def test_a_plan_ends_with_its_section() -> None:
    plan = only("## Rollback plan\nTrigger: 5xx\n## Team\nOwner: Alice Ng")
    assert plan.absent(WANTED) == ("owner", "steps", "verification")
    plan = only("Rollback plan:\nTrigger: 5xx\nCost centre: 7\nOwner: Alice Ng")
    assert plan.absent(WANTED) == ("owner", "steps", "verification")


def test_a_plan_that_says_nothing_is_known_as_such() -> None:
    plan = only("## Rollback plan\nN/A, stateless")
    assert plan.says_nothing
    assert not plan.is_complete(WANTED)


def test_prose_without_labels_names_no_part() -> None:
    plan = only("## Rollback plan\nAlice runs make rollback if the API breaks.")
    assert plan.absent(WANTED) == WANTED
    assert not plan.says_nothing


def test_rollback_steps_may_be_prose() -> None:
    assert only("## Rollback procedure\nrun make rollback").parts == {"steps": "run make rollback"}


def test_the_policy_names_parts_as_it_likes() -> None:
    (plan,) = plans_in(
        "# Rollback\nTarget version: v1.4.2\nData loss window: none", ["target_version"]
    )
    assert plan.is_complete(["target_version"])
    assert plan.absent(["Target-Version", "tested"]) == ("tested",)


def test_without_wanted_parts_any_plan_that_says_something_is_complete() -> None:
    assert only("# Rollback\nrun make rollback").is_complete(())
    assert not only("# Rollback\nTBD").is_complete(())


def test_all_plans_are_found_but_not_endlessly_many() -> None:
    assert len(plans_in("# Rollback\nx\n# Backout plan\ny", WANTED)) == 2
    assert len(plans_in("revert\n" * 10_000, WANTED)) == MOST_PLANS


def test_a_field_of_that_name_holds_a_plan() -> None:
    plan = plan_in_field("Backout plan", LABELS.split("\n", 1)[1], WANTED)
    assert plan is not None
    assert plan.title == "Backout plan"
    assert plan.is_complete(WANTED)


def test_the_policy_may_call_the_field_as_it_likes() -> None:
    text = LABELS.split("\n", 1)[1]
    plan = plan_in_field("Recovery", text, WANTED, " recovery")
    assert plan is not None
    assert (plan.title, plan.is_complete(WANTED)) == ("Recovery", True)
    assert plan_in_field("Recovery", text, WANTED, "Backout plan") is None


def test_a_field_of_steps_may_be_prose() -> None:
    plan = plan_in_field("Rollback steps", "run make rollback", WANTED)
    assert plan is not None
    assert plan.parts == {"steps": "run make rollback"}


def test_a_plan_with_a_title_inside_the_field_is_read_from_there() -> None:
    plan = plan_in_field("Backout plan", f"Owner: mallory\n\n{HEADINGS}", WANTED)
    assert plan is not None
    assert plan.parts["owner"] == "Alice Ng"


@pytest.mark.parametrize(
    ("name", "text"),
    [("Test plan", LABELS), ("Backout plan", " \n"), ("Backout plan", "<!-- x -->")],
)
def test_other_fields_and_empty_ones_hold_none(name: str, text: str) -> None:
    assert plan_in_field(name, text, WANTED) is None


@given(st.lists(st.sampled_from(PLACEHOLDERS), min_size=4, max_size=4), st.booleans())
def test_a_plan_made_of_placeholders_is_never_complete(fillers: list[str], headings: bool) -> None:
    mark = "### " if headings else ""
    parts = "\n".join(
        f"{mark}{name}:\n{filler}" for name, filler in zip(WANTED, fillers, strict=True)
    )
    plans = plans_in(f"## Rollback plan\n{parts}", WANTED)
    assert plans
    assert not any(plan.is_complete(WANTED) for plan in plans)


@given(st.sampled_from(PLACEHOLDERS), st.sampled_from(WANTED))
def test_one_placeholder_spoils_a_good_plan(filler: str, part: str) -> None:
    texts = dict.fromkeys(WANTED, "Alice runs make rollback") | {part: filler}
    body = "\n".join(f"### {name}\n{text}" for name, text in texts.items())
    plans = plans_in(f"## Rollback plan\n{body}", WANTED)
    assert not any(plan.is_complete(WANTED) for plan in plans)


PROSE = st.lists(
    st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=40), max_size=5
).map(lambda words: "\n".join(f"It is {word}" for word in words))


@given(PROSE, st.sampled_from(GOOD), PROSE)
def test_prose_around_a_good_plan_keeps_it_good(before: str, good: str, after: str) -> None:
    plans = plans_in(f"{before}\n\n{good}\n\n## More\n{after}", WANTED)
    assert any(plan.is_complete(WANTED) for plan in plans)


@given(st.text())
def test_every_text_can_be_looked_through(text: str) -> None:
    for plan in plans_in(f"# Rollback\n{text}", WANTED):
        assert set(plan.absent(WANTED)).isdisjoint(plan.placeholders(WANTED))


@pytest.mark.parametrize(
    "unit", ["rollback plan:\n", "# rollback\n## rollback\n", "- rollback: x\n", "rollback ("]
)
def test_hostile_text_is_looked_through_in_linear_time(unit: str) -> None:
    assert len(plans_in(unit * (60_000 // len(unit)), WANTED)) <= MOST_PLANS
