"""Findings that drills make alike: bands of a mean, either way round, and form that goes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kickform.drills.common.findings import FORM_IS_GOING, Band, FindingText, band_finding, fading_finding
from kickform.results.findings import RepResult

GOOD = FindingText("fine", "Fine: {mean:.0f}.", "Keep it.")
BAD = FindingText("poor", "Poor: {mean:.0f}.", "Mend it.")
MORE, LESS = Band(80, 70, 60), Band(200, 250, 300)


def reps(numbers: Sequence[float | None], sides: str = "b") -> list[RepResult]:
    """Reps of a second each, with the number "n" where there is one."""
    side = {"b": "both", "l": "left", "r": "right"}
    return [
        RepResult(
            place, side[sides[(place - 1) % len(sides)]], float(place), place + 1.0, None,
            {} if number is None else {"n": number}, key_s=place + 0.5,
        )
        for place, number in enumerate(numbers, start=1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("band", "numbers", "severity", "of", "shown"),
    [
        (MORE, [82, 90, 80], "good", (1, 2, 3), 2),
        (MORE, [75, 71, 79], None, (), 0),
        (MORE, [60, 72, 65], "advice", (1, 3), 1),
        (MORE, [60, 40, 75], "fault", (1, 2), 2),
        (LESS, [190, 150, 200], "good", (1, 2, 3), 2),
        (LESS, [220, 249, 201], None, (), 0),
        (LESS, [290, 240, 260], "advice", (1, 3), 1),
        (LESS, [400, 240, 320], "fault", (1, 3), 1),
        (Band(2.0, 1.7), [0.5, 0.6], "advice", (1, 2), 1),
    ],
)
def test_a_mean_is_told_by_its_band(band, numbers, severity, of, shown):
    found = band_finding(reps(numbers), "n", band, GOOD, BAD)
    if severity is None:
        assert found is None
        return
    words = GOOD if severity == "good" else BAD
    assert (found.code, found.severity, found.cue) == (words.code, severity, words.cue)
    assert found.message == words.message.format(mean=sum(numbers) / len(numbers))
    assert found.reps == of
    assert found.time_s == shown + 0.5


def test_reps_without_the_number_tell_nothing():
    assert band_finding(reps([None, None]), "n", MORE, GOOD, BAD) is None
    assert band_finding(reps([None, 90]), "n", MORE, GOOD, BAD).reps == (2,)


def test_another_mean_may_judge_and_the_plain_one_is_told():
    found = band_finding(reps([90, 60]), "n", MORE, GOOD, BAD, mean=85)
    assert (found.code, found.message) == ("fine", "Fine: 75.")
    found = band_finding(reps([90, 90]), "n", MORE, GOOD, BAD, mean=65)
    assert (found.severity, found.reps) == ("advice", (1,))  # no rep is beyond: the worst stands for it


@pytest.mark.parametrize("worse", [-1, 1])
@pytest.mark.parametrize(("step", "severity"), [(0.5, None), (2.0, "advice"), (4.0, "fault")])
def test_form_that_goes_is_told_beyond_the_least(worse, step, severity):
    numbers = [100 + worse * step * place for place in range(10)]
    found = fading_finding(
        reps(numbers), "n", "Worse by {change:.0f}", worse=worse, least=10, much=20, sd=0.5
    )
    if severity is None:
        assert found is None
        return
    change = f"{7 * step:.0f}"  # from the third rep on
    going = ": your form is going." if severity == "fault" else "."
    assert (found.code, found.severity, found.cue) == ("fading", severity, FORM_IS_GOING)
    assert found.message == f"Worse by {change}{going}"
    assert (found.reps, found.time_s) == ((8, 9, 10), 10.5)
    assert fading_finding(reps(numbers), "n", "{change}", worse=-worse, least=10, much=20, sd=0.5) is None


def test_what_is_measured_too_coarsely_does_not_fade():
    numbers = [100.0 + 2 * place for place in range(10)]
    assert fading_finding(reps(numbers), "n", "{change}", worse=1, least=10, much=20, sd=20.0) is None


def test_legs_that_take_turns_are_held_against_themselves():
    numbers = [(100.0, 140.0)[place % 2] + 4 * place for place in range(12)]
    told = {"worse": 1, "least": 10, "much": 20, "sd": 1.0}
    assert fading_finding(reps(numbers, "lr"), "n", "{change}", **told) is not None
    assert fading_finding(reps([100.0, 140.0] * 6, "lr"), "n", "{change}", **told) is None
    # Against one median for all, the legs' difference hides it.
    assert fading_finding(reps(numbers, "lr"), "n", "{change}", **told, by_leg=False) is None
