"""When the heel lands, from its landmark: a contact begins with whichever part of the foot is down first.

The toe landmark and the sole about it tell when the forefoot lands. Who lands on the heel is on the ground
for some 20 to 60 ms by then. The heel comes down fast and stays, so a hinge z = z0 + [v b + c b^2 / 2]+ on
its raw heights, b being the time before the event, finds its landing to within some 10 ms
(`kickform.events.fitting.sole_hinge`).

How one lands is a habit: by how much the heel leads is learnt from all landings of a clip, and a single
landing is drawn to that as far as its error calls for. A lead that may as well be none counts by its expected
value: the first of two uncertain times must not be taken for an early one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kickform.events.fitting.sole_hinge import Leg, Near, fit_paths, learn_leg
from kickform.events.fitting.toe_hinge import Fit, Toes
from kickform.events.types import Event, OneFoot
from kickform.numeric import FloatArray, mad_sd

__all__ = ["begin_at_heel"]

_LONGEST_LEAD_S = 0.12  # convention: a walker rolls from heel to forefoot in a tenth of a second
_FALLS_S = 0.08  # convention: a heel falls its last 2 % of stature in less
_REST_SHARE = 0.35  # convention: the heel rises at half of a contact at the earliest
_LEAST_REST_S = 0.025  # convention: three frames at 120 a second
_MOST_REST_S = 0.08  # convention: five frames at 60 a second tell the ground's level
"""Part of a contact, after the forefoot's landing, in which a heel that landed first still stands."""
_WINDOW_S = 0.07  # convention: in more of the flight the leg is swung
_WINDOW_FRAMES = 3.5  # convention: a speed and its change need three frames
_UP = 0.02  # convention: 3.5 cm; a heel that high is in the air
_ANY_HEEL = Leg(np.array([0.6, 15.0]), np.array([0.5, 20.0]))  # convention: 1 m/s, or much more
"""How fast a heel comes down, statures/s, and how that changes, statures/s^2.
Wide, and chosen on train clips."""
_PASSES_AT = 1.65  # convention: 2.8 m/s, a fast heel: the hinge is begun a little early
_LEAST_NOISE = 0.003  # convention: 0.5 cm, a landmark's best
_USUAL_NOISE = 0.006  # convention: 1 cm, where the stand is too short to tell
_SYSTEMATIC_SD_S = 0.008  # convention: half a frame at 60 a second: the pose model's own lean, real seconds
_HABIT_SD_S = 0.012  # convention: a lead differs by a frame at 80 a second from landing to landing
_PEOPLE_SD_S = 0.030  # convention: leads of 0 to 60 ms
_NO_LEAD_S = 0.0005  # convention: half a millisecond is nothing


def begin_at_heel(heels: Toes, fits: Sequence[Fit], foot: OneFoot) -> list[Fit]:
    """Return the contacts of a foot; those of one that lands on its heel begin when the heel lands.

    Args:
        heels: heights of the heels, as `Toes` holds those of the toes.
        fits: the contacts, timed by the forefoot.
        foot: the foot.
    """
    leads = _leads(heels, fits, foot)
    if not leads:
        return list(fits)
    habit = _habit(list(leads.values()))
    return [_begun_earlier(fit, leads.get(number), habit) for number, fit in enumerate(fits)]


@dataclass(frozen=True, slots=True)
class _Lead:
    """By how much the heel lands before the forefoot, and the SD of that, real seconds."""

    time_s: float
    sd_s: float


def _leads(heels: Toes, fits: Sequence[Fit], foot: OneFoot) -> dict[int, _Lead]:
    """Return the lead in each contact whose heel is seen to come down, by the contact's number."""
    frame_s = float(np.median(np.diff(heels.time_s)))
    near = {}
    for number, fit in enumerate(fits):
        path = _path(heels.time_s, heels.of(foot), fit, frame_s)
        if path is not None:
            near[number] = path
    if not near:
        return {}
    leads = {}
    for number, event in zip(near, _landings(list(near.values()), frame_s), strict=True):
        down = fits[number].touchdown
        leads[number] = _Lead(down.time_s - event.time_s, math.hypot(event.sd_s, down.sd_s))
    return leads


