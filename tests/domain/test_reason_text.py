import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.reason_text import NOT_TYPED, TOO_SHORT, wrong_with
from tests import builders as b


@pytest.mark.parametrize(
    "reason",
    [
        b.REASON,
        "Checkout answers 500 for every customer since 02:40, incident 1234",
        "Les clients ne peuvent plus payer depuis la dernière livraison",
        "клиенты не могут войти в систему с последнего выпуска",
        "ログインできない顧客が多数いるため、直前の変更を取り消します。影響は全体です",
        "login broken for everyone; reverting login change restores login",
        "production is down, urgent fix for the emergency",
    ],
)
def test_words_of_a_person_may_stand(reason: str) -> None:
    assert wrong_with(reason, 30) is None


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "broken",
        " " * 60,
        "\u200b" * 60,
        "<!-- " + "x y z w " * 10 + "-->",
        "prod is down" + " " * 40,
    ],
)
def test_what_cannot_be_seen_does_not_make_a_reason_longer(reason: str) -> None:
    found = wrong_with(reason, 30)
    assert found is not None
    assert found[0] == TOO_SHORT
    assert "the policy asks for 30" in found[1]


@pytest.mark.parametrize(
    "reason",
    [
        "a" * 40,
        "aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd",
        "emergency emergency emergency emergency",
        "customers cannot log in customers cannot log in",
        "asdf asdf qwer qwer asdf asdf qwer zxcv",
        "TBD: will be written after the incident is over",
        "see above, and see above again",
        "<why is this an emergency and what is broken>  [describe]" + " n/a" * 12,
        "1111111111 2222222222 3333333333 4444444444",
        "........................................",
        "Emergency deployment to production",
        "URGENT: production hotfix, see the incident for details",
        "Break-glass release because of incident 1234",
    ],
)
def test_what_only_fills_the_field_is_no_reason(reason: str) -> None:
    found = wrong_with(reason, 10)
    assert found is not None
    assert found[0] == NOT_TYPED


@given(
    st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=8),
    st.integers(min_value=2, max_value=6),
)
def test_saying_it_several_times_is_no_reason(words: list[str], times: int) -> None:
    found = wrong_with(" ".join(words * times), 1)
    assert found is not None
    assert found[0] == NOT_TYPED


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    found = wrong_with(text, 30)
    assert found is None or found[0] in {TOO_SHORT, NOT_TYPED}
