"""Puts results back from real seconds on the file's own timeline. No other module does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kickform.drills import Verdict
from kickform.events.clock import Clock
from kickform.events.types import Contact, Flight, SlowMotion
from kickform.motion.motion import Motion
from kickform.results.findings import FindingResult, RepResult

__all__ = ["main_factor", "motion_on_file_clock", "verdict_on_file_clock"]


def main_factor(motion: Motion, clock: Clock) -> float:
    """Return the factor of the part with the most flights, or the most steps where there are no flights."""
    pieces: Sequence[Contact | Flight] = motion.flights or motion.steps
    at = [clock.factor_at(clock.file_s((p.takeoff_s + p.touchdown_s) / 2)) for p in pieces]
    return max(set(at), key=at.count) if at else clock.segments[0].factor


def motion_on_file_clock(motion: Motion) -> Motion:
    """Return the motion with times and SDs in file seconds, and `fps` in frames a file second."""
    clock = motion.clock
    factor = main_factor(motion, clock)
    return replace(
        motion,
        track=replace(motion.track, time_s=clock.file_s(motion.track.time_s)),
        contacts=tuple(_contact(c, clock) for c in motion.contacts),
        flights=tuple(_flight(f, clock) for f in motion.flights),
        steps=tuple(_contact(s, clock) for s in motion.steps),
        slow_motion=SlowMotion(factor, motion.slow_motion.source),
        fps=motion.fps / factor,
    )


def verdict_on_file_clock(verdict: Verdict, clock: Clock) -> Verdict:
    """Return the verdict with its times in file seconds; durations and SDs stay in real time."""

    def rep_at(rep: RepResult) -> RepResult:
        key_s = None if rep.key_s is None else clock.file_s(float(rep.key_s))
        start_s, end_s = clock.file_s(float(rep.start_s)), clock.file_s(float(rep.end_s))
        return replace(rep, start_s=start_s, end_s=end_s, key_s=key_s)

    def finding_at(finding: FindingResult) -> FindingResult:
        if finding.time_s is None:
            return finding
        return replace(finding, time_s=clock.file_s(float(finding.time_s)))

    return replace(
        verdict, reps=tuple(map(rep_at, verdict.reps)), findings=tuple(map(finding_at, verdict.findings))
    )


def _contact(contact: Contact, clock: Clock) -> Contact:
    down, up = clock.file_s(float(contact.touchdown_s)), clock.file_s(float(contact.takeoff_s))
    at_down, at_up = clock.factor_at(down), clock.factor_at(up)
    return replace(
        contact,
        touchdown_s=down,
        takeoff_s=up,
        touchdown_sd_s=contact.touchdown_sd_s * at_down,
        takeoff_sd_s=contact.takeoff_sd_s * at_up,
        sd_s=contact.sd_s * max(at_down, at_up),
    )


def _flight(flight: Flight, clock: Clock) -> Flight:
    up, down = clock.file_s(float(flight.takeoff_s)), clock.file_s(float(flight.touchdown_s))
    return Flight(up, down, flight.sd_s * clock.factor_at(up))
