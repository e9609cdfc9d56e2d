"""Figures of agreement: the papers' own examples, what holds for any data, how often intervals err."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kickform.agreement.statistics import bland_altman, coverage, figures, icc_agreement

# Bland, Altman 1986, table: peak expiratory flow of 17 people, first reading of each meter, l/min.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
# Shrout, Fleiss 1979, table 2: six targets, four judges.
JUDGED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

numbers = st.floats(-500, 500).map(lambda x: round(x, 3))
pairs = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=30)


def test_bland_and_altman_s_peak_flow() -> None:
    found = bland_altman(WRIGHT, MINI)
    assert found.n == 17
    assert found.people is None
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert found.bias.interval == pytest.approx((-22.0, 17.8), abs=0.1)
    assert found.lower is not None
    assert found.upper is not None
    # The paper takes 2 SD for 1.96 SD: -79.7 and 75.5.
    assert found.lower.value == pytest.approx(-2.1 - 1.96 * 38.8, abs=0.1)
    assert found.upper.value == pytest.approx(-2.1 + 1.96 * 38.8, abs=0.1)


def test_limits_have_the_intervals_of_exact_tolerance_factors() -> None:
    """The exact interval of one limit comes from the non-central t distribution (Carkeet 2015)."""
    for n in (10, 20, 50, 200):
        noise = np.random.default_rng(n).standard_normal(n)
        noise = (noise - noise.mean()) / noise.std(ddof=1)
        found = bland_altman(noise, np.zeros(n))
        exact = stats.nct.ppf([0.025, 0.975], n - 1, 1.96 * math.sqrt(n)) / math.sqrt(n)
        assert found.upper is not None
        assert found.lower is not None
        assert found.upper.interval == pytest.approx(tuple(exact), rel=0.08)
        assert found.lower.interval == pytest.approx((-exact[1], -exact[0]), rel=0.08)


def test_shrout_and_fleiss_s_judges() -> None:
    found = icc_agreement(JUDGED)
    assert found is not None
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert found.interval == pytest.approx((0.019, 0.761), abs=0.001)


def test_icc_counts_a_bias_and_no_unit() -> None:
    one = np.array([150.0, 170.0, 190.0, 210.0, 260.0])
    same, shifted = (
        icc_agreement(np.column_stack([one, one])),
        icc_agreement(np.column_stack([one, one + 30])),
    )
    assert same is not None
    assert same.value == pytest.approx(1.0)
    assert shifted is not None
    assert shifted.value < 0.9
    again = icc_agreement(np.column_stack([one, one + 30]) / 1000)
    assert again is not None
    assert again.value == pytest.approx(shifted.value)
    assert again.interval == pytest.approx(shifted.interval)


def test_where_nothing_varies_there_is_no_icc() -> None:
    assert icc_agreement([[5.0, 5.0]] * 6) is None
    assert icc_agreement([[5.0, 6.0], [7.0, 8.0]]) is None, "two things are too few"


def test_contacts_of_few_people_are_no_independent_pairs() -> None:
    """Ten people whose biases differ: the interval that takes each contact for itself is far too narrow."""
    draw = np.random.default_rng(3)
    people = np.repeat(np.arange(10), 20)
    differences = draw.normal(0, 10, 10)[people] + draw.normal(0, 5, 200)
    alone, grouped = (bland_altman(differences, np.zeros(200), p) for p in (None, list(people)))
    assert alone.bias.interval is not None
    assert grouped.bias.interval is not None
    assert grouped.people == 10
    assert np.diff(grouped.bias.interval)[0] > 2.5 * np.diff(alone.bias.interval)[0]


def test_with_one_contact_a_person_people_change_nothing() -> None:
    one, two = bland_altman(WRIGHT, MINI), bland_altman(WRIGHT, MINI, [f"person {i}" for i in range(17)])
    assert two.bias == one.bias
    assert two.sd == pytest.approx(one.sd)
    assert two.lower is not None
    assert one.lower is not None
    assert two.lower.interval == pytest.approx(one.lower.interval)


def test_one_person_has_limits_and_no_intervals() -> None:
    found = bland_altman(WRIGHT, MINI, ["Anna"] * 17)
    assert found.people == 1
    assert found.bias.interval is None
    assert found.lower is not None
    assert found.lower.interval is None
    assert found.sd == pytest.approx(38.8, abs=0.05)


@pytest.mark.parametrize("each", [[8] * 10, [2, 3, 4, 5, 6, 7, 8, 12, 16, 20]])
def test_intervals_hold_the_truth_19_times_in_20(each: list[int]) -> None:
    draw = np.random.default_rng(7)
    people = np.repeat(np.arange(len(each)), each)
    bias, between, within, rounds = 4.0, 6.0, 9.0, 600
    half = 1.96 * math.hypot(between, within)
    held = np.zeros(3)
    for _ in range(rounds):
        differences = bias + draw.normal(0, between, len(each))[people] + draw.normal(0, within, len(people))
        found = bland_altman(differences, np.zeros(len(people)), list(people))
        for place, (line, truth) in enumerate(
            ((found.bias, bias), (found.lower, bias - half), (found.upper, bias + half))
        ):
            assert line is not None
            assert line.interval is not None
            held[place] += line.interval[0] <= truth <= line.interval[1]
    assert (held / rounds > 0.92).all(), held / rounds
    assert (held / rounds < 0.98).all(), held / rounds


@given(pairs)
def test_what_holds_for_any_pairs(values: list[tuple[float, float]]) -> None:
    one, two = np.array(values).T
    found, turned = figures(one, two), figures(two, one)
    ba = found.bland_altman
    assert ba.lower is not None
    assert ba.upper is not None
    assert ba.lower.value <= ba.bias.value <= ba.upper.value
    assert found.mae >= abs(ba.bias.value) - 1e-9
    assert turned.mae == pytest.approx(found.mae)
    assert turned.bland_altman.bias.value == pytest.approx(-ba.bias.value, abs=1e-9)
    for line in (ba.lower, ba.bias, ba.upper):
        assert line.interval is not None
        assert line.interval[0] <= line.value + 1e-9
        assert line.value <= line.interval[1] + 1e-9
    if found.icc is not None:
        assert found.icc.value <= 1 + 1e-9
        if found.icc.interval is not None:
            low, high = found.icc.interval
            assert low - 1e-6 <= found.icc.value <= high + 1e-6


@given(pairs, st.floats(-100, 100))
def test_a_shift_moves_the_bias_and_no_width(values: list[tuple[float, float]], shift: float) -> None:
    one, two = np.array(values).T
    found, moved = bland_altman(one, two), bland_altman(one + shift, two)
    assert moved.bias.value == pytest.approx(found.bias.value + shift, abs=1e-6)
    assert moved.sd == pytest.approx(found.sd, abs=1e-6)


def test_coverage_counts_what_lies_inside() -> None:
    found = coverage([0.0, 9.7, -9.9, 30.0, 5.0], [5.0, 5.0, 5.0, 5.0, math.nan])
    assert found is not None
    assert found.value == 0.5, "9.7 lies inside 1.96 x 5, 9.9 does not; where no SD is stated, nothing counts"
    assert found.interval is not None
    assert 0 < found.interval[0] < 0.5 < found.interval[1] < 1
    assert coverage([1.0], [math.nan]) is None


@pytest.mark.parametrize(
    ("one", "two", "part"),
    [
        ([], [], "is needed"),
        ([1.0], [1.0, 2.0], "shapes"),
        ([[1.0]], [[1.0]], "shapes"),
        ([math.nan], [1.0], "not finite"),
        ([1.0], [math.inf], "not finite"),
    ],
)
def test_what_is_no_pairs_is_refused(one: list[float], two: list[float], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        bland_altman(one, two)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        bland_altman([1.0, 2.0], [1.0, 2.0], ["Anna"])
    with pytest.raises(ValueError, match="two devices"):
        icc_agreement([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="not finite"):
        icc_agreement([[1.0, math.nan]] * 4)
    with pytest.raises(ValueError, match="SDs"):
        coverage([1.0], [1.0, 2.0])
