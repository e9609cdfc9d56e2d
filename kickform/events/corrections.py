"""Corrections that a person made to events, and their JSON.

`kickform.pipeline.apply_corrections` applies them. The JSON, schema version 1 (an analysis with corrections
is such a document, too):

    {"schema_version": 1, "corrections": [
        {"side": "both", "at_s": 1.32, "touchdown_s": 1.2417},
        {"side": "left", "touchdown_s": 2.105, "takeoff_s": 2.31},
        {"side": "left", "at_s": 3.2, "remove": true},
        {"side": "both", "what": "flight", "takeoff_s": 4.012, "touchdown_s": 4.405}]}

All times are file seconds. `at_s` lies inside the contact or flight that is meant; without it the other times
identify the contact. Line 1 moves a touchdown. Line 2 puts the left foot on the ground between two times: it
moves the contact there, or adds one. Line 3 removes a contact. Line 4 splits one contact by a flight of both
feet. Corrections are applied in their order.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from kickform.errors import UsageError
from kickform.events.clock import Clock
from kickform.events.types import Side

__all__ = [
    "CORRECTIONS_SCHEMA",
    "Correction",
    "corrections_from_json",
    "corrections_to_json",
    "load_corrections",
    "on_clock",
]

CORRECTIONS_SCHEMA = 1  # convention: raised when the fields change their meaning
"""Version of the JSON of corrections."""

What = Literal["contact", "flight"]

_TIMES = ("touchdown_s", "takeoff_s", "at_s")
_WRITE_ONE = "write it as in docs/contact-times.md"


@dataclass(frozen=True, slots=True)
class Correction:
    """One change that a person made; times in file seconds, each known to about half a frame.

    Attributes:
        side: the foot that is meant, or both.
        what: a contact, or a flight within what was taken for one contact.
        touchdown_s: when the foot lands; None keeps the detected time.
        takeoff_s: when the foot leaves; None keeps the detected time.
        at_s: a time within the contact or flight that is meant; None where the other times identify it.
        remove: delete the contact, or close the flight.
    """

    side: Side
    what: What = "contact"
    touchdown_s: float | None = None
    takeoff_s: float | None = None
    at_s: float | None = None
    remove: bool = False

    def __post_init__(self) -> None:
        """Refuse a correction that makes no sense.

        Raises:
            UsageError: `side` or `what` is unknown, a time is no number, a time is missing, or take-off and
                touchdown are crossed.
        """
        if self.side not in get_args(Side):
            raise _wrong(f"there is no side {self.side!r}", "give left, right or both")
        if self.what not in get_args(What):
            raise _wrong(f"there is no {self.what!r}", "give contact or flight")
        for name in _TIMES:
            time_s = getattr(self, name)
            if time_s is not None and not (_is_number(time_s) and math.isfinite(time_s)):
                raise _wrong(f"{name} is {time_s!r}", "give seconds on the clip's own timeline")
        if not isinstance(self.remove, bool):
            raise _wrong(f"remove is {self.remove!r}", "give true or false")
        self._check_enough()

    def _check_enough(self) -> None:
        given = [t for t in (self.touchdown_s, self.takeoff_s) if t is not None]
        if self.remove and (given or self.at_s is None):
            raise _wrong(f"a {self.what} to remove is told by a time in it", "give at_s and no other time")
        if not self.remove and not given:
            raise _wrong("it changes nothing", "give touchdown_s, takeoff_s or both")
        if not self.remove and self.what == "flight" and len(given) < 2:
            raise _wrong("a flight has two ends", "give takeoff_s and touchdown_s")
        if len(given) == 2 and not self.start_s < self.stop_s:
            first, second = ("touchdown", "take-off") if self.what == "contact" else ("take-off", "touchdown")
            fault = (
                f"the {first} at {self.start_s:.3f} s does not lie before the {second} at {self.stop_s:.3f} s"
            )
            raise _wrong(fault, "set one of them again")

    @property
    def start_s(self) -> float:
        """Start of a contact or flight whose two ends are given, file seconds; else NaN."""
        start = self.touchdown_s if self.what == "contact" else self.takeoff_s
        return math.nan if start is None else start

    @property
    def stop_s(self) -> float:
        """End of a contact or flight whose two ends are given, file seconds; else NaN."""
        stop = self.takeoff_s if self.what == "contact" else self.touchdown_s
        return math.nan if stop is None else stop

    @property
    def times_s(self) -> tuple[float, ...]:
        """All times given, file seconds."""
        return tuple(t for t in (self.touchdown_s, self.takeoff_s, self.at_s) if t is not None)

    def to_dict(self) -> dict[str, Any]:
        """Return the correction as JSON data; fields at their defaults are left out."""
        given = {name: value for name, value in asdict(self).items() if value not in (None, False)}
        return {name: value for name, value in given.items() if (name, value) != ("what", "contact")}


def corrections_to_json(corrections: Iterable[Correction]) -> str:
    """Return the JSON text of corrections, as `corrections_from_json` reads it."""
    plain = [correction.to_dict() for correction in corrections]
    return json.dumps({"schema_version": CORRECTIONS_SCHEMA, "corrections": plain}, indent=2) + "\n"


def corrections_from_json(text: str, name: str = "corrections") -> tuple[Correction, ...]:
    """Read corrections from JSON text: a document of corrections, or an analysis with corrections.

    Args:
        text: the JSON.
        name: name of the source, for errors.

    Raises:
        UsageError: the text is no such document, of a newer version, or one of its corrections is invalid.
    """
    try:
        data = json.loads(text)
        version, items = data["schema_version"], data["corrections"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(name, "holds no corrections", _WRITE_ONE) from error
    if version != CORRECTIONS_SCHEMA:
        raise UsageError(name, f"is of schema version {version}", "update KickForm to read it")
    if not isinstance(items, list):
        raise UsageError(name, "its corrections are no list", _WRITE_ONE)
    return tuple(_read(item, f"{name}, correction {number}") for number, item in enumerate(items, start=1))


def load_corrections(path: Path) -> tuple[Correction, ...]:
    """Read corrections from a JSON file.

    Raises:
        UsageError: the file cannot be read, or its content is refused by `corrections_from_json`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = getattr(error, "strerror", None) or "is no text"
        raise UsageError(str(path), fault.lower(), "name a JSON file of corrections") from error
    return corrections_from_json(text, path.name)


