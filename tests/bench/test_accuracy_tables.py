"""The benchmark's own arithmetic, on truths and analyses made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import reality, second
from bench.athlete import ClipSpec
from bench.bounds import BOUNDS, check_bounds
from bench.cases import Case
from bench.judging import judge_case
from bench.measuring import hold_against_truth, match_reps
from bench.outcomes import Outcome, TimedContact, Value, plain_outcome
from bench.rendered import cases_of
from bench.supported import supported_findings, true_rhythm_cv_pct
from bench.tables import detail_of
from bench.targets import Target, all_targets, cries
from kickform.events.types import Contact, SlowMotion
from kickform.motion.motion import Angles, Motion, Scale, View
from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis, Summary, VideoResult, ViewResult
from kickform.results.findings import FindingResult, MetricResult, RepResult

SKIP = Case("a_skip_x", "a_skip", "a_skip: good", ClipSpec())
FINDING = FindingResult("thigh_low", "fault", "", "", (), None)


def contact(side: str, start_s: float, ms: float) -> dict[str, Any]:
    return {"side": side, "touchdown_s": start_s, "takeoff_s": start_s + ms / 1000, "contact_time_ms": ms}


def rep(number: int, side: str, start_s: float, end_s: float, **metrics: float) -> RepResult:
    return RepResult(number, side, start_s, end_s, None, metrics)  # type: ignore[arg-type]


def skip_truth(**changes: Any) -> dict[str, Any]:
    """Two groups, two bounces right then one left; the right leg is nearest the camera."""
    contacts = [contact("right", 1.0, 160), contact("right", 1.26, 160), contact("left", 1.54, 170)]
    reps = [
        {"side": "right", "start_s": 1.0, "end_s": 1.42, "metrics": {"bounces": 2, "thigh_angle_deg": 90.0}},
        {"side": "left", "start_s": 1.54, "end_s": 1.71, "metrics": {"bounces": 1, "thigh_angle_deg": 88.0}},
    ]
    truth = {
        "drill": "a_skip",
        "variant": "",
        "capture": {"fps": 60.0, "slow_motion_factor": 1},
        "view": {"side": "right", "yaw_deg": -3.0},
        "contacts": contacts,
        "both_contacts": [],
        "flights": [],
        "reps": reps,
        "m_per_px": 0.004,
        "joint_names": ["left_knee", "right_knee", "left_ankle", "right_ankle"],
        "joints_px": [],
    }
    return truth | changes


def motion_with(steps: tuple[Contact, ...] = (), xy_px: np.ndarray | None = None) -> Motion:
    xy = np.zeros((4, 33, 2)) if xy_px is None else xy_px
    frames = len(xy)
    track = PoseTrack(np.arange(frames) / 60, xy, np.zeros((frames, 33, 3)), np.ones((frames, 33)), 1280, 720)
    angles = Angles(*[np.zeros(frames)] * 7)
    view = View("sagittal", 3.0, "right", 1)
    scale = Scale(0.0041, "gravity", 2.0)
    return Motion(track, angles, (), (), scale, view, SlowMotion(1.0, "none"), 60.0, steps)


def verdict(
    reps: tuple[RepResult, ...],
    findings: tuple[FindingResult, ...] = (),
    metrics: dict[str, MetricResult] | None = None,
) -> Analysis:
    return Analysis(
        drill="a_skip",
        variant="",
        drill_source="auto",
        video=VideoResult("x.mp4", 1280, 720, 0, 1.0, 60, 60.0, False, 1.0, "none"),
        view=ViewResult("sagittal", 3.0),
        scale=None,
        contacts=(),
        flights=(),
        reps=reps,
        summary=Summary(None, metrics or {}),
        findings=findings,
        warnings=(),
        kickform_version="0",
    )


def target(outcomes: list[Outcome], start: str) -> Target:
    (row,) = [t for t in all_targets(outcomes) if t.what.startswith(start)]
    return row


def test_reps_are_matched_one_to_one_by_the_time_they_share() -> None:
    true = skip_truth()["reps"]
    reps = (rep(1, "right", 0.7, 1.05), rep(2, "right", 1.0, 1.4), rep(3, "left", 1.5, 1.7))
    assert match_reps(reps, true) == {1: 0, 2: 1}


def test_metrics_stand_beside_their_truth_with_missed_and_extra_reps() -> None:
    reps = (
        rep(1, "right", 0.2, 0.4, bounces=1.0),
        rep(2, "left", 1.0, 1.4, bounces=2.0, thigh_angle_deg=86.0),
    )
    outcome = hold_against_truth(SKIP, skip_truth(), None, verdict(reps), "", "a_skip")
    assert (outcome.reps_found, outcome.reps_true, outcome.reps_matched) == (2, 2, 1)
    assert outcome.sides_right == 0
    assert outcome.values["thigh_angle_deg"] == [
        Value(86.0, 90.0, None, False),  # the far thigh: the near foot bounces
        Value(None, 88.0, None, True),
    ]
    assert outcome.values["bounces"][2] == Value(1.0, None)
    assert cries([outcome], "bounces") == (0, 1, 1)


def test_an_infinite_sd_is_none_that_is_stated() -> None:
    reps = (replace(rep(1, "right", 1.0, 1.4, bounces=2.0, thigh_angle_deg=86.0), sds={"bounces": np.inf}),)
    outcome = hold_against_truth(SKIP, skip_truth(), None, verdict(reps))
    assert outcome.values["bounces"][0] == Value(2.0, 2.0, None, True)
    assert json.loads(json.dumps(plain_outcome(outcome), allow_nan=False))["reps_matched"] == 1


def test_a_switch_that_the_truth_has_no_word_on_is_no_metric() -> None:
    reps = (rep(1, "right", 1.0, 1.4, switched=0.0),)
    assert "switched" not in hold_against_truth(SKIP, skip_truth(), None, verdict(reps)).values


def test_a_clip_named_wrongly_is_measured_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def judge(estimate: Any, info: Any, *, drill: str = "auto", model: str) -> Analysis:
        asked.append(drill)
        found = verdict((rep(1, "right", 1.0, 1.4, bounces=2.0),))
        return replace(found, drill="pogo" if drill == "auto" else drill)

    monkeypatch.setattr("kickform.pipeline.analyze.judge_estimate", judge)
    outcome = judge_case(SKIP, skip_truth(), None, None, "heavy")  # type: ignore[arg-type]
    assert asked == ["auto", "a_skip"]
    assert (outcome.named, outcome.reps_matched, outcome.refusal) == ("pogo", 1, "")


def test_a_verdict_on_a_clip_without_a_drill_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "kickform.pipeline.analyze.judge_estimate", lambda *_, **__: verdict((rep(1, "left", 1, 2),))
    )
    nothing = replace(SKIP, drill="none")
    outcome = judge_case(nothing, skip_truth(reps=[]), None, None, "heavy")  # type: ignore[arg-type]
    assert (outcome.named, outcome.reps_found, outcome.reps_true) == ("a_skip", 1, 0)


def test_steps_are_matched_foot_by_foot_within_the_drill() -> None:
    def step(side: str, start_s: float, ms: float, sd_s: float = 0.004) -> Contact:
        return Contact(side, start_s, start_s + ms / 1000, sd_s, sd_s, sd_s)  # type: ignore[arg-type]

    steps = (
        step("left", 0.6, 200),  # on the way in
        step("right", 1.005, 150),
        step("left", 1.26, 160),  # the wrong foot
        step("left", 1.54, 182),
        step("left", 1.7, 300, np.inf),  # standing
    )
    outcome = hold_against_truth(SKIP, skip_truth(), motion_with(steps), None, "no drill")
    assert [(round(c.error_ms, 6), c.near) for c in outcome.contacts] == [(-10.0, True), (12.0, False)]
    assert outcome.contacts[0].sd_ms == pytest.approx(4.0)
    assert (outcome.event_hits, outcome.event_found, outcome.event_true) == (4, 6, 6)
    assert outcome.scale_pct == pytest.approx(2.5)


def test_contacts_of_both_feet_come_from_the_contacts_not_the_steps() -> None:
    truth = skip_truth(both_contacts=[contact("both", 1.0, 180)])
    steps = (Contact("right", 1.0, 1.1, 0.004, 0.004, 0.004),)
    both = (Contact("both", 1.0, 1.19, 0.004, 0.004, 0.004),)
    motion = replace(motion_with(steps), contacts=both)
    outcome = hold_against_truth(SKIP, truth, motion, None)
    assert [c.error_ms for c in outcome.contacts] == [pytest.approx(10.0)]
    assert outcome.contacts[0].near is None


def test_mixed_up_legs_are_counted_only_where_the_legs_are_apart() -> None:
    true = np.zeros((4, 4, 2))
    true[:, 0], true[:, 1], true[:, 2], true[:, 3] = (100, 0), (300, 0), (80, 500), (320, 500)
    true[3, 0] = true[3, 1] = (200, 0)
    true[3, 2] = true[3, 3] = (200, 500)
    xy = np.zeros((4, 33, 2))
    xy[:, 25], xy[:, 26], xy[:, 27], xy[:, 28] = true[:, 0], true[:, 1], true[:, 2], true[:, 3]
    xy[1][[25, 26, 27, 28]] = xy[1][[26, 25, 28, 27]]
    hop = replace(SKIP, drill="single_leg_hop")
    outcome = hold_against_truth(hop, skip_truth(joints_px=true.tolist()), motion_with((), xy), None)
    assert (outcome.swapped_frames, outcome.leg_frames) == (1, 3)


def test_the_step_rate_is_held_against_the_steps_over_the_time_they_took() -> None:
    contacts = [contact("left", 1.0, 100), contact("right", 1.2, 100), contact("left", 1.4, 100)]
    rate = MetricResult(5.1, 0.1, "Hz", 3, "higher")
    found = verdict((), (), {"step_rate_hz": rate})
    outcome = hold_against_truth(SKIP, skip_truth(contacts=contacts), None, found)
    assert outcome.step_rate_pct == pytest.approx(2.0)


def test_findings_are_found_false_or_supported_by_the_truth() -> None:
    advice = replace(FINDING, code="contact_long", severity="advice")
    praise = replace(FINDING, code="two_bounces", severity="good")
    single = replace(FINDING, code="single_bounce")
    found = verdict((), (FINDING, advice, praise, single))
    outcome = hold_against_truth(replace(SKIP, faults=("thigh_low", "stutter")), skip_truth(), None, found)
    assert outcome.faults_found == ["thigh_low"]
    assert outcome.faults_false == ["contact_long"]  # the truth has a single bounce, and short contacts


def test_the_truth_supports_what_lies_beyond_the_limits() -> None:
    truth = skip_truth()
    assert supported_findings(truth) == {"single_bounce"}
    for wanted in truth["reps"]:
        wanted["metrics"] |= {"thigh_angle_deg": 60.0, "contact_time_ms": 240.0, "bounces": 2}
    assert supported_findings(truth) == {"thigh_low", "contact_long"}
    truth["contacts"] = [contact("left", 1.0, 200), contact("right", 1.3, 160)]
    assert "asymmetry" in supported_findings(truth)


def test_fading_is_supported_where_a_side_gets_worse_against_itself() -> None:
    def truth(angles: list[float]) -> dict[str, Any]:
        sides = ["left", "right"] * 3
        reps = [
            {"side": side, "metrics": {"thigh_angle_deg": angle}}
            for side, angle in zip(sides, angles, strict=True)
        ]
        return skip_truth(reps=reps)

    assert "fading" not in supported_findings(truth([92, 80, 92, 80, 92, 80]))
    assert "fading" in supported_findings(truth([96, 90, 90, 84, 84, 80]))


def test_like_intervals_are_pooled() -> None:
    times = [0.0, 0.2, 0.5, 0.7, 1.0, 1.2]
    contacts = [contact(("left", "right")[i % 2], t, 100) for i, t in enumerate(times)]
    assert true_rhythm_cv_pct(skip_truth(contacts=contacts)) == pytest.approx(0.0, abs=1e-9)
    contacts[3] = contact("right", 0.75, 100)
    uneven = skip_truth(contacts=contacts)
    assert true_rhythm_cv_pct(uneven) > 8
    assert "rhythm_uneven" in supported_findings(uneven)
    assert "rhythm_uneven" not in supported_findings(uneven | {"drill": "split_squat_jump"})


def outcome_of(drill: str = "a_skip", **changes: Any) -> Outcome:
    known = {"named": drill, "fps": 60.0, "reps_found": 4, "reps_true": 4, "reps_matched": 4}
    return Outcome(f"{drill}_x", drill, f"{drill}: good", **(known | changes))


def test_targets_are_met_missed_or_not_measured() -> None:
    values = {"thigh_angle_deg": [Value(80.0, 90.0), Value(None, 90.0)], "bounces": [Value(1.0, 1.0)]}
    rows = [outcome_of(values=values), outcome_of(reps_found=5, named="pogo")]
    assert target(rows, "reps exact, a_skip").met is False
    assert target(rows, "thigh angle").measured == "10.0 deg"
    assert target(rows, "thigh angle").met is False
    assert target(rows, "skips without two").met is True
    assert target(rows, "peak knee").met is None
    assert target(rows, "drill named right").measured == "1 of 2 (50 %)"


def test_as_many_reps_elsewhere_are_not_exact() -> None:
    assert target([outcome_of(reps_matched=3)], "reps exact, a_skip").met is False


def test_oblique_clips_count_for_names_of_faults_but_not_for_angles() -> None:
    values = {"thigh_angle_deg": [Value(60.0, 90.0)]}
    rows = [
        outcome_of(values=values, yaw_deg=40.0, faults_injected=["thigh_low"], faults_found=["thigh_low"])
    ]
    assert target(rows, "thigh angle").met is None
    assert target(rows, "injected faults").met is True


def test_contact_time_targets_leave_out_the_far_leg_and_hard_clips() -> None:
    contacts = [TimedContact(5.0, 4.0, True), TimedContact(40.0, 30.0, False)]
    rows = [outcome_of(contacts=contacts)]
    assert target(rows, "contact time MAE, one foot, near leg, 60 fps").measured == "5.0 ms"
    assert target(rows, "contact time bias, one foot, near leg, 60 fps").met is False
    easy = outcome_of("pogo", contacts=[TimedContact(-2.0, 4.0)])
    hard = outcome_of("pogo", contacts=[TimedContact(30.0, 4.0)], hard=True)
    assert target([easy, hard], "contact time MAE, two feet, 60 fps").measured == "2.0 ms"
    assert target([easy, hard], "errors inside the stated 95 % interval, two feet").measured == "100 %"


def test_a_false_finding_and_a_verdict_on_nothing_miss_their_targets() -> None:
    rows = [outcome_of(faults_false=["stutter"]), outcome_of("none", named="a_skip")]
    assert target(rows, "clips with a false finding").met is False
    assert target(rows, "no drill in a negative").met is False


def test_the_detail_names_what_went_wrong() -> None:
    rows = [
        outcome_of("pogo", contacts=[TimedContact(4.0, 4.0)], height_cm=[Value(20.5, 20.0)]),
        outcome_of(values={"thigh_angle_deg": [Value(80.0, 90.0, 8.0, True), Value(88.0, 90.0, 8.0, False)]}),
        outcome_of("ladder", step_rate_pct=-1.2, named="none", contacts=[TimedContact(-7.0, 4.0, False)]),
        outcome_of("split_squat_jump", faults_false=["fading"]),
        outcome_of("none", refusal="x.mp4: no drill found"),
    ]
    page = "\n".join(detail_of(rows))
    assert page.index("### Pogo jumps") < page.index("### Ladder")
    assert "| thigh at its highest, deg | near | 1 | 0 | 10.0 | -10.0 | 10.0 | 100 % |" in page
    assert "| Split-squat jumps | 1 | 1 | 1 | 0 / 0 | 1 | 1 |" in page
    assert "Wrong: ladder_x (named none)." in page
    assert "These: fading (split_squat_jump_x)." in page
    assert "| none_x | none | no drill found |" in page


def test_every_quick_case_has_a_bound_and_no_other_has() -> None:
    bounds = json.loads(BOUNDS.read_text("utf-8"))
    assert set(bounds["test"]) == {case.name for case in cases_of("test") if case.quick}
    assert set(bounds["second"]) == set(second.SOURCE.quick)
    assert set(bounds["real"]) == set(reality.SOURCE.quick)


def test_a_bound_is_broken_by_name_reps_time_and_by_its_absence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "bounds.json"
    path.write_text(json.dumps({"test": {"x": {"reps": 5, "mae_ms": 6.0}}}), "utf-8")
    monkeypatch.setattr("bench.bounds.BOUNDS", path)
    contacts = [TimedContact(3.0, 4.0)]
    good = Outcome("x", "pogo", "x", named="pogo", reps_found=5, contacts=contacts)
    assert check_bounds("test", [good]) == 0
    assert check_bounds("test", [replace(good, named="ladder")]) == 1
    assert check_bounds("test", [replace(good, reps_found=4)]) == 1
    assert check_bounds("test", [replace(good, contacts=[TimedContact(-30.0, 4.0)])]) == 1
    assert check_bounds("test", [good, replace(good, name="unknown")]) == 1
    assert check_bounds("test", []) == 1
    said = capsys.readouterr().err
    assert "no bound is recorded" in said
    assert "was not run" in said


def test_both_ends_of_a_contact_stand_beside_their_truth() -> None:
    step = Contact("right", 1.005, 1.150, 0.003, 0.005, 0.004)
    truth = skip_truth()
    label = {
        "touchdown_width_ms": 33.0,
        "takeoff_width_ms": 33.0,
        "touchdown_sd_ms": 9.0,
        "takeoff_sd_ms": 12.0,
    }
    truth["contacts"][0] |= {"landing": "heel", "label": label}
    (timed,) = hold_against_truth(SKIP, truth, motion_with((step,)), None, "no drill").contacts
    assert (timed.touchdown_ms, timed.takeoff_ms) == (pytest.approx(5.0), pytest.approx(-10.0))
    assert (timed.touchdown_sd_ms, timed.takeoff_sd_ms) == (pytest.approx(3.0), pytest.approx(5.0))
    assert (timed.landing, timed.feet, timed.true_ms) == ("heel", 1, 160)
    assert timed.label is not None
    assert timed.label.contact_sd_ms == pytest.approx(np.sqrt(2 * 33**2 / 12 + 9**2 + 12**2))


def test_rsi_is_true_height_over_true_contact() -> None:
    truth = skip_truth()
    truth["reps"][0]["metrics"] |= {"jump_height_cm": 18.0, "contact_time_ms": 200.0, "rsi_m_per_s": 0.99}
    reps = (rep(1, "right", 1.0, 1.4, rsi_m_per_s=1.0),)
    (value, _) = hold_against_truth(SKIP, truth, None, verdict(reps)).values["rsi_m_per_s"] + [None]
    assert value is not None
    assert (value.measured, value.true) == (1.0, pytest.approx(0.9))


def test_of_a_drill_that_is_a_matter_of_taste_no_finding_is_false() -> None:
    advice = replace(FINDING, code="contact_long", severity="advice")
    outcome = hold_against_truth(
        replace(SKIP, drill="", faults=()), skip_truth(), None, verdict((), (advice,))
    )
    assert outcome.faults_false == []
