"""Corrections in contacts, flights and steps, and in everything that is computed from them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.athlete.drills import LadderParams, SkipParams
from bench.athlete.tracks import track_clip
from kickform import correct
from kickform.errors import UsageError
from kickform.events.corrections import Correction, corrections_from_json
from kickform.events.types import Contact
from kickform.pipeline.analyze import judge_estimate
from kickform.pipeline.apply_corrections import apply_corrections, hand_sd_s
from kickform.pipeline.build_motion import build_motion
from kickform.results.analysis import Analysis
from tests.known_motion import spec_of
from tests.synthetic import Camera, Clip, Phase, Stand, estimate, film, train, video_info

FPS = 60
HAND_S = 1 / FPS / math.sqrt(12)


@cache
def clip() -> Clip:
    phases: list[Phase] = [Stand(0.5), train(0.2, 0.45, 6, 0.05), Stand(0.5)]
    return film(phases, Camera(fps=FPS, noise=0.002, far=2, seed=3))


def judged(*corrections: Correction, **how: Any) -> Analysis:
    return judge_estimate(estimate(clip().track), clip().info, corrections=corrections, **how)


@cache
def found() -> Analysis:
    return judged()


def moved(contact: Any, event: str, by_s: float) -> Correction:
    name = f"{event}_s"
    middle = (contact.touchdown_s + contact.takeoff_s) / 2
    return Correction(contact.side, at_s=middle, **{name: getattr(contact, name) + by_s})


# One event of two feet


@pytest.mark.parametrize("event", ["touchdown", "takeoff"])
def test_a_moved_event_moves_all_that_depends_on_it(event: str) -> None:
    before, by_s = found(), 0.012
    after = judged(moved(before.contacts[2], event, by_s))
    one, two = before.contacts[2], after.contacts[2]
    sign = -1 if event == "touchdown" else 1
    assert two.contact_time_ms == pytest.approx(one.contact_time_ms + sign * 1000 * by_s, abs=0.01)
    assert (two.corrected, two.corrected_events) == (True, (event,))
    assert [c.corrected for c in after.contacts] == [False, False, True, False, False]
    flight = 2 if event == "touchdown" else 3
    change = after.flights[flight].flight_time_ms - before.flights[flight].flight_time_ms
    assert change == pytest.approx(-sign * 1000 * by_s, abs=0.01)
    assert after.reps[3].metrics["contact_time_ms"] == pytest.approx(two.contact_time_ms)
    assert after.reps[3].metrics["rsi_m_per_s"] != before.reps[3].metrics["rsi_m_per_s"]
    means = [a.summary.metrics["contact_time_ms"].value for a in (before, after)]
    assert means[0] is not None
    assert means[1] is not None
    assert means[1] - means[0] == pytest.approx(sign * 1000 * by_s / 5, abs=0.01)


def test_the_feet_go_with_both() -> None:
    correction = moved(found().contacts[1], "takeoff", 0.01)
    motion, _ = build_motion(clip().track, clip().info, corrections=[correction])
    by_hand = [step for step in motion.steps if step.takeoff_by_hand]
    assert [step.side for step in by_hand] == ["left", "right"]
    assert {step.takeoff_s for step in by_hand} == {correction.takeoff_s}


def test_an_event_set_by_hand_has_the_sd_of_a_person_who_steps_frames() -> None:
    contact = found().contacts[2]
    both = Correction("both", touchdown_s=contact.touchdown_s, takeoff_s=contact.takeoff_s)
    two = judged(both).contacts[2]
    assert two.sd_ms == pytest.approx(1000 * math.sqrt(2) * HAND_S, rel=1e-6)
    motion = found().motion
    assert motion is not None
    old = next(c for c in motion.contacts if c.touchdown_s == contact.touchdown_s)
    half = judged(moved(contact, "touchdown", 0.0)).contacts[2]
    assert half.sd_ms == pytest.approx(1000 * math.hypot(HAND_S, old.takeoff_sd_s), rel=1e-6)


def test_where_frames_repeat_a_person_sees_less() -> None:
    poses = replace(estimate(clip().track), duplicate_share=0.5)
    contact = found().contacts[2]
    both = Correction("both", touchdown_s=contact.touchdown_s, takeoff_s=contact.takeoff_s)
    twice = judge_estimate(poses, clip().info, corrections=[both]).contacts[2]
    assert twice.sd_ms == pytest.approx(1000 * math.sqrt(2) * 2 * HAND_S, rel=1e-6)


def test_the_sd_is_that_of_the_frames_around() -> None:
    times = np.array([0.0, 0.1, 0.2, 0.6, 0.7])
    assert hand_sd_s(times, 0.15) == pytest.approx(0.1 / math.sqrt(12))
    assert hand_sd_s(times, 0.4) == pytest.approx(0.4 / math.sqrt(12))
    for outside in (-0.05, 0.75):
        assert hand_sd_s(times, outside) == pytest.approx(0.1 / math.sqrt(12))


def test_slow_motion_counts_in_real_time() -> None:
    slow = replace(clip().track, time_s=8 * clip().track.time_s)
    info = replace(clip().info, mean_fps=FPS / 8)
    contact = found().contacts[2]
    both = Correction("both", touchdown_s=8 * contact.touchdown_s, takeoff_s=8 * contact.takeoff_s)
    two = judge_estimate(estimate(slow), info, corrections=[both], slow_motion=8).contacts[2]
    assert two.corrected
    assert two.contact_time_ms == pytest.approx(contact.contact_time_ms, rel=1e-6)
    assert two.sd_ms == pytest.approx(1000 * math.sqrt(2) * HAND_S, rel=1e-6)


# Pieces that are not there, pieces that were missed


def test_a_contact_that_is_none_is_taken_out_and_its_flights_become_one() -> None:
    gone = found().contacts[2]
    middle = (gone.touchdown_s + gone.takeoff_s) / 2
    after = judged(Correction("both", at_s=middle, remove=True))
    assert len(after.contacts) == 4
    assert len(after.flights) == 5
    whole = after.flights[2]
    assert (whole.takeoff_s, whole.touchdown_s) == (
        found().flights[2].takeoff_s,
        found().flights[3].touchdown_s,
    )


def test_a_missed_contact_is_put_in_and_splits_the_flight() -> None:
    flight = found().flights[2]
    down = flight.takeoff_s + 0.12
    after = judged(Correction("both", touchdown_s=down, takeoff_s=down + 0.1))
    assert len(after.contacts) == 6
    assert after.contacts[2].corrected_events == ("touchdown", "takeoff")
    assert after.contacts[2].contact_time_ms == pytest.approx(100)
    assert len(after.reps) == 7


def test_taking_a_flight_out_and_putting_it_back() -> None:
    flight = found().flights[2]
    joined = Correction("both", "flight", at_s=(flight.takeoff_s + flight.touchdown_s) / 2, remove=True)
    without = judged(joined, drill="pogo")
    assert len(without.flights) == 5
    back = Correction("both", "flight", touchdown_s=flight.touchdown_s, takeoff_s=flight.takeoff_s)
    again = judged(joined, back)
    assert [f.flight_time_ms for f in again.flights] == pytest.approx(
        [f.flight_time_ms for f in found().flights]
    )
    assert [c.corrected_events for c in again.contacts] == [(), ("takeoff",), ("touchdown",), (), ()]


def test_jumps_that_nobody_found_can_be_told() -> None:
    standing = film([Stand(4.0)], Camera(fps=FPS, noise=0.002))
    corrections = [
        Correction("both", "flight", touchdown_s=at + 0.4, takeoff_s=at) for at in (0.5, 1.1, 1.7, 2.3)
    ]
    told = judge_estimate(estimate(standing.track), standing.info, drill="pogo", corrections=corrections)
    assert [round(f.flight_time_ms) for f in told.flights] == [400] * 4
    assert [round(c.contact_time_ms) for c in told.contacts] == [200] * 3


# One foot


@cache
def laddered() -> Analysis:
    track, _ = track_clip(spec_of(LadderParams()))
    return judge_estimate(estimate(track), video_info(track), drill="ladder")


def test_one_foot_of_a_ladder_is_moved_alone() -> None:
    step = laddered().contacts[6]
    after = correct(laddered(), [moved(step, "takeoff", 0.01)])
    changed = [
        (a.side, b.takeoff_s - a.takeoff_s)
        for a, b in zip(laddered().contacts, after.contacts, strict=True)
        if b.corrected
    ]
    assert changed == [(step.side, pytest.approx(0.01))]


def test_the_foot_that_a_person_names_stays() -> None:
    track, _ = track_clip(spec_of(SkipParams()))
    skips = judge_estimate(estimate(track), video_info(track), drill="a_skip")
    contact = skips.contacts[4]
    after = correct(
        skips, [Correction(contact.side, touchdown_s=contact.touchdown_s, takeoff_s=contact.takeoff_s)]
    )
    assert [c.side for c in after.contacts if c.corrected] == [contact.side]


BODY = (Contact("both", 0.0, 1.0, math.inf, 0.01, math.inf), Contact("both", 1.5, 1.7, 0.01, 0.01, 0.01))
FEET = tuple(replace(c, side=side) for c in BODY for side in ("left", "right"))  # type: ignore[arg-type]
TIMES = np.arange(0, 3, 1 / FPS)


@pytest.mark.parametrize(("by_s", "body_s"), [(0.02, 1.7), (-0.02, 1.7)])
def test_one_foot_that_leaves_first_does_not_shorten_both(by_s: float, body_s: float) -> None:
    """The body leaves with the last foot: an earlier left one changes nothing, a later one does."""
    left = Correction("left", at_s=1.6, takeoff_s=1.7 + by_s)
    held = apply_corrections(BODY, FEET, [left], TIMES)
    assert held.contacts[1].takeoff_s == pytest.approx(max(body_s, 1.7 + by_s))
    assert held.contacts[1].corrected == (by_s > 0)
    assert [s.takeoff_s for s in held.steps if s.side == "right"] == [1.0, 1.7]
    assert next(s for s in held.steps if s.corrected).takeoff_s == pytest.approx(1.7 + by_s)


def test_a_hop_moves_with_its_foot() -> None:
    body = [replace(c, side="left") for c in BODY]
    held = apply_corrections(body, body, [Correction("left", at_s=1.6, touchdown_s=1.48)], TIMES)
    assert held.contacts[1].touchdown_s == held.steps[1].touchdown_s == 1.48
    assert held.flights[0].touchdown_s == 1.48
    assert held.flights[0].sd_s == pytest.approx(math.hypot(0.01, HAND_S))


def test_quick_steps_leave_the_body_alone() -> None:
    standing = Contact("both", 0.0, 3.0, math.inf, math.inf, math.inf)
    step = Contact("left", 1.0, 1.1, 0.01, 0.01, 0.01)
    held = apply_corrections([standing], [step], [Correction("left", at_s=1.05, takeoff_s=1.12)], TIMES)
    assert held.contacts == (standing,)
    assert held.steps[0].takeoff_s == 1.12


# What cannot be


@pytest.mark.parametrize(
    ("correction", "fault"),
    [
        (
            Correction("both", at_s=99.0, remove=True),
            "correction 1: 99.000 s lies outside the clip; give times",
        ),
        (Correction("both", touchdown_s=-1.0, takeoff_s=0.5), "-1.000 s lies outside the clip"),
    ],
)
def test_a_time_outside_the_clip_is_refused(correction: Correction, fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        judged(correction)
    assert fault in str(caught.value)


def test_crossing_events_are_refused() -> None:
    one, two = found().contacts[1], found().contacts[2]
    with pytest.raises(UsageError, match=r"correction 1: the feet land at .* before the take-off at"):
        judged(moved(two, "touchdown", one.takeoff_s - two.touchdown_s - 0.01))
    with pytest.raises(UsageError, match=r"not before the take-off at .* set it again"):
        judged(moved(one, "takeoff", -0.3))
    with pytest.raises(UsageError, match=r"correction 2: "):
        judged(moved(one, "takeoff", 0.01), moved(one, "takeoff", -0.3))
    with pytest.raises(UsageError, match=r"the left foot lands at"):
        apply_corrections(BODY, FEET, [Correction("left", at_s=1.6, touchdown_s=0.9)], TIMES)


def test_what_finds_nothing_is_said_and_does_no_harm() -> None:
    flight = found().flights[2]
    middle = (flight.takeoff_s + flight.touchdown_s) / 2
    after = judged(Correction("both", at_s=middle, touchdown_s=middle - 0.02))
    assert after.contacts == found().contacts
    said = {notice.code: notice.message for notice in after.warnings}
    assert f"no contact of both feet is found at {middle:.2f} s" in said["correction_unused"]


# They stay


def test_corrections_are_in_the_json_and_hold_at_a_second_analysis() -> None:
    correction = moved(found().contacts[2], "touchdown", -0.011)
    first = judged(correction)
    assert Analysis.from_json(first.to_json()).to_json() == first.to_json()
    again = corrections_from_json(first.to_json())
    second = judged(*again)
    assert [c.corrected for c in second.contacts] == [c.corrected for c in first.contacts]
    assert second.contacts[2].touchdown_s == pytest.approx(first.contacts[2].touchdown_s, abs=1e-4)
    assert first.to_dict()["contacts"][2]["corrected"] is True


def test_an_analysis_is_corrected_without_its_clip() -> None:
    correction = moved(found().contacts[2], "touchdown", -0.011)
    after = correct(found(), [correction])
    assert after == judged(correction)
    assert correct(after, []) == found(), "taking corrections out gives what was found"


def test_an_analysis_that_was_read_back_says_what_to_do() -> None:
    read = Analysis.from_json(found().to_json())
    with pytest.raises(UsageError, match=r"its poses were not kept with the analysis; analyze the clip anew"):
        correct(read, [])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_is_said_contacts_and_flights_alternate(data: st.DataObject) -> None:
    """Any list of sensible corrections gives an ordered train, or is refused."""
    time_s = st.floats(0.02, 2.9)
    side = st.sampled_from(["left", "right", "both"])
    piece = st.one_of(
        st.builds(lambda s, at: Correction(s, at_s=at, remove=True), side, time_s),
        st.builds(lambda s, at: Correction(s, "flight", at_s=at, remove=True), side, time_s),
        st.builds(lambda s, at, down: Correction(s, at_s=at, touchdown_s=down), side, time_s, time_s),
        st.builds(lambda s, up: Correction(s, takeoff_s=up), side, time_s),
        st.builds(
            lambda s, a, b: Correction(s, touchdown_s=a, takeoff_s=a + b), side, time_s, st.floats(0.01, 0.1)
        ),
        st.builds(lambda s, a, b: Correction(s, "flight", a + b, a), side, time_s, st.floats(0.01, 0.1)),
    )
    corrections = data.draw(st.lists(piece, min_size=1, max_size=5))
    try:
        held = apply_corrections(BODY, FEET, corrections, TIMES)
    except UsageError:
        return
    for pieces in (held.contacts, *([s for s in held.steps if s.side == foot] for foot in ("left", "right"))):
        assert all(c.touchdown_s < c.takeoff_s for c in pieces)
        assert all(a.takeoff_s <= b.touchdown_s for a, b in pairwise(pieces))
    assert len(held.flights) == max(len(held.contacts) - 1, 0)
    assert all(f.duration_s >= 0 for f in held.flights)
