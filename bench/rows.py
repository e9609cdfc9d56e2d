"""The rows of the accuracy page, each computed for one column: the same code for every data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from bench.cells import (
    Cell,
    Keep,
    agreement_cell,
    contact_errors,
    equal_cell,
    errors_of_values,
    f1_cell,
    figures_cell,
    share_of,
    where,
)
from bench.figures import Errors
from bench.outcomes import Outcome, Value, named_right
from bench.targets import reps_exact

__all__ = ["AGREEMENT", "DRILL_NAMES", "QUANTITIES", "SECTIONS", "Row", "all_rows", "rows_in", "said"]

Outcomes = Sequence[Outcome]

DRILL_NAMES = {
    "pogo": "pogo jumps",
    "single_leg_hop": "single-leg hops",
    "split_squat_jump": "split-squat jumps",
    "a_skip": "A-skips",
    "ladder": "ladder",
}
_CONTACT, _DOWN, _UP = "Contact time, ms", "Touchdown, ms", "Take-off, ms"
_SETS = "Mean contact time of a set, ms"
_DERIVED = "Flight, height, RSI, flight : contact"
AGREEMENT, _COUNTS, _ANGLE, _LENGTH = (
    "Agreement",
    "Counts and names",
    "Angles, deg",
    "Distances and scale, %",
)
SECTIONS = {
    _CONTACT: "Bias (its 95 % interval, clips as clusters), mean absolute error, share of errors inside the "
    'stated 95 % interval. "of" is the share that a right SD would give: less than 95 % where labels err. '
    "Clips without a verdict have a row of their own: the user sees no times for them.",
    _DOWN: "The same; + is late.",
    _UP: "The same; + is late.",
    _SETS: "One error a clip; the stated range is that of the set's mean.",
    _DERIVED: "The same, in the row's unit. Heights of labelled clips are g t^2 / 8 of the labelled flight.",
    AGREEMENT: "Bland-Altman bias and 95 % limits of agreement, ICC(2,1); every rep is a pair.",
    _COUNTS: "",
    _ANGLE: 'What is withheld is left out. "True" is the depth that the rep has.',
    _LENGTH: "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its section and label, and how a column's cell is computed.

    ``kind`` groups rows for "the worst of all": "time", "share" or "angle"; ``limit`` is the target in its
    unit.
    """

    section: str
    label: str
    cell: Callable[[Outcomes], Cell | None]
    kind: str = ""
    limit: float = 0.0


def all_rows() -> list[Row]:
    """Return every row of the page, in order."""
    return [*_contact_rows(), *_set_rows(), *_derived_rows(), *_count_rows(), *_angle_rows(), *_length_rows()]


def rows_in(section: str) -> list[Row]:
    """Return the rows of one section."""
    return [row for row in all_rows() if row.section == section]


_FEET: tuple[tuple[str, Keep], ...] = (
    ("two feet", lambda _, c: c.feet == 2),
    ("one foot", lambda _, c: c.feet == 1),
    ("one foot, near leg", lambda _, c: c.feet == 1 and c.near is True),
    ("one foot, far leg", lambda _, c: c.feet == 1 and c.near is False),
    ("lands on the heel", lambda _, c: c.landing == "heel"),
    ("lands on the flat foot", lambda _, c: c.landing == "flat"),
    ("lands on the forefoot", lambda _, c: c.landing == "forefoot"),
)
_VIEWS: tuple[tuple[str, Keep], ...] = (
    ("24 to 31 fps", lambda o, _: 23 < o.fps < 32),
    ("48 to 61 fps", lambda o, _: 47 < o.fps < 62),
    ("100 to 121 fps", lambda o, _: 99 < o.fps < 122),
    ("200 to 241 fps", lambda o, _: 199 < o.fps < 242),
    ("from the side (yaw up to 20 deg)", lambda o, _: o.yaw_deg <= 20),
    ("oblique (20 to 60 deg)", lambda o, _: 20 < o.yaw_deg <= 60),
    ("from the front", lambda o, _: o.yaw_deg > 60),
    ("difficult on purpose", lambda o, _: o.hard),
)


