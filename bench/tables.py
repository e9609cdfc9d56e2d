"""The outcomes of one data set in detail, by drill and condition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from bench.outcomes import Outcome, TimedContact, Value, named_right
from bench.targets import DRILLS, cries, errors_of, height_errors, reps_exact

__all__ = ["detail_of"]

_TITLES = {
    "pogo": "Pogo jumps",
    "single_leg_hop": "Single-leg hops",
    "split_squat_jump": "Split-squat jumps",
    "a_skip": "A-skips",
    "ladder": "Ladder",
}
_METRICS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "single_leg_hop": (
        ("heel_recovery_deg", "heel recovery", "deg"),
        ("heel_to_hip_ratio", "heel to hip over leg", ""),
        ("hop_distance_m", "hop distance", "%"),
        ("contact_time_ms", "contact time", "ms"),
        ("flight_time_ms", "flight time", "ms"),
    ),
    "split_squat_jump": (
        ("front_knee_flexion_deg", "front knee flexion", "deg"),
        ("thigh_from_horizontal_deg", "front thigh from horizontal", "deg"),
        ("trunk_lean_deg", "trunk lean", "deg"),
        ("com_between_feet", "weight between the feet", ""),
        ("flight_time_ms", "flight time", "ms"),
    ),
    "a_skip": (
        ("thigh_angle_deg", "thigh at its highest", "deg"),
        ("clearance_cm", "clearance", "cm"),
        ("contact_time_ms", "contact time", "ms"),
    ),
    "ladder": (("contact_time_ms", "contact time", "ms"),),
}


def detail_of(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the lines of one data set: the drills at a glance, each of them, clips without a drill."""
    parts = ["### The drills at a glance", "", *_glance_table(outcomes), ""]
    for drill in DRILLS:
        own = [o for o in outcomes if o.drill == drill]
        if own:
            parts += [f"### {_TITLES[drill]}", "", *_drill_part(drill, own)]
    negative = [o for o in outcomes if o.drill == "none"]
    if negative:
        parts += ["### Clips without a drill", "", *_negative_table(negative), ""]
    return parts


def _glance_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = [
        "| Drill | clips | reps exact | named right | faults found / injected | false findings | in clips |",
        "|---|---|---|---|---|---|---|",
    ]
    for drill in DRILLS:
        own = [o for o in outcomes if o.drill == drill]
        if own:
            found = sum(len(o.faults_found) for o in own)
            false = [len(o.faults_false) for o in own]
            cells = [
                _TITLES[drill],
                len(own),
                sum(map(reps_exact, own)),
                sum(map(named_right, own)),
                f"{found} / {sum(len(o.faults_injected) for o in own)}",
                sum(false),
                sum(map(bool, false)),
            ]
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def _drill_part(drill: str, own: Sequence[Outcome]) -> list[str]:
    lines = [*_naming_lines(own), ""]
    if drill == "pogo":
        return [*lines, *_contact_table(own), "", *_height_table(own), "", *_fault_lines(own), ""]
    lines += [*_rep_table(drill, own), "", *_metric_table(drill, own), ""]
    if drill == "split_squat_jump":
        lines += ["Contacts of both feet together:", "", *_contact_table(own), ""]
    else:
        lines += ["Contacts of each foot:", "", *_leg_table(own), ""]
    return [*lines, *_fault_lines(own), ""]


def _naming_lines(own: Sequence[Outcome]) -> list[str]:
    exact = sum(map(reps_exact, own))
    found, true = sum(o.reps_found for o in own), sum(o.reps_true for o in own)
    inexact = [f"{o.name} ({_counts(o)})" for o in own if not reps_exact(o)]
    wrong = [f"{o.name} (named {o.named})" for o in own if not named_right(o)]
    refused = [f"{o.name} ({o.refusal.split(': ', 1)[-1]})" for o in own if o.refusal]
    clips = f"{len(own)} clips"
    return [
        f"- Reps exact in {exact} of {clips}, {found} found of {true}.{_listed('Not exact', inexact)}",
        f"- Drill named right in {len(own) - len(wrong)} of {clips}.{_listed('Wrong', wrong)}",
        f"- No verdict even with the drill named: {len(refused)}.{_listed('These', refused)}",
    ]


