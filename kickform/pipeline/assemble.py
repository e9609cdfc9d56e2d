"""From a drill's verdict to the `Analysis`: durations in real time, times on the file's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kickform._version import __version__
from kickform.drills import Verdict
from kickform.events.clock import Clock
from kickform.events.corrections import Correction
from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion, Scale
from kickform.motion.scale import G, jump_height_m
from kickform.pipeline.conditions import marked_coarse
from kickform.pipeline.file_clock import motion_on_file_clock, verdict_on_file_clock
from kickform.pipeline.recognize import RecognizedDrill
from kickform.pose.estimate import PoseEstimate
from kickform.results.analysis import (
    ESTIMATOR_VERSION,
    Analysis,
    ContactResult,
    FlightResult,
    ScaleResult,
    Summary,
    VideoResult,
    ViewResult,
)
from kickform.results.basis import Basis
from kickform.results.findings import Notice, RepResult
from kickform.video.reader import VideoInfo

__all__ = ["assemble"]


def assemble(
    basis: Basis,
    motion: Motion,
    found: RecognizedDrill,
    verdict: Verdict,
    notices: Sequence[Notice],
    corrections: tuple[Correction, ...],
) -> Analysis:
    """Return the analysis: durations in real time, times on the file's timeline.

    Args:
        basis: poses and user input.
        motion: the whole clip's, real seconds.
        found: the drill, and the confidence in it.
        verdict: the drill's judgement, real seconds.
        notices: warnings to show.
        corrections: events that a person set, file seconds.
    """
    clock, real_fps = motion.clock, motion.fps
    contacts = tuple(_contact_result(contact, clock) for contact in verdict.contacts)
    flights = _flight_results(verdict, clock)
    motion, verdict = motion_on_file_clock(motion), verdict_on_file_clock(verdict, clock)
    source: Literal["user", "auto"] = "auto" if basis.drill == "auto" else "user"
    return Analysis(
        drill=found.drill.id,
        variant=verdict.variant,
        drill_source=source,
        video=_video_result(basis.info, basis.estimate, motion, real_fps),
        view=ViewResult(motion.view.plane, motion.view.yaw_deg),
        scale=_scale_result(motion.scale),
        contacts=contacts,
        flights=flights,
        reps=verdict.reps,
        summary=Summary(verdict.score, marked_coarse(verdict.metrics, real_fps), verdict.headline),
        findings=verdict.findings,
        warnings=tuple(notices),
        kickform_version=__version__,
        model=basis.model,
        drill_confidence=found.confidence if source == "auto" else None,
        corrections=corrections,
        estimator_version=ESTIMATOR_VERSION,
        motion=motion,
        basis=basis,
    )


def _video_result(info: VideoInfo, estimate: PoseEstimate, motion: Motion, real_fps: float) -> VideoResult:
    return VideoResult(
        # A file name need not be text; one that is not would break the JSON and the terminal.
        name=info.name.encode("utf-8", "replace").decode("utf-8"),
        width=info.width,
        height=info.height,
        rotation_deg=info.rotation_deg,
        duration_s=info.duration_s,
        frames=len(estimate.track),
        mean_fps=info.mean_fps,
        variable_frame_rate=info.variable_frame_rate,
        slow_motion_factor=motion.slow_motion.factor,
        slow_motion_source=motion.slow_motion.source,
        corrupt_frames=estimate.corrupt_frames,
        speed_segments=motion.clock.segments if motion.clock.ramped else (),
        effective_fps=real_fps,
    )


def _scale_result(scale: Scale | None) -> ScaleResult | None:
    return None if scale is None else ScaleResult(scale.m_per_px, scale.source, scale.sd_pct)


def _contact_result(contact: Contact, clock: Clock) -> ContactResult:
    by_hand: tuple[tuple[Literal["touchdown", "takeoff"], bool], ...] = (
        ("touchdown", contact.touchdown_by_hand),
        ("takeoff", contact.takeoff_by_hand),
    )
    return ContactResult(
        side=contact.side,
        touchdown_s=clock.file_s(float(contact.touchdown_s)),
        takeoff_s=clock.file_s(float(contact.takeoff_s)),
        contact_time_ms=1000 * contact.duration_s,
        sd_ms=1000 * contact.sd_s,
        corrected=contact.corrected,
        corrected_events=tuple(event for event, set_by_hand in by_hand if set_by_hand),
    )


def _flight_results(verdict: Verdict, clock: Clock) -> tuple[FlightResult, ...]:
    reps = {rep.end_s: rep for rep in verdict.reps}
    return tuple(_flight_result(f, clock, reps.get(f.touchdown_s)) for f in verdict.flights)


def _flight_result(flight: Flight, clock: Clock, rep: RepResult | None) -> FlightResult:
    """Return the flight with the jump height of its rep; without a rep, g t^2 / 8."""
    flight_s, sd_s = flight.duration_s, flight.sd_s
    height_cm = 100 * jump_height_m(flight_s)
    sd_cm = 100 * G * flight_s / 4 * sd_s
    if rep is not None and "jump_height_cm" in rep.metrics:
        height_cm, sd_cm = rep.metrics["jump_height_cm"], rep.sds["jump_height_cm"]
    takeoff_s, touchdown_s = clock.file_s(float(flight.takeoff_s)), clock.file_s(float(flight.touchdown_s))
    return FlightResult(takeoff_s, touchdown_s, 1000 * flight_s, height_cm, sd_cm)