def check_within(corrections: Sequence[Correction], start_s: float, stop_s: float) -> None:
    """Refuse corrections that name a time outside the clip.

    Raises:
        UsageError: a time lies outside `start_s` to `stop_s`, file seconds.
    """
    for number, correction in enumerate(corrections, start=1):
        for time_s in correction.times_s:
            if not start_s <= time_s <= stop_s:
                fault = f"{time_s:.3f} s lies outside the clip"
                cure = f"give times from {start_s:.3f} to {stop_s:.3f} s"
                raise UsageError(f"correction {number}", fault, cure)


def _read(item: object, name: str) -> Correction:
    if not isinstance(item, dict):
        raise UsageError(name, "is no object", _WRITE_ONE)
    known = {field.name for field in fields(Correction)}
    unknown = sorted(set(item) - known)
    if unknown:
        raise UsageError(name, f"there is no '{unknown[0]}'", f"use {', '.join(sorted(known))}")
    if "side" not in item:
        raise UsageError(name, "it names no side", "give left, right or both")
    # An analysis writes fields that were not given as null.
    given = {key: value for key, value in item.items() if value is not None}
    try:
        return Correction(**given)
    except UsageError as error:
        raise UsageError(name, error.fault, error.cure) from None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong(fault: str, cure: str) -> UsageError:
    return UsageError("correction", fault, cure)


def on_clock(corrections: Sequence[Correction], clock: Clock) -> list[Correction]:
    """Return the corrections with their times in real seconds instead of file seconds."""
    moved = []
    for correction in corrections:
        down, up, at = (
            None if t is None else clock.real_s(float(t))
            for t in (correction.touchdown_s, correction.takeoff_s, correction.at_s)
        )
        moved.append(replace(correction, touchdown_s=down, takeoff_s=up, at_s=at))
    return moved
