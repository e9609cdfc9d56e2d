"""Findings that most drills share: a mean against its limits, and form that fades during the set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kickform import fitted
from kickform.drills.common.jumps import having, make_finding, values
from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import drift
from kickform.results.findings import FindingResult, RepResult

__all__ = ["FORM_IS_GOING", "Band", "FindingText", "band_finding", "fading_finding"]

FORM_IS_GOING = "End the set when your form goes: stop there, rest fully, then go again."
"""The programme's rule: quality ends the set, not the count (the cue of ``fading``)."""

_SURE_SDS = 2.5  # convention: 1 change in 160 is larger by chance
_OWN_SHARE = fitted.FINDINGS_OWN_SHARE
"""Share of a rep's stated SD that is its own; the reps of a clip have the rest in common."""


@dataclass(frozen=True, slots=True)
class Band:
    """Limits of a set's mean: good from ``good`` on, advice beyond ``advise``, a fault beyond ``fault``.

    More is better where ``good`` is above ``advise``, less where it is below. Between ``good`` and ``advise``
    there is no finding. Without ``fault`` the worst is advice.
    """

    good: float
    advise: float
    fault: float | None = None

    @property
    def better(self) -> int:
        """+1 where more is better, -1 where less is."""
        return 1 if self.good > self.advise else -1


@dataclass(frozen=True, slots=True)
class FindingText:
    """Text of a finding: its code, its message with ``{mean}`` in it, the coach's cue."""

    code: str
    message: str
    cue: str


def band_finding(
    reps: Sequence[RepResult],
    name: str,
    band: Band,
    good: FindingText,
    bad: FindingText,
    *,
    mean: float | None = None,
    apex: bool = False,
) -> FindingResult | None:
    """Return praise, advice or a fault for a metric's mean; None between the limits.

    Praise shows the best rep, advice and faults show the worst one and name the reps beyond ``band.advise``.

    Args:
        reps: the set; reps without the metric are left out.
        name: the metric.
        band: its limits.
        good: text of praise.
        bad: text of advice or a fault.
        mean: value to judge, where it is not the plain mean of the reps; ``{mean}`` stays the plain mean.
        apex: show the apex of the flight instead of the rep's key moment.
    """
    known = having(reps, name)
    if not known:
        return None
    plain = mean_of(values(known, name))
    judged = band.better * (plain if mean is None else mean)
    worst_first = sorted(known, key=lambda rep: band.better * rep.metrics[name])
    if judged >= band.better * band.good:
        return make_finding(
            good.code, "good", good.message.format(mean=plain), good.cue, known, worst_first[-1], apex
        )
    if judged >= band.better * band.advise:
        return None
    beyond = [rep for rep in known if band.better * rep.metrics[name] < band.better * band.advise]
    fault = band.fault is not None and judged < band.better * band.fault
    return make_finding(
        bad.code, "fault" if fault else "advice", bad.message.format(mean=plain), bad.cue,
        beyond or worst_first[:1], worst_first[0], apex,
    )  # fmt: skip


def fading_finding(
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
    """Return a finding where a metric gets worse over the set by more than `least` and than 2.5 SDs.

    Args:
        reps: the set, in order.
        name: the metric.
        message: text with ``{change}`` in it; a fault adds ": your form is going".
        worse: +1 where a larger value is worse, -1 where a smaller one is.
        least: least change for a finding, in the metric's unit.
        much: change beyond which it is a fault.
        sd: SD of one value, without the error common to all reps; None: that share of the stated SD.
        cue: the coach's cue.
        by_leg: compare each leg with its own median, where the legs take turns.
    """
    known = having(reps, name)
    if sd is None:
        sd = _OWN_SHARE * mean_of([rep.sds[name] for rep in known])
    middle = dict.fromkeys((rep.side for rep in known), 0.0)
    if by_leg:
        own = {side: [rep for rep in known if rep.side == side] for side in middle}
        middle = {side: float(np.median(values(own[side], name))) for side in middle}
    change = drift([worse * (rep.metrics[name] - middle[rep.side]) for rep in known], sd)
    if not change or change[0] <= max(least, _SURE_SDS * change[1]):
        return None
    stop = change[0] > much
    text = message.format(change=change[0]) + (": your form is going." if stop else ".")
    return make_finding("fading", "fault" if stop else "advice", text, cue, known[-3:], known[-1])
