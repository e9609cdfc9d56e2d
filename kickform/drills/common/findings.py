"""Findings that most drills make alike: a mean in its band, and form that goes during the set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kickform.drills.common.jumps import having, make_finding, values
from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import drift
from kickform.results.findings import FindingResult, RepResult

__all__ = ["FORM_IS_GOING", "Band", "Words", "say_band", "say_fading"]

FORM_IS_GOING = "A set whose form falls apart is finished: stop there, rest fully, then go again."
"""The cue of the programme's rule: quality ends the set, not the count (shown with ``fading``)."""

_SURE_SDS = 2.5
_OWN_SHARE = 0.45
"""Share of a rep's stated SD that is its own: the rest all reps of a clip have in common."""


@dataclass(frozen=True, slots=True)
class Band:
    """From where on a set's mean is good, is advised on, is a fault.

    More is better where ``good`` is above ``advise``, less where it is below. Between ``good`` and ``advise``
    nothing is said. Without ``fault`` it is advice however bad it is.
    """

    good: float
    advise: float
    fault: float | None = None

    @property
    def better(self) -> int:
        """+1 where more is better, -1 where less is."""
        return 1 if self.good > self.advise else -1


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says: its code, its message with ``{mean}`` in it, the coach's cue."""

    code: str
    message: str
    cue: str


def say_band(
    reps: Sequence[RepResult],
    name: str,
    band: Band,
    good: Words,
    bad: Words,
    *,
    mean: float | None = None,
    apex: bool = False,
) -> FindingResult | None:
    """Praise a metric's mean, advise on it, call it a fault, or say nothing.

    Praise is shown in the best rep, the rest in the worst; advice and faults name the reps beyond
    ``band.advise``.

    Args:
        reps: the set; those without the metric tell nothing.
        name: the metric.
        band: where what is said.
        good: words of praise.
        bad: words of advice or of a fault.
        mean: what is judged, where it is not the plain mean of the reps; ``{mean}`` stays the plain one.
        apex: show the apex of the flight instead of the rep's key moment.
    """
    told = having(reps, name)
    if not told:
        return None
    plain = mean_of(values(told, name))
    judged = band.better * (plain if mean is None else mean)
    worst_first = sorted(told, key=lambda rep: band.better * rep.metrics[name])
    if judged >= band.better * band.good:
        return make_finding(
            good.code, "good", good.message.format(mean=plain), good.cue, told, worst_first[-1], apex
        )
    if judged >= band.better * band.advise:
        return None
    beyond = [rep for rep in told if band.better * rep.metrics[name] < band.better * band.advise]
    fault = band.fault is not None and judged < band.better * band.fault
    return make_finding(
        bad.code, "fault" if fault else "advice", bad.message.format(mean=plain), bad.cue,
        beyond or worst_first[:1], worst_first[0], apex,
    )  # fmt: skip


def say_fading(
    reps: Sequence[RepResult],
    name: str,
    message: str,
    *,
    worse: int,
    least: float,
    much: float,
    sd: float | None = None,
    cue: str = FORM_IS_GOING,
    by_leg: bool = True,
) -> FindingResult | None:
    """Say where a metric gets worse through the set, beyond `least` and beyond 2.5 SD of the change.

    Args:
        reps: the set, in order.
        name: the metric.
        message: with ``{change}`` in it; ": the form is going" is added where it is a fault.
        worse: +1 where growing is worse, -1 where sinking is.
        least: the least change that is told.
        much: from here on it is a fault.
        sd: SD of one value's measurement, without what all have in common; None: its share of the stated one.
        cue: the coach's cue.
        by_leg: hold each leg against its own median, where legs take turns.
    """
    told = having(reps, name)
    if sd is None:
        sd = _OWN_SHARE * mean_of([rep.sds[name] for rep in told])
    middle = dict.fromkeys((rep.side for rep in told), 0.0)
    if by_leg:
        middle = {
            side: float(np.median(values([rep for rep in told if rep.side == side], name))) for side in middle
        }
    change = drift([worse * (rep.metrics[name] - middle[rep.side]) for rep in told], sd)
    if not change or change[0] <= max(least, _SURE_SDS * change[1]):
        return None
    stop = change[0] > much
    text = message.format(change=change[0]) + (": the form is going." if stop else ".")
    return make_finding("fading", "fault" if stop else "advice", text, cue, told[-3:], told[-1])
