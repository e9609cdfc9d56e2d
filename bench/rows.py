"""The rows of the accuracy page, each computed for one column of outcomes: the same code for every data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bench.agreement_figures import agreement_of
from bench.figures import Errors, Figures, figures_of
from bench.outcomes import Outcome, TimedContact, Value, named_right
from bench.targets import reps_exact

__all__ = [
    "DRILL_NAMES",
    "SECTIONS",
    "Cell",
    "Row",
    "all_rows",
    "contact_errors",
    "errors_of_values",
    "rows_in",
]

Keep = Callable[[Outcome, TimedContact], bool]

DRILL_NAMES = {
    "pogo": "pogo jumps",
    "single_leg_hop": "single-leg hops",
    "split_squat_jump": "split-squat jumps",
    "a_skip": "A-skips",
    "ladder": "ladder",
}
SECTIONS = {
    "Contact time, ms": "Bias (95 % interval, clips as clusters), mean absolute error, share of the errors inside the "
    'stated 95 % interval. "of" is the share that a right SD would give: below 95 % where the labels themselves err.',
    "Touchdown, ms": "The same; + is late.",
    "Take-off, ms": "The same; + is late.",
    "Mean contact time of a set, ms": "One error a clip.",
    "Flight, height, RSI, flight : contact": "The same, in the row's unit. Heights of labelled clips are g t^2 / 8 of "
    "the labelled flight.",
    "Agreement": "Bland-Altman bias and 95 % limits of agreement, ICC(2,1), every rep a pair.",
    "Counts and names": "",
    "Angles, deg": 'Side and oblique views, what is withheld left out; "true" is the depth that the clip has.',
    "Distances and scale, %": "",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one column: as text, as numbers, and the errors that it comes from."""

    text: str
    numbers: dict[str, float | int | None] = field(default_factory=dict)
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its section and label, how a column's cell is computed, and what the figure should be.

    ``kind`` groups rows for "the worst of all": "time", "share" or "angle"; ``limit`` is the target in its unit.
    """

    section: str
    label: str
    cell: Callable[[Sequence[Outcome]], Cell | None]
    kind: str = ""
    limit: float = 0.0


def all_rows() -> list[Row]:
    """Return every row of the page, in order."""
    return [
        *_contact_rows(),
        *_set_rows(),
        *_quantity_rows(),
        *_count_rows(),
        *_angle_rows(),
        *_distance_rows(),
    ]


def rows_in(section: str) -> list[Row]:
    """Return the rows of one section."""
    return [row for row in all_rows() if row.section == section]


def contact_errors(outcomes: Sequence[Outcome], keep: Keep, end: str = "") -> list[Errors]:
    """Return the errors of contacts by clip.

    Args:
        outcomes: the clips.
        keep: which contacts.
        end: "" for the contact time, "touchdown" or "takeoff" for one end of it.
    """
    return [
        Errors.of([_row_of(c, end) for c in o.contacts if keep(o, c) and _known(c, end)]) for o in outcomes
    ]


def _known(contact: TimedContact, end: str) -> bool:
    return not end or getattr(contact, f"{end}_ms") is not None


def _row_of(contact: TimedContact, end: str) -> tuple[float, float | None, float]:
    label = contact.label
    if not end:
        return contact.error_ms, contact.sd_ms, label.contact_sd_ms if label else 0.0
    open_sd = 0.0
    if label:
        width, reading = getattr(label, f"{end}_width_ms"), getattr(label, f"{end}_sd_ms")
        open_sd = float(np.hypot(width / np.sqrt(12), reading))
    return getattr(contact, f"{end}_ms"), getattr(contact, f"{end}_sd_ms"), open_sd


def errors_of_values(clips: Sequence[Sequence[Value]], percent: bool = False) -> list[Errors]:
    """Return the errors of measured numbers by clip; with `percent` in percent of the truth."""
    return [Errors.of([_error_of(v, percent) for v in clip if _both_known(v)]) for clip in clips]


def _both_known(value: Value) -> bool:
    return value.measured is not None and value.true is not None


def _error_of(value: Value, percent: bool) -> tuple[float, float | None, float]:
    assert value.measured is not None and value.true is not None
    scale = 100 / value.true if percent else 1.0
    sd = None if value.sd is None else scale * value.sd
    return scale * (value.measured - value.true), sd, scale * value.true_sd


def figures_cell(clips: Sequence[Errors], digits: int = 1) -> Cell | None:
    """Return bias, interval, mean absolute error and coverage as a cell; None without an error."""
    own = figures_of(clips)
    if own.bias is None or own.mae is None:
        return None
    reach = ""
    if own.low is not None and own.high is not None:
        reach = f" ({own.low:+.{digits}f} to {own.high:+.{digits}f})"
    share = ""
    if own.inside is not None and own.expected is not None:
        share = f", {100 * own.inside:.0f} %"
        share += f" of {100 * own.expected:.0f}" if own.expected < 0.945 else ""
    text = f"{own.bias:+.{digits}f}{reach}, {own.mae:.{digits}f}{share}; n {own.count}"
    numbers: dict[str, float | int | None] = {
        name: getattr(own, name)
        for name in ("count", "clips", "bias", "low", "high", "mae", "inside", "expected")
    }
    return Cell(text, numbers, own)


def _contact_rows() -> list[Row]:
    groups: list[tuple[str, Keep]] = [
        ("two feet", lambda _, c: c.feet == 2),
        ("one foot", lambda _, c: c.feet == 1),
        ("one foot, near leg", lambda _, c: c.feet == 1 and c.near is True),
        ("one foot, far leg", lambda _, c: c.feet == 1 and c.near is False),
        *((f"lands on the {style}", _lands(style)) for style in ("heel", "flat foot", "forefoot")),
    ]
    more: list[tuple[str, Keep]] = [
        *((name, _drill_is(drill)) for drill, name in DRILL_NAMES.items()),
        *(
            (f"{low:g} to {high:g} fps", _rate(low, high))
            for low, high in ((24, 31), (48, 61), (100, 121), (200, 241))
        ),
        ("from the side (yaw up to 20 deg)", lambda o, _: o.yaw_deg <= 20),
        ("oblique (20 to 60 deg)", lambda o, _: 20 < o.yaw_deg <= 60),
        ("made hard on purpose", lambda o, _: o.hard),
    ]
    rows = [_timing_row("Contact time, ms", label, keep, "") for label, keep in groups + more]
    for section, end in (("Touchdown, ms", "touchdown"), ("Take-off, ms", "takeoff")):
        rows += [_timing_row(section, label, keep, end) for label, keep in groups]
    return rows


def _timing_row(section: str, label: str, keep: Keep, end: str) -> Row:
    return Row(
        section, label, lambda outcomes: figures_cell(contact_errors(outcomes, keep, end)), "time", 3.0
    )


def _lands(style: str) -> Keep:
    return lambda _, contact: contact.landing == style.split()[0]


def _drill_is(drill: str) -> Keep:
    return lambda outcome, _: outcome.drill == drill


def _rate(low: float, high: float) -> Keep:
    return lambda outcome, _: low - 1 < outcome.fps < high + 1


def _set_rows() -> list[Row]:
    def cell(outcomes: Sequence[Outcome]) -> Cell | None:
        timed = [o for o in outcomes if o.set_mean_ms is not None]
        rows = [(o.set_mean_ms or 0.0, o.set_mean_sd_ms, o.set_mean_label_sd_ms) for o in timed]
        return figures_cell([Errors.of([row]) for row in rows])

    return [Row("Mean contact time of a set, ms", "all clips", cell, "time", 3.0)]


def _quantity_rows() -> list[Row]:
    section = "Flight, height, RSI, flight : contact"
    rows = []
    for label, of, digits in _QUANTITIES:
        rows.append(
            Row(
                section,
                label,
                lambda o, of=of, d=digits: figures_cell(errors_of_values([of(c) for c in o]), d),
            )
        )  # type: ignore[misc]
    for label, of, digits in (("contact time, ms", _contact_values, 1), *_QUANTITIES):
        rows.append(
            Row("Agreement", label, lambda o, of=of, d=digits: _agreement_cell([of(c) for c in o], d))
        )  # type: ignore[misc]
    return rows


def _contact_values(outcome: Outcome) -> list[Value]:
    return [
        Value(c.true_ms + c.error_ms, c.true_ms, c.sd_ms) for c in outcome.contacts if c.true_ms is not None
    ]


def _metric(name: str) -> Callable[[Outcome], Sequence[Value]]:
    return lambda outcome: outcome.values.get(name, ())


_QUANTITIES: tuple[tuple[str, Callable[[Outcome], Sequence[Value]], int], ...] = (
    ("flight time, ms", lambda outcome: outcome.flight_ms, 1),
    ("jump height, cm", lambda outcome: outcome.height_cm, 1),
    ("RSI, m/s", _metric("rsi_m_per_s"), 3),
    ("flight : contact", _metric("flight_contact_ratio"), 3),
)


def _agreement_cell(clips: Sequence[Sequence[Value]], digits: int) -> Cell | None:
    known = [(v.measured, v.true) for clip in clips for v in clip if _both_known(v)]
    if not known:
        return None
    table = np.array(known, dtype=float)
    found = agreement_of(table[:, 0], table[:, 1])
    if found is None:
        return None
    text = f"{found.bias:+.{digits}f} [{found.low:+.{digits}f}, {found.high:+.{digits}f}], ICC {found.icc:.2f}; n {found.count}"
    names = ("count", "bias", "low", "high", "icc")
    return Cell(text, {name: getattr(found, name) for name in names})


def _count_rows() -> list[Row]:
    section = "Counts and names"
    rows = [
        Row(section, "events within a frame (F1)", _f1_cell),
        Row(
            section,
            "contacts missed",
            lambda o: _share_of(sum(_missed(c) for c in o), sum(c.contacts_true for c in o)),
        ),
        Row(
            section,
            "contacts that are none",
            lambda o: _share_of(sum(_extra(c) for c in o), sum(c.contacts_found for c in o)),
        ),
        Row(
            section, "clips with exact reps", lambda o: _clips_where(_with_reps(o), reps_exact), "share", 0.98
        ),
    ]
    for drill, name in DRILL_NAMES.items():
        rows.append(
            Row(
                section,
                f"exact reps, {name}",
                lambda o, d=drill: _clips_where([c for c in _with_reps(o) if c.drill == d], reps_exact),
                "share",
                0.98,
            )  # type: ignore[misc]
        )
    return [
        *rows,
        Row(section, "drill named right", lambda o: _clips_where(_of_a_drill(o), named_right), "share", 0.98),
        Row(
            section,
            "refused with the drill named",
            lambda o: _clips_where(_of_a_drill(o), lambda c: bool(c.refusal)),
        ),
        Row(
            section,
            "no verdict where there is no drill",
            lambda o: _clips_where([c for c in o if c.drill == "none"], named_right),
            "share",
            0.98,
        ),
        Row(section, "bounces of an A-skip counted right", lambda o: _equal(o, "bounces"), "share", 0.98),
        Row(section, "switches of the legs told right", lambda o: _equal(o, "switched"), "share", 0.98),
        Row(section, "faults there that were said", _found_cell, "share", 0.95),
        Row(
            section,
            "clips with a false finding",
            lambda o: _clips_where(
                [c for c in _of_a_drill(o) if not c.refusal], lambda c: bool(c.faults_false)
            ),
        ),
    ]


def _missed(outcome: Outcome) -> int:
    return outcome.contacts_true - len(outcome.contacts)


def _extra(outcome: Outcome) -> int:
    return outcome.contacts_found - len(outcome.contacts)


def _of_a_drill(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [o for o in outcomes if o.drill not in ("none", "")]


def _with_reps(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [o for o in _of_a_drill(outcomes) if o.reps_known]


def _clips_where(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Cell | None:
    return _share_of(sum(map(holds, outcomes)), len(outcomes))


def _share_of(hits: int, total: int) -> Cell | None:
    if not total:
        return None
    return Cell(f"{hits} of {total} ({100 * hits / total:.0f} %)", {"hits": hits, "total": total})


def _f1_cell(outcomes: Sequence[Outcome]) -> Cell | None:
    hits, found, true = (
        sum(getattr(o, f"event_{name}") for o in outcomes) for name in ("hits", "found", "true")
    )
    if not found + true:
        return None
    f1 = 2 * hits / (found + true)
    return Cell(f"{f1:.3f} (n {true})", {"f1": f1, "true": true, "found": found})


def _equal(outcomes: Sequence[Outcome], name: str) -> Cell | None:
    known = [v for o in outcomes for v in o.values.get(name, ()) if _both_known(v)]
    return _share_of(sum(v.measured == v.true for v in known), len(known))


def _found_cell(outcomes: Sequence[Outcome]) -> Cell | None:
    return _share_of(
        sum(len(o.faults_found) for o in outcomes), sum(len(o.faults_injected) for o in outcomes)
    )


_ANGLES: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("heel_recovery_deg", "heel recovery (knee in hops)", (0, 90, 110, 125, 180)),
    ("front_knee_flexion_deg", "front knee", (0, 75, 90, 180)),
    ("thigh_angle_deg", "thigh in A-skips", (0, 60, 80, 180)),
    ("thigh_from_horizontal_deg", "front thigh from horizontal", (-90, 10, 25, 90)),
    ("trunk_lean_deg", "trunk lean", (-90, 10, 20, 90)),
)


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
    def cell(outcomes: Sequence[Outcome]) -> Cell | None:
        clips = [o.values.get(name, ()) for o in outcomes]
        own = [[v for v in clip if v.true is not None and low <= v.true < high] for clip in clips]
        return figures_cell(errors_of_values(own))

    return Row("Angles, deg", label, cell, "angle", 5.0)


def _distance_rows() -> list[Row]:
    section = "Distances and scale, %"

    def scale(outcomes: Sequence[Outcome]) -> Cell | None:
        known = [o.scale_pct for o in outcomes if o.scale_pct is not None]
        return figures_cell([Errors.of([(pct, None, 0.0)]) for pct in known])

    def distance(outcomes: Sequence[Outcome]) -> Cell | None:
        return figures_cell(
            errors_of_values([o.values.get("hop_distance_m", ()) for o in outcomes], percent=True)
        )

    return [Row(section, "hop distance", distance), Row(section, "scale", scale)]
