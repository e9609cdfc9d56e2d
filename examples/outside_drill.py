"""A drill that is not part of KickForm: jump as high as you can, and the best jump counts.

To install such a drill, put it into a package of your own, here ``my_drills``, and name it in that package's
pyproject.toml. KickForm then finds it everywhere: command line, app, live page, report and history.

    [project.entry-points."kickform.drills"]
    best_jump = "my_drills.outside_drill:DRILL"

This script tries the drill without installing it: it hands the motion of an analyzed clip straight to it.

    python examples/outside_drill.py sample_videos/pogo_side_60fps.mp4
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kickform import Analysis, analyze
from kickform.drills import Athlete, Drill, Metric, Verdict
from kickform.drills.common.jumps import flight_metrics
from kickform.drills.common.scoring import summarize
from kickform.errors import DrillError
from kickform.motion import Flight, Motion
from kickform.motion.kinematics import centre_of_mass_px
from kickform.pose.geometry import upward
from kickform.results.findings import FindingResult, RepResult

_METRICS = (
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
)


class BestJump(Drill):
    """Any set of jumps, judged by its highest one."""

    id = "best_jump"
    title = "Best jump"
    how_to = "Jump as high as you can, as often as you like."
    how_to_film = "From the side, phone still at hip height, whole body in the picture."
    cue = "Punch the ground and reach for the ceiling."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:  # noqa: ARG002
        """Return 0: this drill is never detected, only chosen by name."""
        return 0.0

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:  # noqa: ARG002
        """Measure every flight and name the highest."""
        if not motion.flights:
            raise DrillError(clip, "no jump in it", "jump at least once, with both feet in the picture")
        reps = tuple(_measure(motion, number, each) for number, each in enumerate(motion.flights, start=1))
        return Verdict(
            variant="plain",
            contacts=(),
            flights=motion.flights,
            reps=reps,
            score=None,
            metrics=summarize(reps, _METRICS),
            headline=("jump_height_cm",),
            findings=_best(reps),
        )


def _measure(motion: Motion, number: int, flight: Flight) -> RepResult:
    """Measure one flight. What the clip does not show is withheld, with the reason."""
    metrics, sds, withheld = flight_metrics(motion, centre_of_mass_px(upward(motion.track))[:, 1], flight)
    names = [metric.name for metric in _METRICS if metric.name in metrics]
    return RepResult(
        number=number,
        side="both",
        start_s=flight.takeoff_s,
        end_s=flight.touchdown_s,
        score=None,
        metrics={name: metrics[name] for name in names},
        sds={name: sds[name] for name in names},
        withheld=withheld,
        key_s=(flight.takeoff_s + flight.touchdown_s) / 2,
    )


def _best(reps: Sequence[RepResult]) -> tuple[FindingResult, ...]:
    """Return the finding that names the highest jump; none where no height could be measured."""
    measured = [rep for rep in reps if "jump_height_cm" in rep.metrics]
    if not measured:
        return ()
    best = max(measured, key=lambda rep: rep.metrics["jump_height_cm"])
    height = f"{best.metrics['jump_height_cm']:.0f} +- {1.96 * best.sds['jump_height_cm']:.0f} cm"
    message = f"Your best jump is number {best.number}: {height}."
    return (FindingResult("best_jump", "good", message, BestJump.cue, (best.number,), best.key_s),)


DRILL = BestJump()


def judge_with(drill: Drill, analysis: Analysis) -> Verdict:
    """Judge the movement of an analyzed clip as another drill."""
    if analysis.motion is None:
        raise SystemExit("an analysis read back from JSON has no motion: analyze the clip again")
    return drill.judge(analysis.motion, Athlete(), analysis.video.name)


def main(arguments: Sequence[str] | None = None) -> Verdict:
    """Analyze the clip that is named on the command line, and judge it as the drill of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="heavy", choices=("heavy", "full", "lite"))
    options = parser.parse_args(arguments)
    verdict = judge_with(DRILL, analyze(options.clip, model=options.model))
    for rep in verdict.reps:
        print(rep.number, *(f"{name}={value:.1f}" for name, value in rep.metrics.items()))
    print(*(finding.message for finding in verdict.findings), sep="\n")
    return verdict


if __name__ == "__main__":
    main()