def _contact_rows() -> list[Row]:
    drills: list[tuple[str, Keep]] = [(name, _is(drill)) for drill, name in DRILL_NAMES.items()]
    rows = [_timing_row(_CONTACT, label, keep, "") for label, keep in (*_FEET, *drills, *_VIEWS)]
    rows.append(Row(_CONTACT, "clips without a verdict", _unsaid_cell))
    rows += [_timing_row(_DOWN, label, keep, "touchdown") for label, keep in _FEET]
    return rows + [_timing_row(_UP, label, keep, "takeoff") for label, keep in _FEET]


def _is(drill: str) -> Keep:
    return lambda outcome, _: outcome.drill == drill


def _timing_row(section: str, label: str, keep: Keep, end: str) -> Row:
    return Row(section, label, lambda o: figures_cell(contact_errors(said(o), keep, end)), "time", 3.0)


def said(outcomes: Outcomes) -> list[Outcome]:
    """Return the clips with a verdict: of the others, the user sees no times."""
    return [outcome for outcome in outcomes if not outcome.refusal]


def _unsaid_cell(outcomes: Outcomes) -> Cell | None:
    return figures_cell(contact_errors([o for o in outcomes if o.refusal], lambda *_: True))


def _set_rows() -> list[Row]:
    return [Row(_SETS, "all clips", _set_cell, "time", 3.0), Row(_SETS, "worst clip", _worst_set_cell)]


def _set_cell(outcomes: Outcomes) -> Cell | None:
    timed = [o for o in said(outcomes) if o.set_mean_ms is not None]
    rows = [(o.set_mean_ms or 0.0, o.set_mean_sd_ms, o.set_mean_label_sd_ms) for o in timed]
    return figures_cell([Errors.of([row]) for row in rows])


def _worst_set_cell(outcomes: Outcomes) -> Cell | None:
    timed = [o for o in said(outcomes) if o.set_mean_ms is not None]
    if not timed:
        return None
    worst = max(timed, key=lambda o: abs(o.set_mean_ms or 0.0))
    text = f"{worst.set_mean_ms:+.1f} ({worst.name}, n {len(worst.contacts)})"
    return Cell(text, {"error": worst.set_mean_ms, "clip": worst.name, "count": len(worst.contacts)})


def _contact_values(outcome: Outcome) -> list[Value]:
    return [
        Value(c.true_ms + c.error_ms, c.true_ms, c.sd_ms) for c in outcome.contacts if c.true_ms is not None
    ]


def _metric(name: str) -> Callable[[Outcome], Sequence[Value]]:
    return lambda outcome: outcome.values.get(name, ())


QUANTITIES: tuple[tuple[str, Callable[[Outcome], Sequence[Value]], int], ...] = (
    ("contact time, ms", _contact_values, 1),
    ("flight time, ms", lambda outcome: outcome.flight_ms, 1),
    ("jump height, cm", lambda outcome: outcome.height_cm, 1),
    ("RSI, m/s", _metric("rsi_m_per_s"), 3),
    ("flight : contact", _metric("flight_contact_ratio"), 3),
)
"""What agreement is told of: label with unit, the pairs of a clip, decimals."""


def _derived_rows() -> list[Row]:
    return [
        *(Row(_DERIVED, label, partial(_errors_cell, of, digits)) for label, of, digits in QUANTITIES[1:]),
        *(Row(AGREEMENT, label, partial(_pairs_cell, of, digits)) for label, of, digits in QUANTITIES),
    ]


def _errors_cell(of: Callable[[Outcome], Sequence[Value]], digits: int, outcomes: Outcomes) -> Cell | None:
    return figures_cell(errors_of_values([of(outcome) for outcome in said(outcomes)]), digits)


def _pairs_cell(of: Callable[[Outcome], Sequence[Value]], digits: int, outcomes: Outcomes) -> Cell | None:
    return agreement_cell([of(outcome) for outcome in said(outcomes)], digits)


