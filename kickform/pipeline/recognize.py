"""Recognizes the drill of a clip, and the parts of the clip in which it is done.

Each drill rates how well the motion matches it; where two are close, the user is asked. A clip may hold
several drills with pauses between them: it is cut at its pauses, each part is recognized by itself, and the
drill with the most active time is judged on its own parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kickform import fitted
from kickform.drills import Drill, all_drills
from kickform.errors import DrillError
from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion

__all__ = ["RecognizedDrill", "parts_of", "recognize_drill", "restrict_to"]

_SURE = 0.5  # convention: `Drill.likeness` is a match from 0.5 on
_CLOSE = fitted.RECOGNIZE_CLOSE
"""Drills whose likenesses differ by less are not told apart: the user is asked."""

_PAUSE_S = 2.0  # convention: longer than a deep landing or a balance between hops
"""Time without a flight or a quick step that separates two sets, real seconds."""


@dataclass(frozen=True, slots=True)
class RecognizedDrill:
    """The drill of a clip, the confidence in it (0 to 1), its motion, and other drills in the clip.

    ``others`` are (drill, start, end) in real seconds.
    """

    drill: Drill
    confidence: float
    motion: Motion
    others: tuple[tuple[Drill, float, float], ...] = ()


def recognize_drill(motion: Motion, clip: str) -> RecognizedDrill:
    """Return the drill that the motion matches best.

    Args:
        motion: the whole clip's.
        clip: its name, for errors.

    Raises:
        DrillError: the motion matches no drill, or two drills about equally.
    """
    drills = all_drills()
    parts = parts_of(motion)
    named = [(part, _best(_likeness(part, drills))) for part in parts]
    found = {name for _, (name, likeness) in named if likeness >= _SURE}
    if len(found) < 2:
        return _only(motion, _likeness(motion, drills), clip)
    filled = {name: sum(_active_s(p) for p, best in named if best[0] == name) for name in found}
    main = max(filled, key=lambda name: filled[name])
    own = [part for part, best in named if best[0] == main and best[1] >= _SURE]
    others = tuple(
        (drills[name], *_span(part)) for part, (name, likeness) in named if name != main and likeness >= _SURE
    )
    confidence = min(likeness for _, (name, likeness) in named if name == main and likeness >= _SURE)
    return RecognizedDrill(drills[main], confidence, _joined(motion, own), others)


def restrict_to(drill: Drill, motion: Motion) -> Motion:
    """Return the parts of the motion that match the drill the user named; all of it where none does."""
    parts = parts_of(motion)
    own = [part for part in parts if drill.likeness(part) >= _SURE]
    return _joined(motion, own) if own and len(own) < len(parts) else motion


def parts_of(motion: Motion) -> list[Motion]:
    """Return the motion cut at its pauses; one part where there are none."""
    busy = sorted([*(_middle(f) for f in motion.flights), *(_middle(s) for s in _quick(motion))])
    if not busy:
        return [motion]
    cuts = [(a + b) / 2 for a, b in pairwise(busy) if b - a > _PAUSE_S]
    edges = [-np.inf, *cuts, np.inf]
    return [_between(motion, [span]) for span in pairwise(edges)]


def _only(motion: Motion, likeness: Mapping[str, float], clip: str) -> RecognizedDrill:
    """Return the only drill of a clip; `DrillError` where none or two match."""
    drills = all_drills()
    best, value = _best(likeness)
    titles = ", ".join(drill.title.lower() for drill in drills.values())
    if value < _SURE:
        jumps = len(motion.flights)
        counted = "one jump" if jumps == 1 else f"{jumps} jumps"
        seen = f"{counted}, but no drill that is known" if jumps else "no drill found"
        raise DrillError(clip, seen, f"film one of: {titles}, or name it with --drill")
    close = [name for name in likeness if name != best and likeness[name] > max(value - _CLOSE, _SURE)]
    if close:
        names = " or ".join(f"{drills[name].title.lower()}" for name in (best, *close))
        ids = " or ".join(f"--drill {name}" for name in (best, *close))
        raise DrillError(clip, f"this may be {names}", f"say which with {ids}")
    second = max((likeness[name] for name in likeness if name != best), default=0.0)
    return RecognizedDrill(drills[best], value * (1 - second / 2), motion)


def _likeness(motion: Motion, drills: Mapping[str, Drill]) -> dict[str, float]:
    return {name: drill.likeness(motion) for name, drill in drills.items()}


def _best(likeness: Mapping[str, float]) -> tuple[str, float]:
    best = max(likeness, key=lambda name: likeness[name])
    return best, likeness[best]


def _quick(motion: Motion) -> list[Contact]:
    """Return the steps that are timed at both ends and shorter than standing."""
    return [s for s in motion.steps if np.isfinite(s.sd_s) and s.duration_s < _PAUSE_S / 2]


def _middle(piece: Contact | Flight) -> float:
    return (piece.takeoff_s + piece.touchdown_s) / 2


def _span(motion: Motion) -> tuple[float, float]:
    """Return start and end of the activity in a part, real seconds."""
    pieces: list[Contact | Flight] = [*motion.flights, *_quick(motion)]
    times = [t for piece in pieces for t in (piece.takeoff_s, piece.touchdown_s)]
    return min(times), max(times)


def _active_s(motion: Motion) -> float:
    start, stop = _span(motion)
    return stop - start


def _joined(motion: Motion, parts: Sequence[Motion]) -> Motion:
    """Return the motion with only these parts of it."""
    return _between(motion, [_span(part) for part in parts])


def _between(motion: Motion, spans: Sequence[tuple[float, float]]) -> Motion:
    """Return the motion with the flights and steps whose middle lies in a span, and adjacent contacts."""

    def inside(piece: Contact | Flight) -> bool:
        return any(start <= _middle(piece) <= stop for start, stop in spans)

    flights = tuple(flight for flight in motion.flights if inside(flight))
    ends = {t for flight in flights for t in (flight.takeoff_s, flight.touchdown_s)}
    contacts = tuple(
        c
        for c in motion.contacts
        if c.takeoff_s in ends or c.touchdown_s in ends or (not flights and inside(c))
    )
    steps = tuple(step for step in motion.steps if inside(step))
    return replace(motion, flights=flights, contacts=contacts, steps=steps)
