"""Kick workouts and race cues: what turns springy legs into a finish.

Told in our own words after coach Lance Walker's programme for an Olympic 5,000/10,000 m medallist.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RACE_CUES", "SPEED_DAY", "WORKOUTS", "Workout"]


@dataclass(frozen=True, slots=True)
class Workout:
    """One workout: what it is for, its parts in order, and how to recover."""

    id: str
    title: str
    purpose: str
    parts: tuple[str, ...]
    recovery: str


SPEED_DAY = Workout(
    id="speed_day",
    title="Speed day",
    purpose="Top speed, fresh. Once a week, at the start of the workout and fully rested: speed is learned "
    "by legs that are not tired.",
    parts=(
        "Warm up well, with a few strides.",
        "Flat sprints of 20 to 100 m, short ones first.",
        "Hill blasts of 25 m, as hard as you can.",
        "Stop when you slow down; then the rest of the day's running, if any.",
    ),
    recovery="Fully: walk until you could run the next one as fast.",
)

WORKOUTS = (
    SPEED_DAY,
    Workout(
        id="kick_off_tired_legs",
        title="400s with hill sprints between",
        purpose="A kick out of tired legs: the hills come when the 400s have taken the freshness.",
        parts=(
            "Three sets of 4 x 400 m at the pace you could race 3 km in.",
            "After the first and the second set: 3 x 80 m hill sprints.",
        ),
        recovery="An easy jog between the 400s; walk back down each hill.",
    ),
    Workout(
        id="bounding_500s",
        title="Repeat 500s with bounding",
        purpose="Changing gears late: speed, then strength, then a kick without a pause.",
        parts=(
            "200 m at your 800 m race pace,",
            "straight into 100 m of bounding,",
            "straight into 200 m as in the last lap of a race.",
            "Repeat while the bounding keeps its shape.",
        ),
        recovery="Fully between repeats; one good repeat is worth more than three ragged ones.",
    ),
    Workout(
        id="circuit",
        title="Circuit with strides",
        purpose="Strength and springs under light fatigue, with running form kept in between.",
        parts=(
            "A plyometric drill, well done.",
            "Squats or lunges.",
            "A 100 m stride, relaxed and tall.",
            "Round again with the next drill.",
        ),
        recovery="Walk between stations; end the circuit when a drill loses its form.",
    ),
    Workout(
        id="under_distance_racing",
        title="A season below your distance",
        purpose="Paces that make your own feel slow: a season of racing one step below the goal distance.",
        parts=(
            "Goal of 10,000 m: race 5,000s. Goal of 5,000 m: race 3,000s or 1,500s.",
            "Keep the plyometrics going meanwhile.",
        ),
        recovery="As between any races.",
    ),
)

RACE_CUES = (
    "Relax arms, hands, neck, jaw and shoulders: tension there is speed lost.",
    "Do not reach with the foot; let it land under you.",
    "Quicker steps, not longer ones.",
)
"""What to think of when the kick begins, most useful first."""