def _landings(paths: Sequence[Near], frame_s: float) -> list[Event]:
    """Return when the heels land, with what a first fit tells of how this athlete's heels come down."""
    fitted = fit_paths([(path, -1, _ANY_HEEL) for path in paths], frame_s)
    leg = learn_leg(fitted)
    if leg is not None:
        fitted = fit_paths([(path, -1, leg) for path in paths], frame_s)
    return [one.event for one in fitted]


def _path(time_s: FloatArray, height: FloatArray, fit: Fit, frame_s: float) -> Near | None:
    """Return the heel's heights about one landing; None where it is not seen to come down."""
    if not math.isfinite(fit.touchdown.sd_s):
        return None
    down_s = fit.touchdown.time_s
    rest_s = min(_REST_SHARE * (fit.takeoff.time_s - down_s), _MOST_REST_S)
    rest_s = max(rest_s, _LEAST_REST_S, 1.5 * frame_s)
    seen = np.isfinite(height) & (time_s <= down_s + rest_s)
    rests = seen & (time_s >= down_s)
    if not rests.any():
        return None
    level = float(np.median(height[rests]))
    up = np.flatnonzero(seen & (time_s > down_s - _LONGEST_LEAD_S - _FALLS_S) & (height > level + _UP))
    if len(up) == 0:
        return None
    last = int(up[-1])
    about_s = float(time_s[last]) + (float(height[last]) - level) / _PASSES_AT
    inside = seen & (time_s > about_s - max(_WINDOW_S, _WINDOW_FRAMES * frame_s))
    before_s = about_s - time_s[inside]
    if (before_s > 0).sum() < 2 or (before_s < 0).sum() < 1:
        return None
    noise = float(mad_sd(height[rests])) if rests.sum() > 3 else _USUAL_NOISE
    return Near(about_s, before_s, height[inside] - level, max(noise, _LEAST_NOISE))


def _habit(leads: Sequence[_Lead]) -> _Lead:
    """Return by how much the heel leads in a clip, less than nothing where the forefoot does."""
    values, sds = np.array([(lead.time_s, lead.sd_s) for lead in leads]).T
    spread = max(float(mad_sd(values)), _HABIT_SD_S) if len(values) > 2 else _HABIT_SD_S
    scatter = math.hypot(spread, float(np.median(sds))) / math.sqrt(len(values))
    error = math.hypot(scatter, _SYSTEMATIC_SD_S)
    share = _PEOPLE_SD_S**2 / (_PEOPLE_SD_S**2 + error**2)
    return _Lead(share * float(np.median(values)), math.sqrt(share) * error)


def _begun_earlier(fit: Fit, own: _Lead | None, habit: _Lead) -> Fit:
    """Return a contact that begins with the heel where that leads: by its own lead, drawn to the clip's."""
    if not math.isfinite(fit.touchdown.sd_s):
        return fit
    own = own or _Lead(habit.time_s, math.inf)
    weight = _HABIT_SD_S**2 / (_HABIT_SD_S**2 + own.sd_s**2)
    drawn_s = habit.time_s + weight * (own.time_s - habit.time_s)
    lead = _not_negative(_Lead(drawn_s, math.hypot(habit.sd_s, math.sqrt(1 - weight) * _HABIT_SD_S)))
    if lead.time_s < _NO_LEAD_S:
        return fit
    down = Event(fit.touchdown.time_s - lead.time_s, math.hypot(fit.touchdown.sd_s, lead.sd_s))
    return replace(fit, touchdown=down, sd_s=math.hypot(fit.sd_s, lead.sd_s))


def _not_negative(lead: _Lead) -> _Lead:
    """Return mean and SD of a normally distributed lead of which all that is negative counts as none."""
    at = lead.time_s / lead.sd_s
    density, share = math.exp(-(at**2) / 2) / math.sqrt(2 * math.pi), (1 + math.erf(at / math.sqrt(2))) / 2
    mean = lead.sd_s * density + lead.time_s * share
    square = (lead.time_s**2 + lead.sd_s**2) * share + lead.time_s * lead.sd_s * density
    return _Lead(mean, math.sqrt(max(square - mean**2, 0.0)))
