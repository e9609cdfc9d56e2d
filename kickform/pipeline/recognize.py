"""Which drill is it, and where in the clip? Asked of every drill; where the answer is in doubt, the user is.

A clip may hold more than one drill, with a pause between. It is cut at its pauses, each part is recognised by
itself, and the drill that fills most of it is judged on its own parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kickform.drills import Drill, all_drills
from kickform.errors import DrillError
from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion

__all__ = ["Recognised", "parts_of", "recognise", "restrict_to"]

_SURE = 0.5
_CLOSE = 0.2
"""Two drills whose likenesses are this close are not told apart: the user is asked."""
_PAUSE_S = 2.0
"""Real seconds without a flight or a quick step that part one set from the next."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The drill of a clip, how sure that is (0 to 1), its motion, and the other drills with their times.

    ``others`` are (drill, start, end) in real seconds.
    """

    drill: Drill
    confidence: float
    motion: Motion
    others: tuple[tuple[Drill, float, float], ...] = ()


def recognise(motion: Motion, clip: str) -> Recognised:
    """Return the drill that the motion looks like most.

    Args:
        motion: the whole clip's.
        clip: its name, for the message.

    Raises:
        DrillError: it looks like none, or like two of them alike.
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
    return Recognised(drills[main], confidence, _joined(motion, own), others)


def restrict_to(drill: Drill, motion: Motion) -> Motion:
    """Return the parts of the motion that look like the drill the user named; all of it where none does."""
    parts = parts_of(motion)
    own = [part for part in parts if drill.likeness(part) >= _SURE]
    return _joined(motion, own) if own and len(own) < len(parts) else motion


def parts_of(motion: Motion) -> list[Motion]:
    """Return the motion cut at its pauses; one part where there are none."""
    busy = sorted([*(_middle(f) for f in motion.flights), *(_middle(s) for s in _quick(motion))])
    if not busy:
        return [motion]
    pause_s = _PAUSE_S
    cuts = [(a + b) / 2 for a, b in pairwise(busy) if b - a > pause_s]
    edges = [-np.inf, *cuts, np.inf]
    return [_between(motion, [span]) for span in pairwise(edges)]


def _only(motion: Motion, likeness: Mapping[str, float], clip: str) -> Recognised:
    """Return the one drill of a clip, or say why there is none."""
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
    return Recognised(drills[best], value * (1 - second / 2), motion)


def _likeness(motion: Motion, drills: Mapping[str, Drill]) -> dict[str, float]:
    return {name: drill.likeness(motion) for name, drill in drills.items()}


def _best(likeness: Mapping[str, float]) -> tuple[str, float]:
    best = max(likeness, key=lambda name: likeness[name])
    return best, likeness[best]


def _quick(motion: Motion) -> list[Contact]:
    """Return the steps that are timed at both ends and short: no standing."""
    longest = _PAUSE_S / 2
    return [s for s in motion.steps if np.isfinite(s.sd_s) and s.duration_s < longest]


def _middle(piece: Contact | Flight) -> float:
    return (piece.takeoff_s + piece.touchdown_s) / 2


def _span(motion: Motion) -> tuple[float, float]:
    """Return from when to when the athlete is busy in a part; real seconds."""
    pieces: list[Contact | Flight] = [*motion.flights, *_quick(motion)]
    times = [t for piece in pieces for t in (piece.takeoff_s, piece.touchdown_s)]
    return min(times), max(times)


def _active_s(motion: Motion) -> float:
    start, stop = _span(motion)
    return stop - start


def _joined(motion: Motion, parts: Sequence[Motion]) -> Motion:
    """Return the motion with nothing but its `parts` in it."""
    spans = [_span(part) for part in parts]
    return _between(motion, spans)


def _between(motion: Motion, spans: Sequence[tuple[float, float]]) -> Motion:
    """Return the motion with the flights and steps whose middle lies in a span, and what is beside them."""

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
