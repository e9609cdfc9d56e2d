"""Sets of single-leg hops: which hops belong together, which leg hops, how far, and from which view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kickform.drills.common.jumps import LONGEST_CONTACT_S, Jump
from kickform.drills.common.scoring import mean_of
from kickform.events.types import Contact, Side
from kickform.motion.foot_travel import Travel, facing_rad, foot_travel
from kickform.motion.leg_roles import hopping_legs, leg_mark, near_side, on_one_leg, planted_x_px
from kickform.motion.motion import Motion

__all__ = ["Hop", "hop_sets", "hops_of", "is_work", "other_foot_share"]

_LONGEST_BALANCE_S = 3.0  # convention: after a longer balance a new set begins
"""Longest stance on the hopping leg between two hops of one set, real seconds."""

_LEAST_HOPS = 2  # convention: a set is two hops in a row


@dataclass(frozen=True, slots=True)
class Hop:
    """One jump with the leg that hops.

    ``yaw_rad`` is the camera's yaw in this flight and ``bout_yaw_rad`` its mean over the bout; ``place`` is
    the hop's index in ``travel``, the distances of the bout.
    """

    jump: Jump
    leg: Side
    near: bool
    yaw_rad: float
    bout_yaw_rad: float
    travel: Travel | None
    place: int


def hop_sets(motion: Motion) -> list[list[Jump]]:
    """Return the runs of at least two flights with contacts, or one-legged stances, between them."""
    launching = {contact.takeoff_s: contact for contact in motion.contacts}
    found: list[list[Jump]] = []
    for flight in motion.flights:
        contact = launching.get(flight.takeoff_s)
        if contact and not is_work(contact):
            seen = math.isfinite(contact.sd_s) and contact.duration_s <= _LONGEST_BALANCE_S
            contact = contact if seen and on_one_leg(motion, contact) else None
        if contact and found and found[-1][-1].flight.touchdown_s == contact.touchdown_s:
            found[-1].append(Jump(flight, contact))
        else:
            found.append([Jump(flight, contact)])
    return [run for run in found if len(run) >= _LEAST_HOPS]


def is_work(contact: Contact) -> bool:
    """Return whether a contact lies between two flights and is no pause."""
    return math.isfinite(contact.sd_s) and contact.duration_s <= LONGEST_CONTACT_S


def hops_of(motion: Motion, bout: Sequence[Jump]) -> list[Hop]:
    """Return the hops of one bout with their legs and distances."""
    launched = [jump.contact for jump in bout if jump.contact]
    legs = hopping_legs([leg_mark(motion, contact) for contact in launched])
    if bout[0].contact is None:
        legs = [legs[0], *legs]
    near = near_side(motion, bout[0].flight.takeoff_s, bout[-1].flight.touchdown_s)
    yaws = [facing_rad(motion, jump.flight) for jump in bout]
    hops: list[Hop] = []
    for leg, run in groupby(range(len(bout)), key=lambda n: legs[n]):
        chosen = list(run)
        travel = _travel(motion, [bout[n] for n in chosen], leg)
        yaw = mean_of([yaws[n] for n in chosen])
        hops += [Hop(bout[n], leg, leg == near, yaws[n], yaw, travel, i) for i, n in enumerate(chosen)]
    return hops


def _travel(motion: Motion, jumps: Sequence[Jump], leg: Side) -> Travel | None:
    """Return the distances of a bout's hops on one leg; None where they cannot be measured."""
    beginning = {contact.touchdown_s: contact for contact in motion.contacts}
    ending = {contact.takeoff_s: contact for contact in motion.contacts}
    first = ending.get(jumps[0].flight.takeoff_s)
    after = [beginning.get(jump.flight.touchdown_s) for jump in jumps]
    contacts = [contact for contact in (first, *after) if contact is not None]
    foot = planted_x_px(motion, leg)
    return foot_travel(motion, contacts, [jump.flight for jump in jumps], foot)


def other_foot_share(motion: Motion, jumps: Sequence[Jump], marks: Sequence[float]) -> float:
    """Return the free foot's share of all steps in a set; 0 without steps."""
    start_s, stop_s = jumps[0].flight.takeoff_s, jumps[-1].flight.touchdown_s
    feet = [s.side for s in motion.steps if s.touchdown_s > start_s and s.takeoff_s < stop_s]
    hopping = "left" if sum(marks) > 0 else "right"
    return sum(foot != hopping for foot in feet) / len(feet) if feet else 0.0