def _counts(outcome: Outcome) -> str:
    text = f"{outcome.reps_found} for {outcome.reps_true}"
    return (
        text if outcome.reps_found != outcome.reps_true else f"{text}, {outcome.reps_matched} at their place"
    )


def _listed(label: str, names: Sequence[str]) -> str:
    return f" {label}: {', '.join(names)}." if names else ""


def _by_condition(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes by condition, and all of them where there is more than one."""
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.condition].append(outcome)
    return {**rows, "**all**": list(outcomes)} if len(rows) > 1 else rows


def _rep_table(drill: str, own: Sequence[Outcome]) -> list[str]:
    """Reps and what is counted in them, by condition."""
    counted: dict[str, tuple[tuple[str, Callable[[Sequence[Outcome]], str]], ...]] = {
        "split_squat_jump": (
            ("lead leg right", lambda group: _right(group, "lead_leg")),
            ("switches wrong / known", lambda group: _wrong(group, "switched")),
            ("missed switches found / there / false", lambda group: _cried(group, "switched")),
        ),
        "a_skip": (
            ("bounce counts wrong / known", lambda group: _wrong(group, "bounces")),
            ("withheld or missed", lambda group: _withheld(group, "bounces")),
            ("single bounces found / there / false", lambda group: _cried(group, "bounces")),
        ),
        "ladder": (
            ("feet in the box right", lambda group: _right(group, "feet_per_box")),
            ("lead leg right", lambda group: _right(group, "lead_leg")),
            ("step rate error %", _rate_errors),
        ),
    }
    columns = counted.get(drill, ())
    head = ["Condition", "clips", "reps found / true", "side right", *(title for title, _ in columns)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for condition, group in _by_condition(own).items():
        reps = f"{sum(o.reps_found for o in group)} / {sum(o.reps_true for o in group)}"
        sides = f"{sum(o.sides_right for o in group)} of {sum(o.sides_known for o in group)}"
        cells = [condition, str(len(group)), reps, sides, *(cell(group) for _, cell in columns)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _right(group: Sequence[Outcome], name: str) -> str:
    known = errors_of(group, name)
    return f"{sum(v.measured == v.true for v in known)} of {len(known)}"


def _wrong(group: Sequence[Outcome], name: str) -> str:
    known = errors_of(group, name)
    return f"{sum(v.measured != v.true for v in known)} / {len(known)}"


def _withheld(group: Sequence[Outcome], name: str) -> str:
    return str(sum(v.measured is None for o in group for v in o.values.get(name, ())))


def _cried(group: Sequence[Outcome], name: str) -> str:
    return " / ".join(str(number) for number in cries(group, name))


def _rate_errors(group: Sequence[Outcome]) -> str:
    return ", ".join(f"{o.step_rate_pct:+.1f}" for o in group if o.step_rate_pct is not None) or "-"


def _metric_table(drill: str, own: Sequence[Outcome]) -> list[str]:
    """Error of each metric, the near and the far leg apart where the metric is of one leg."""
    lines = [
        "| Metric | leg | reps | withheld or missed | MAE | bias | 95th pct | in 95 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, label, unit in _METRICS[drill]:
        values = [v for o in own for v in o.values.get(name, ()) if v.true is not None]
        for leg, near in (("near", True), ("far", False), ("both", None)):
            group = [v for v in values if v.near is near]
            if not group:
                continue
            lines.append(f"| {label}{', ' if unit else ''}{unit} | {leg} | {_value_cells(group, unit)} |")
    return lines


def _value_cells(values: Sequence[Value], unit: str) -> str:
    known = [(v.measured, v.true, v.sd) for v in values if v.measured is not None and v.true is not None]
    missing = len(values) - len(known)
    if not known:
        return f"0 | {missing} | - | - | - | -"
    scale = np.array([100 / true if unit == "%" else 1.0 for _, true, _ in known])
    error = scale * np.array([measured - true for measured, true, _ in known])
    sds = scale * np.array([np.nan if sd is None else sd for _, _, sd in known])
    stated = np.isfinite(sds)
    inside = np.abs(error[stated]) <= 1.96 * sds[stated]
    covered = f"{100 * inside.mean():.0f} %" if stated.any() else "-"
    digits = 1 if unit else 3
    return (
        f"{len(known)} | {missing} | {np.abs(error).mean():.{digits}f} | {error.mean():+.{digits}f} "
        f"| {np.percentile(np.abs(error), 95):.{digits}f} | {covered}"
    )


def _leg_table(own: Sequence[Outcome]) -> list[str]:
    """Contact times of single feet, the near and the far leg apart."""
    lines = [
        "| Condition | leg | contacts | MAE ms | bias ms | 95th pct ms | in 95 % | F1 (both feet) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for condition, group in _by_condition(own).items():
        for leg, near in (("near", True), ("far", False), ("unknown", None)):
            contacts = [c for o in group for c in o.contacts if c.near is near]
            if contacts:
                lines.append(f"| {condition} | {leg} | {_time_cells(contacts)} | {_f1(group):.2f} |")
        if not any(o.contacts for o in group):
            lines.append(f"| {condition} | - | 0 | - | - | - | - | {_f1(group):.2f} |")
    return lines


def _time_cells(contacts: Sequence[TimedContact]) -> str:
    if not contacts:
        return "0 | - | - | - | -"
    error = np.array([c.error_ms for c in contacts])
    inside = np.mean([abs(c.error_ms) <= 1.96 * c.sd_ms for c in contacts])
    return (
        f"{len(error)} | {np.abs(error).mean():.1f} | {error.mean():+.1f} "
        f"| {np.percentile(np.abs(error), 95):.1f} | {100 * inside:.0f} %"
    )


def _f1(group: Sequence[Outcome]) -> float:
    hits, found, true = (sum(getattr(o, f"event_{n}") for o in group) for n in ("hits", "found", "true"))
    return 2 * hits / (found + true) if found + true else 0.0


def _contact_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = [
        "| Condition | clips | contacts | MAE ms | bias ms | 95th pct ms | in 95 % | worst set mean ms "
        "| F1 | reps found / true |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for condition, group in _by_condition(outcomes).items():
        cells = _time_cells([contact for o in group for contact in o.contacts])
        means = [abs(o.set_mean_ms) for o in group if o.set_mean_ms is not None]
        worst = f"{max(means):.1f}" if means else "-"
        reps = f"{sum(o.reps_found for o in group)} / {sum(o.reps_true for o in group)}"
        lines.append(f"| {condition} | {len(group)} | {cells} | {worst} | {_f1(group):.2f} | {reps} |")
    return lines


def _height_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = [
        "| Condition | jump height MAE cm | bias cm | deepest knee bend MAE deg | bias deg | scale error % |",
        "|---|---|---|---|---|---|",
    ]
    for condition, group in _by_condition(outcomes).items():
        heights = np.array(height_errors(group))
        knees = np.array([e for o in group for e in o.knee_deg])
        scales = np.array([o.scale_pct for o in group if o.scale_pct is not None])
        height = f"{np.abs(heights).mean():.1f} | {heights.mean():+.1f}" if len(heights) else "- | -"
        knee = f"{np.abs(knees).mean():.1f} | {knees.mean():+.1f}" if len(knees) else "withheld | "
        scale = f"{scales.mean():+.1f}" if len(scales) else "-"
        lines.append(f"| {condition} | {height} | {knee} | {scale} |")
    return lines


def _negative_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = ["| Clip | named | what was said |", "|---|---|---|"]
    for outcome in outcomes:
        said = outcome.refusal.split(": ", 1)[-1] if outcome.refusal else f"{outcome.reps_found} reps (wrong)"
        lines.append(f"| {outcome.name} | {outcome.named} | {said} |")
    return lines


def _fault_lines(own: Sequence[Outcome]) -> list[str]:
    injected = [(o, code) for o in own for code in o.faults_injected]
    missed = [f"{code} ({o.name})" for o, code in injected if code not in o.faults_found]
    judged = [o for o in own if not o.refusal]
    false = [f"{code} ({o.name})" for o in judged for code in o.faults_false]
    found = len(injected) - len(missed)
    return [
        f"- Faults: injected {len(injected)}, found {found}.{_listed('Missed', missed)}",
        f"- False findings over {len(judged)} clips: {len(false)}.{_listed('These', false)}",
    ]
