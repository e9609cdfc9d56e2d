"""Split-squat jumps judged on motions of a known athlete: landings, depth, balance, switches, faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.athlete.drills import HopParams, IdleParams, PogoParams, SkipParams, SplitParams
from bench.athlete.faults import FAULTS
from kickform.drills.base import Verdict
from kickform.drills.split_squat_jump import DRILL
from kickform.errors import DrillError
from kickform.motion.motion import Motion
from kickform.pose.geometry import body_height_px, upward
from kickform.subject import Athlete
from tests.known_motion import joined, known, spec_of, with_swapped_legs

SET = SplitParams(jumps=4)
METRICS = (
    ("front_knee_flexion_deg", 8.0),
    ("thigh_from_horizontal_deg", 8.0),
    ("trunk_lean_deg", 5.0),
    ("com_between_feet", 0.06),
)


def good() -> Motion:
    return known(spec_of(SET, side="right"))[0]


def judge(motion: Motion) -> Verdict:
    return DRILL.judge(motion, Athlete(), "clip.mp4")


def to_mend(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.severity != "good"}


def without_flights(motion: Motion, missed: set[int]) -> Motion:
    """The motion with some jumps unseen: the contacts about them are then one."""
    flights = tuple(flight for n, flight in enumerate(motion.flights) if n not in missed)
    contacts = []
    for n, contact in enumerate(motion.contacts):
        if n - 1 in missed:
            contacts[-1] = replace(contacts[-1], takeoff_s=contact.takeoff_s)
        else:
            contacts.append(contact)
    return replace(motion, flights=flights, contacts=tuple(contacts), steps=())


# Reps


def test_a_rep_is_a_landing_and_the_last_counts() -> None:
    motion, truth = known(spec_of(SET, side="right"))
    verdict = judge(motion)
    assert [rep.number for rep in verdict.reps] == [1, 2, 3, 4]
    assert [rep.side for rep in verdict.reps] == [rep["side"] for rep in truth["reps"]]
    for rep, true in zip(verdict.reps, truth["reps"], strict=True):
        assert rep.start_s == pytest.approx(true["start_s"], abs=0.001)
        assert rep.metrics["flight_time_ms"] == pytest.approx(true["metrics"]["flight_time_ms"], abs=0.1)
        assert rep.key_s is not None
        assert rep.start_s + 0.1 < rep.key_s < rep.end_s
    assert len(verdict.contacts) == 3, "the end of the last is not seen"
    assert all(contact.duration_s > 0.65 for contact in verdict.contacts), "long contacts are no pause"


def test_the_clip_may_end_in_the_last_landing() -> None:
    motion, truth = known(spec_of(SET, side="right"))
    keep = motion.track.time_s < truth["reps"][-1]["start_s"] + 0.3
    cut = {name: getattr(motion.track, name)[keep] for name in ("time_s", "xy_px", "world_m", "visibility")}
    track = replace(motion.track, **cut)
    angles = {name: getattr(motion.angles, name)[keep] for name in motion.angles.__dataclass_fields__}
    last = replace(motion.contacts[-1], takeoff_s=float(track.time_s[-1]))
    ended = replace(
        motion,
        track=track,
        angles=replace(motion.angles, **angles),
        contacts=(*motion.contacts[:-1], last),
    )
    verdict = judge(ended)
    assert len(verdict.reps) == 4
    assert verdict.reps[-1].metrics["front_knee_flexion_deg"] > 70


@pytest.mark.parametrize("missed", [{1}, {0}, {3}, {1, 2}])
def test_a_landing_counts_where_its_jump_was_not_seen(missed: set[int]) -> None:
    whole, verdict = judge(good()), judge(without_flights(good(), missed))
    assert [rep.side for rep in verdict.reps] == [rep.side for rep in whole.reps]
    for n, (rep, full) in enumerate(zip(verdict.reps, whole.reps, strict=True)):
        assert ("flight_time_ms" in rep.withheld) == (n in missed)
        assert rep.metrics["front_knee_flexion_deg"] == pytest.approx(
            full.metrics["front_knee_flexion_deg"], abs=3
        )
        assert rep.metrics.get("switched") == full.metrics.get("switched")


def test_a_flight_that_was_none_makes_no_rep() -> None:
    motion = good()
    stirred = replace(
        motion.flights[0],
        takeoff_s=motion.flights[1].touchdown_s + 0.05,
        touchdown_s=motion.flights[1].touchdown_s + 0.12,
    )
    flights = (*motion.flights[:2], stirred, *motion.flights[2:])
    verdict = judge(replace(motion, flights=flights))
    assert len(verdict.reps) == 4
    assert min(rep.metrics["flight_time_ms"] for rep in verdict.reps) > 300


def test_a_new_start_from_standing_switches_from_nothing() -> None:
    verdict = judge(joined(good(), good()))
    assert len(verdict.reps) == 8
    assert [rep.number for rep in verdict.reps if "switched" in rep.withheld] == [1, 5]
    assert "no_switch" not in to_mend(verdict)


# What is measured


@pytest.mark.parametrize("side", ["right", "left"])
def test_depth_lean_and_balance_at_the_bottom(side: str) -> None:
    motion, truth = known(spec_of(SET, side=side))
    verdict = judge(motion)
    for rep, true in zip(verdict.reps, truth["reps"], strict=True):
        for name, within in METRICS:
            assert rep.metrics[name] == pytest.approx(true["metrics"][name], abs=within), name
        near = rep.side == side
        assert rep.sds["front_knee_flexion_deg"] == (6 if near else 10), "the far leg is half guessed"
    for name, within in METRICS:
        mean = np.mean([rep["metrics"][name] for rep in truth["reps"]])
        assert verdict.metrics[name].value == pytest.approx(mean, abs=within / 2), name


def test_switches_and_lead_legs_are_counted() -> None:
    metrics = judge(good()).metrics
    assert metrics["switched"].value == 1
    assert metrics["switched"].n == 3
    assert metrics["lead_leg"].value == 0.5
    assert metrics["switched"].reason


def test_legs_mixed_up_deep_in_the_squat_change_neither_lead_nor_depth() -> None:
    motion, whole = good(), judge(good())
    mixed = motion
    for rep in whole.reps[1:]:
        assert rep.key_s is not None
        mixed = with_swapped_legs(mixed, rep.key_s - 0.12, rep.key_s + 0.15)
    verdict = judge(mixed)
    for rep, clean in zip(verdict.reps, whole.reps, strict=True):
        assert rep.side == clean.side
        assert rep.metrics.get("switched") == clean.metrics.get("switched")
        name = "front_knee_flexion_deg"
        assert rep.metrics[name] == pytest.approx(clean.metrics[name], abs=6)


def test_oblique_views_withhold_angles_and_keep_switches_and_times() -> None:
    motion = good()
    oblique = replace(motion, view=replace(motion.view, plane="oblique", yaw_deg=45.0))
    verdict = judge(oblique)
    for name, _ in METRICS:
        assert verdict.metrics[name].value is None
        assert "off the side view" in verdict.metrics[name].reason
    assert verdict.metrics["switched"].value == 1
    assert verdict.metrics["flight_time_ms"].value is not None
    assert verdict.score is None


# What is said


def test_a_good_set_has_praise_only() -> None:
    verdict = judge(good())
    assert to_mend(verdict) == set()
    codes = {finding.code for finding in verdict.findings}
    assert codes == {"depth_good", "trunk_upright", "weight_centred", "switch_good"}
    assert verdict.score is not None
    assert verdict.score > 85


@pytest.mark.parametrize("code", list(FAULTS["split_squat_jump"]))
def test_each_fault_is_found_alone_with_a_cue_and_reps(code: str) -> None:
    fault = FAULTS["split_squat_jump"][code]
    assert isinstance(fault, SplitParams)
    verdict = judge(known(spec_of(replace(fault, jumps=3), side="right"))[0])
    assert to_mend(verdict) == set(fault.faults)
    finding = verdict.findings[0]
    assert finding.code == code
    assert finding.cue
    assert {rep.number for rep in verdict.reps if code in rep.findings} == set(finding.reps)
    if code == "no_switch":
        assert finding.reps == (3,)


def test_weight_on_the_rear_foot_is_told_apart() -> None:
    motion = good()
    back = motion.track.xy_px.copy()
    # Shoulders, arms and head far back: two fifths of what the body weighs.
    back[:, :23, 0] -= motion.view.facing * 0.9 * 0.457 * body_height_px(upward(motion.track))
    verdict = judge(replace(motion, track=replace(motion.track, xy_px=back)))
    assert "weight_back" in to_mend(verdict)
    assert "weight_forward" not in to_mend(verdict)


# What it is and what it is not


def test_split_squats_are_recognised_also_with_jumps_unseen() -> None:
    assert DRILL.likeness(good()) == 1.0
    assert DRILL.likeness(without_flights(good(), {1})) > 0.5


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (PogoParams(jumps=3), "no landing with one foot in front"),
        (HopParams(side="right", hops=4), "quick steps or hops"),
        (SkipParams(groups=4), "quick steps or hops"),
        (IdleParams("squats", 3.5), "no jumps found"),
        (IdleParams("walking", 3.5), "no jumps found"),
    ],
    ids=["pogo", "hop", "a_skip", "squats", "walking"],
)
def test_other_movements_are_none(other: object, refusal: str) -> None:
    motion, _ = known(spec_of(other, mode="pan", side="right"))
    assert DRILL.likeness(motion) < 0.5
    with pytest.raises(DrillError, match=refusal):
        judge(motion)


def test_lunges_without_jumps_are_refused() -> None:
    motion = good()
    only_first = without_flights(motion, {1, 2, 3})
    standing_between = replace(only_first, flights=())
    with pytest.raises(DrillError, match="no jumps found"):
        judge(standing_between)
    assert DRILL.likeness(standing_between) == 0
