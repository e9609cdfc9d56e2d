"""Which contact is which: by time with a clock that starts anywhere, and by order."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kickform.agreement.alignment import _embedded, align_by_order, align_by_time, match_by_time
from kickform.numeric import FloatArray
from tests.agreement.references import jumps


def noisy(times: FloatArray, seed: int, sd_s: float = 0.008) -> FloatArray:
    return times + sd_s * np.random.default_rng(seed).standard_normal(times.shape)


def without(times: FloatArray, gone: set[int]) -> tuple[FloatArray, list[int]]:
    """Return the rows that are left, and their numbers."""
    left = [i for i in range(len(times)) if i not in gone]
    return times[left], left


def both(times: FloatArray) -> list[str]:
    return ["both"] * len(times)


@given(
    st.integers(0, 300),
    st.floats(-1e5, 1e5),
    st.sets(st.integers(0, 11), max_size=1),
    st.sets(st.integers(0, 11), max_size=1),
)
def test_the_clock_s_offset_is_found_whatever_is_missed(
    seed: int, offset_s: float, missed: set[int], lost: set[int]
) -> None:
    true = np.array(jumps(12, seed))
    clip, clip_rows = without(noisy(true, seed, 0.004), missed)
    reference, reference_rows = without(true, lost)
    found = align_by_time(clip, reference + offset_s, both(clip), both(reference))
    assert found.offset_s is not None
    assume(not found.ambiguous)
    assert found.offset_s == pytest.approx(offset_s, abs=0.02)
    pairs = [(clip_rows[i], reference_rows[j]) for i, j in found.pairs]
    assert pairs == [(i, i) for i in range(12) if i not in missed | lost]


def test_most_sets_are_no_riddle() -> None:
    """Else the test above would assume everything away."""
    riddles = 0
    for seed in range(60):
        true = np.array(jumps(12, seed))
        clip, _ = without(noisy(true, seed), {3})
        riddles += align_by_time(clip, true + 5, both(clip), both(true)).ambiguous
    assert riddles <= 2


def test_a_perfect_metronome_is_called_ambiguous() -> None:
    true = np.array([(0.6 * k, 0.6 * k + 0.2) for k in range(10)])
    assert not align_by_time(true, true + 3, both(true), both(true)).ambiguous, (
        "a shift would leave one alone"
    )
    shorter = align_by_time(true[1:], true + 3, both(true[1:]), both(true))
    assert shorter.ambiguous
    assert len(shorter.pairs) == 9


def test_half_known_contacts_help_with_what_they_have() -> None:
    true = np.array(jumps(6))
    reference = true + 7.0
    reference[0, 0] = reference[-1, 1] = np.nan
    found = align_by_time(true, reference, both(true), both(true))
    assert found.offset_s == pytest.approx(7.0)
    assert found.pairs == tuple((i, i) for i in range(6))


def test_quick_steps_are_paired_with_their_own_foot() -> None:
    """Ladder steps 0.14 s apart: a contact that one foot missed is not given to the other."""
    starts = np.arange(12) * 0.14
    true = np.column_stack([starts, starts + 0.11])
    feet = ["left", "right"] * 6
    clip, rows = without(noisy(true, 2, 0.006), {5})
    found = align_by_time(clip, true + 2.0, [feet[i] for i in rows], feet)
    assert [(rows[i], j) for i, j in found.pairs] == [(i, i) for i in rows]


def test_nothing_in_common_is_no_pair() -> None:
    true = np.array(jumps(4))
    assert match_by_time(true, true + 60.0, both(true), both(true), 0.0) == ()
    assert align_by_time(true, np.zeros((0, 2)), both(true), []).pairs == ()


@given(
    st.lists(st.integers(120, 400), min_size=3, max_size=15, unique=True),
    st.sets(st.integers(0, 14), max_size=2),
    st.integers(-40, 40),
)
def test_contact_times_alone_keep_their_order(lengths: list[int], missed: set[int], bias: int) -> None:
    true = np.array(lengths) / 1000
    left = [i for i in range(len(true)) if i not in missed]
    found = align_by_order(true[left] + bias / 1000, true)
    assert found.offset_s is None
    assert [i for i, _ in found.pairs] == list(range(len(left))), "as few gaps as there must be"
    places = [j for _, j in found.pairs]
    assert all(a < b for a, b in pairwise(places))
    turned = align_by_order(true, true[left] + bias / 1000)
    assert len(turned.pairs) == len(left)


def test_the_gap_is_put_where_it_costs_least() -> None:
    reference = np.array([0.18, 0.20, 0.25, 0.19, 0.21])
    found = align_by_order(reference[[0, 1, 3, 4]] + 0.01, reference)
    assert found.pairs == ((0, 0), (1, 1), (2, 3), (3, 4))
    extra = align_by_order(np.array([0.18, 0.20, 0.40, 0.25, 0.19, 0.21]), reference)
    assert extra.pairs == ((0, 0), (1, 1), (3, 2), (4, 3), (5, 4))


def test_no_gap_is_made_to_flatter_the_agreement() -> None:
    """As many contacts in both: they are paired one by one, however little they are alike."""
    assert align_by_order(np.array([0.2, 0.3, 0.2]), np.array([0.3, 0.2, 0.3])).pairs == (
        (0, 0),
        (1, 1),
        (2, 2),
    )


@given(
    st.lists(st.integers(100, 400), min_size=1, max_size=5),
    st.lists(st.integers(100, 400), min_size=5, max_size=8),
)
def test_no_other_order_costs_less(short: list[int], long: list[int]) -> None:
    """Held against trying them all, with the bias known to be none."""
    one, two = np.array(short) / 1000, np.array(long) / 1000
    places = _embedded(one, two)
    best = min(float(np.abs(one - two[list(c)]).sum()) for c in combinations(range(len(two)), len(one)))
    assert float(np.abs(one - two[places]).sum()) == pytest.approx(best)
    assert (np.diff(places) > 0).all()
