"""Kick workouts and race cues: turn springy legs into a fast finish.

In our own words, after coach Lance Walker's programme for an Olympic 5,000/10,000 m medallist.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RACE_CUES", "SPEED_DAY", "WORKOUTS", "Workout"]


@dataclass(frozen=True, slots=True)
class Workout:
    """One workout: its purpose, its parts in order, and the recovery."""

    id: str
    title: str
    purpose: str
    parts: tuple[str, ...]
    recovery: str


SPEED_DAY = Workout(
    id="speed_day",
    title="Speed day",
    purpose="Top speed on fresh legs. Once a week, at the start of the workout: you learn speed when you are "
    "not tired.",
    parts=(
        "Warm up well, with a few strides.",
        "Flat sprints of 20 to 100 m, short ones first.",
        "Hill blasts of 25 m, as hard as you can.",
        "Stop when you slow down, then do the rest of the day's running, if any.",
    ),
    recovery="Full: walk until you can run the next one just as fast.",
)

WORKOUTS = (
    SPEED_DAY,
    Workout(
        id="kick_off_tired_legs",
        title="400s with hill sprints between",
        purpose="Learn to kick on tired legs: the hills come after the 400s have worn you out.",
        parts=(
            "Three sets of 4 x 400 m at your 3 km race pace.",
            "After the first and the second set: 3 x 80 m hill sprints.",
        ),
        recovery="An easy jog between the 400s; walk back down each hill.",
    ),
    Workout(
        id="bounding_500s",
        title="Repeat 500s with bounding",
        purpose="Change gears late in the race: speed, then strength, then a kick without a pause.",
        parts=(
            "200 m at your 800 m race pace,",
            "straight into 100 m of bounding,",
            "straight into 200 m at last-lap speed.",
            "Repeat as long as your bounding looks good.",
        ),
        recovery="Full between repeats; one good repeat beats three ragged ones.",
    ),
    Workout(
        id="circuit",
        title="Circuit with strides",
        purpose="Strength and spring under light fatigue, with good running form in between.",
        parts=(
            "A plyometric drill, well done.",
            "Squats or lunges.",
            "A 100 m stride, relaxed and tall.",
            "Go round again with the next drill.",
        ),
        recovery="Walk between stations; stop the circuit when your form goes in a drill.",
    ),
    Workout(
        id="under_distance_racing",
        title="A season below your distance",
        purpose="Make your goal pace feel slow: race one distance shorter for a season.",
        parts=(
            "Goal 10,000 m: race 5,000s. Goal 5,000 m: race 3,000s or 1,500s.",
            "Keep the plyometrics going meanwhile.",
        ),
        recovery="As between other races.",
    ),
)

RACE_CUES = (
    "Relax your arms, hands, neck, jaw and shoulders: tension costs speed.",
    "Don't reach with your foot; let it land under you.",
    "Quicker steps, not longer ones.",
)
"""Cues for the start of the kick, most useful first."""
