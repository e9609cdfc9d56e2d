"""The targets of KickForm, each beside its measured figure: met or missed is computed, never typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.outcomes import Outcome, TimedContact, Value, named_right

__all__ = [
    "DRILLS",
    "Target",
    "all_targets",
    "cries",
    "errors_of",
    "height_errors",
    "one_foot",
    "reps_exact",
    "side_view",
    "two_feet",
]

DRILLS = ("pogo", "single_leg_hop", "split_squat_jump", "a_skip", "ladder")
_SIDE_DEG, _OBLIQUE_DEG = 20.0, 60.0
_ODD = {"bounces": 2.0, "switched": 1.0}
"""What is right; anything else must be found, and never be cried falsely."""


@dataclass(frozen=True, slots=True)
class Target:
    """One row: what, over how much, what is wanted, what was measured; `met` is None without a clip."""

    what: str
    over: str
    wanted: str
    measured: str
    met: bool | None


def side_view(outcomes: Sequence[Outcome], drill: str = "") -> list[Outcome]:
    """Return the clips of a drill (default: of any drill) from the side, at 60 frames a second or more."""
    chosen = [o for o in outcomes if o.drill == drill or (not drill and o.drill != "none")]
    return [o for o in chosen if o.yaw_deg <= _SIDE_DEG and o.fps >= 59]


def errors_of(outcomes: Sequence[Outcome], name: str) -> list[Value]:
    """Return the values of a metric that are measured and have a truth."""
    values = [v for o in outcomes for v in o.values.get(name, ())]
    return [v for v in values if v.measured is not None and v.true is not None]


def reps_exact(outcome: Outcome) -> bool:
    """Return whether every true rep was found, and no other."""
    return outcome.reps_found == outcome.reps_true == outcome.reps_matched


def cries(outcomes: Sequence[Outcome], name: str) -> tuple[int, int, int]:
    """Return the odd reps (bounces not two, no switch) that were found, those there are, and false cries."""
    right = _ODD[name]
    values = [v for o in outcomes for v in o.values.get(name, ())]
    odd = [v for v in values if v.true is not None and v.true != right]
    false = [v for v in values if v.measured not in (None, right) and v.true in (None, right)]
    return sum(v.measured == v.true for v in odd), len(odd), len(false)


def two_feet(outcomes: Sequence[Outcome], fps: float) -> list[Outcome]:
    """Return pogo clips at `fps` from the side or obliquely, not made hard on purpose."""
    pogo = [o for o in outcomes if o.drill == "pogo" and not o.hard]
    return [o for o in pogo if _at_rate(o, fps) and o.yaw_deg < _OBLIQUE_DEG]


def one_foot(outcomes: Sequence[Outcome], fps: float) -> list[Outcome]:
    """Return the clips of one-foot drills at `fps`."""
    return [o for o in outcomes if o.drill in ("single_leg_hop", "a_skip", "ladder") and _at_rate(o, fps)]


def _at_rate(outcome: Outcome, fps: float) -> bool:
    """Return whether a clip counts for the targets of `fps`: 24 frames a second count as 30."""
    return 0.79 * fps < outcome.fps < 1.05 * fps


def height_errors(outcomes: Sequence[Outcome]) -> list[float]:
    """Return the errors of the jump heights, centimetres."""
    values = [v for o in outcomes for v in o.height_cm]
    return [v.measured - v.true for v in values if v.measured is not None and v.true is not None]


def all_targets(outcomes: Sequence[Outcome]) -> list[Target]:
    """Return every target of the drills and of the timing that this benchmark can measure."""
    return [*_drill_targets(outcomes), *_finding_targets(outcomes), *_timing_targets(outcomes)]


def _at_most(what: str, over: str, limit: float, figures: Sequence[float], unit: str) -> Target:
    """Return the row of a mean that must not be above `limit`."""
    if not len(figures):
        return Target(what, over, f"<= {limit:g}{unit}", "not measured", None)
    mean = float(np.mean(figures))
    return Target(what, over, f"<= {limit:g}{unit}", f"{mean:.1f}{unit}", mean <= limit)


def _share(what: str, over: str, least_pct: float, hits: int, total: int) -> Target:
    """Return the row of a share that must not be below `least_pct`."""
    wanted = "all" if least_pct == 100 else f">= {least_pct:g} %"
    if not total:
        return Target(what, over, wanted, "not measured", None)
    pct = 100 * hits / total
    return Target(what, over, wanted, f"{hits} of {total} ({pct:.0f} %)", pct >= least_pct)


def _drill_targets(outcomes: Sequence[Outcome]) -> list[Target]:
    rows = []
    for drill in DRILLS:
        own = side_view(outcomes, drill)
        exact = sum(map(reps_exact, own))
        rows.append(_share(f"reps exact, {drill}", _clips(own), 98, exact, len(own)))
    for drill, name, label, limit in (
        ("single_leg_hop", "heel_recovery_deg", "peak knee flexion in hops, MAE", 5.0),
        ("split_squat_jump", "front_knee_flexion_deg", "front knee flexion in split squats, MAE", 5.0),
        ("split_squat_jump", "trunk_lean_deg", "trunk lean, MAE", 4.0),
        ("a_skip", "thigh_angle_deg", "thigh angle in A-skips, MAE", 5.0),
    ):
        known = errors_of(side_view(outcomes, drill), name)
        errors = [abs(v.measured - v.true) for v in known if v.measured is not None and v.true is not None]
        rows.append(_at_most(label, f"{len(errors)} reps", limit, errors, " deg"))
    hops = errors_of(side_view(outcomes, "single_leg_hop"), "hop_distance_m")
    shares = [100 * abs(v.measured / v.true - 1) for v in hops if v.measured is not None and v.true]
    rows.append(_at_most("hop distance, mean error", f"{len(shares)} reps", 8.0, shares, " %"))
    for drill, name, label in (
        ("a_skip", "bounces", "skips without two bounces"),
        ("split_squat_jump", "switched", "missed switches"),
    ):
        own = side_view(outcomes, drill)
        found, odd, false = cries(own, name)
        met = found == odd and not false if own else None
        measured = f"{found} of {odd}, {false} false" if own else "not measured"
        rows.append(Target(f"{label} found", _clips(own), "all, none false", measured, met))
    ladders = side_view(outcomes, "ladder")
    rates = [abs(o.step_rate_pct) for o in ladders if o.step_rate_pct is not None]
    rows.append(_at_most("step rate of the set, mean error", f"{len(rates)} clips", 2.0, rates, " %"))
    feet = errors_of(ladders, "feet_per_box")
    right = sum(v.measured == v.true for v in feet)
    rows.append(_share("one foot or two in a box", f"{len(feet)} boxes", 100, right, len(feet)))
    return rows


def _finding_targets(outcomes: Sequence[Outcome]) -> list[Target]:
    drills = side_view(outcomes)
    negatives = [o for o in outcomes if o.drill == "none"]
    injected = [(o, code) for o in outcomes for code in o.faults_injected]
    found = sum(code in o.faults_found for o, code in injected)
    judged = [o for o in outcomes if not o.refusal and o.drill != "none"]
    false = sum(bool(o.faults_false) for o in judged)
    share = 100 * false / len(judged) if judged else 0.0
    return [
        _share("drill named right", _clips(drills), 98, sum(map(named_right, drills)), len(drills)),
        _share(
            "no drill in a negative", _clips(negatives), 100, sum(map(named_right, negatives)), len(negatives)
        ),
        _share("injected faults found", f"{len(injected)} faults", 95, found, len(injected)),
        Target(
            "clips with a false finding",
            _clips(judged),
            "< 3 %",
            f"{false} of {len(judged)} ({share:.0f} %)" if judged else "not measured",
            share < 3 if judged else None,
        ),
    ]


def _timing_targets(outcomes: Sequence[Outcome]) -> list[Target]:
    rows = []
    groups: tuple[tuple[str, Callable[..., list[Outcome]], tuple[float, ...]], ...] = (
        ("two feet", two_feet, (8.0, 6.0, 4.0, 3.0)),
        ("one foot, near leg", one_foot, (10.0, 7.0, 5.0, 4.0)),
    )
    for label, choose, limits in groups:
        for fps, limit, bias_limit, mean_limit in zip(
            (30, 60, 120, 240), limits, (4.0, 3.0, 3.0, 3.0), (6.0, 4.0, 3.0, 3.0), strict=True
        ):
            contacts = [_near(o) for o in choose(outcomes, fps)]
            errors = [c.error_ms for own in contacts for c in own]
            over, what = f"{len(errors)} contacts", f"{label}, {fps} fps"
            rows.append(_at_most(f"contact time MAE, {what}", over, limit, [abs(e) for e in errors], " ms"))
            bias = [abs(float(np.mean(errors)))] if errors else []
            rows.append(_at_most(f"contact time bias, {what}", over, bias_limit, bias, " ms"))
            means = [abs(float(np.mean([c.error_ms for c in own]))) for own in contacts if own]
            worst = [max(means)] if means else []
            rows.append(_at_most(f"worst set mean, {what}", f"{len(means)} clips", mean_limit, worst, " ms"))
    return [*rows, *_other_timing(outcomes)]


def _other_timing(outcomes: Sequence[Outcome]) -> list[Target]:
    plain = [o for o in outcomes if o.drill != "none" and not o.hard and o.yaw_deg < _OBLIQUE_DEG]
    rows = []
    for label, own in (
        ("two feet", [o for o in plain if o.drill == "pogo"]),
        ("one foot", [o for o in plain if o.drill in ("single_leg_hop", "a_skip", "ladder")]),
    ):
        hits, found, true = (sum(getattr(o, f"event_{n}") for o in own) for n in ("hits", "found", "true"))
        f1 = 2 * hits / (found + true) if true else 0.0
        row = Target(
            f"events within one frame (F1), {label}", f"{true} events", ">= 0.99", f"{f1:.3f}", f1 >= 0.99
        )
        rows.append(row if true else Target(row.what, row.over, row.wanted, "not measured", None))
        contacts = [c for o in own for c in o.contacts]
        inside = (
            100 * float(np.mean([abs(c.error_ms) <= 1.96 * c.sd_ms for c in contacts])) if contacts else 0.0
        )
        what = f"errors inside the stated 95 % interval, {label}"
        measured, met = (f"{inside:.0f} %", 90 <= inside <= 99) if contacts else ("not measured", None)
        rows.append(Target(what, f"{len(contacts)} contacts", "90-99 %", measured, met))
    heights = [abs(e) for e in height_errors([o for o in plain if o.drill == "pogo" and o.fps >= 59])]
    rows.append(_at_most("jump height MAE from 60 fps (pogo)", f"{len(heights)} jumps", 1.0, heights, " cm"))
    scales = [abs(o.scale_pct) for o in plain if o.drill == "pogo" and o.scale_pct is not None]
    rows.append(_at_most("scale, mean error (pogo, 3-8 flights)", f"{len(scales)} clips", 2.0, scales, " %"))
    hops = [o for o in outcomes if o.drill == "single_leg_hop"]
    frames, swapped = (sum(getattr(o, n) for o in hops) for n in ("leg_frames", "swapped_frames"))
    share = [100 * swapped / frames] if frames else []
    rows.append(_at_most("frames of hops with the legs mixed up", f"{frames} frames", 0.5, share, " %"))
    return rows


def _near(outcome: Outcome) -> list[TimedContact]:
    """Return the contacts of the near leg, or of both feet together."""
    return [contact for contact in outcome.contacts if contact.near is not False]


def _clips(outcomes: Sequence[Outcome]) -> str:
    return f"{len(outcomes)} clips"