def _count_rows() -> list[Row]:
    """Return what is counted: events, contacts, reps, names, findings."""
    return [
        Row(_COUNTS, "events within a frame (F1)", f1_cell),
        Row(
            _COUNTS,
            "contacts missed",
            lambda o: share_of(sum(map(_missed, o)), sum(c.contacts_true for c in o)),
        ),
        Row(
            _COUNTS,
            "extra contacts",
            lambda o: share_of(sum(map(_none, o)), sum(c.contacts_found for c in o)),
        ),
        Row(_COUNTS, "clips with exact reps", lambda o: where(_of_a_drill(o), reps_exact), "share", 0.98),
        *(
            Row(_COUNTS, f"exact reps, {name}", partial(_exact_cell, drill), "share", 0.98)
            for drill, name in DRILL_NAMES.items()
        ),
        Row(_COUNTS, "drill named right", lambda o: where(_of_a_drill(o), named_right), "share", 0.98),
        Row(
            _COUNTS,
            "refused with the drill named",
            lambda o: where(_of_a_drill(o), lambda c: bool(c.refusal)),
        ),
        Row(
            _COUNTS,
            "no verdict where there is no drill",
            lambda o: where(_of(o, "none"), named_right),
            "share",
            0.98,
        ),
        Row(_COUNTS, "A-skip bounces counted right", lambda o: equal_cell(o, "bounces"), "share", 0.98),
        Row(_COUNTS, "leg switches right", lambda o: equal_cell(o, "switched"), "share", 0.98),
        Row(_COUNTS, "faults present and reported", _said_cell, "share", 0.95),
        Row(_COUNTS, "clips with a false finding", _false_cell),
    ]


def _missed(outcome: Outcome) -> int:
    return outcome.contacts_true - len(outcome.contacts)


def _none(outcome: Outcome) -> int:
    return outcome.contacts_found - len(outcome.contacts)


def _of(outcomes: Outcomes, drill: str) -> list[Outcome]:
    return [o for o in outcomes if o.drill == drill]


def _of_a_drill(outcomes: Outcomes) -> list[Outcome]:
    return [o for o in outcomes if o.drill in DRILL_NAMES]


def _exact_cell(drill: str, outcomes: Outcomes) -> Cell | None:
    return where(_of(outcomes, drill), reps_exact)


def _said_cell(outcomes: Outcomes) -> Cell | None:
    return share_of(sum(len(o.faults_found) for o in outcomes), sum(len(o.faults_injected) for o in outcomes))


def _false_cell(outcomes: Outcomes) -> Cell | None:
    judged = [o for o in _of_a_drill(outcomes) if not o.refusal]
    return where(judged, lambda outcome: bool(outcome.faults_false))


_ANGLES: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("heel_recovery_deg", "heel recovery (knee in hops)", (0, 90, 110, 125, 180)),
    ("front_knee_flexion_deg", "front knee", (0, 75, 90, 180)),
    ("thigh_angle_deg", "thigh in A-skips", (0, 60, 80, 180)),
    ("thigh_from_horizontal_deg", "front thigh from horizontal", (-90, 10, 25, 90)),
    ("trunk_lean_deg", "trunk lean", (-90, 10, 20, 90)),
)
"""Angles with the edges of their depths."""


def _angle_rows() -> list[Row]:
    rows = []
    for name, label, edges in _ANGLES:
        rows.append(_angle_row(name, label, -np.inf, np.inf))
        rows += [
            _angle_row(name, f"{label}, true {_span(low, high, edges)}", low, high)
            for low, high in pairwise(edges)
        ]
    return rows


def _span(low: float, high: float, edges: Sequence[float]) -> str:
    if low == edges[0]:
        return f"below {high:g}"
    return f"from {low:g}" if high == edges[-1] else f"{low:g} to {high:g}"


def _angle_row(name: str, label: str, low: float, high: float) -> Row:
    def cell(outcomes: Outcomes) -> Cell | None:
        clips = [o.values.get(name, ()) for o in outcomes]
        own = [[v for v in clip if v.true is not None and low <= v.true < high] for clip in clips]
        return figures_cell(errors_of_values(own))

    return Row(_ANGLE, label, cell, "angle", 5.0)


def _length_rows() -> list[Row]:
    return [Row(_LENGTH, "hop distance", _distance_cell), Row(_LENGTH, "scale", _scale_cell)]


def _distance_cell(outcomes: Outcomes) -> Cell | None:
    return figures_cell(
        errors_of_values([o.values.get("hop_distance_m", ()) for o in outcomes], percent=True)
    )


def _scale_cell(outcomes: Outcomes) -> Cell | None:
    known = [o.scale_pct for o in outcomes if o.scale_pct is not None]
    return figures_cell([Errors.of([(pct, None, 0.0)]) for pct in known])
