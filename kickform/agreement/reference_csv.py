"""Reads a reference from a CSV file: whatever a spreadsheet in Europe or America makes of it.

The header names the columns, and the unit is part of the name (``_s`` or ``_ms``). Commas, semicolons or
tabs separate; numbers have a decimal point or, between semicolons or tabs, a decimal comma. UTF-8 with
or without a byte order mark, UTF-16 with one, or Windows-1252. Lines that begin with ``#`` and empty
lines are passed over.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kickform.agreement.reference import Kind, Reference, ReferenceContact, Side
from kickform.errors import UsageError

__all__ = ["TEMPLATE", "parse_reference", "read_reference"]

TEMPLATE = """\
# One row for each contact with the ground. Lines that begin with # are not read: delete them or leave them.
# touchdown_s and takeoff_s: seconds on the clock of your device; it may start anywhere.
# touchdown_ms and takeoff_ms: the same in milliseconds.
# No clock? Use contact_time_ms and flight_time_ms (the flight after that contact) or contact_time_ms alone.
# side: left - right - both; leave it out if your device does not know.
# Example:
# 12.481,12.668,both
touchdown_s,takeoff_s,side
"""

_MOST_BYTES = 5_000_000
_SHORTEST_S, _LONGEST_S = 0.02, 30.0
_SAME_S = 0.01
"""Contact times and events of one row may differ by this much: they may be rounded."""

_NAMES = {
    "touchdown": ("touchdown", "touch_down", "initial_contact"),
    "takeoff": ("takeoff", "take_off", "toeoff", "toe_off"),
    "contact": ("contact_time", "contact", "ground_contact_time", "tc", "gct", "tcont", "t_cont"),
    "flight": ("flight_time", "flight", "tf", "tflight", "t_flight", "air_time"),
}
_COLUMNS = {name: what for what, names in _NAMES.items() for name in names}
_UNITS = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3}
_HEIGHTS_CM = {"jump_height_cm": 1.0, "height_cm": 1.0, "jump_height_m": 100.0, "height_m": 100.0}
_MOST_CM = 200.0
_SIDES: Mapping[str, Side] = {
    "left": "left", "l": "left", "right": "right", "r": "right", "both": "both", "b": "both",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a quantity stands: place in the row, name as written, seconds (or centimetres) per unit."""

    place: int
    name: str
    unit: float


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: number in the file, and its quantities in seconds (the height in centimetres)."""

    number: int
    values: Mapping[str, float]
    side: Side | None


def read_reference(path: Path) -> Reference:
    """Read the contacts of a CSV file.

    Raises:
        UsageError: the file cannot be read, or a row of it cannot be; the line names the row and the cure.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(path.name, f"cannot be read ({why})", "name a CSV file of contacts") from None
    if len(data) > _MOST_BYTES or (b"\0" in data[:4000] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise UsageError(path.name, "is no CSV file", "save the table as CSV")
    return parse_reference(_decoded(data), path.name)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def parse_reference(text: str, name: str) -> Reference:
    """Return the contacts in the text of a CSV file; `name` stands in messages.

    Raises:
        UsageError: a row cannot be read; the line names the row and the cure.
    """
    lines = list(_cells(text, name))
    if not lines:
        raise _refused(name, None, "has no header", "begin with a row such as touchdown_s,takeoff_s")
    columns, side = _header(lines[0][1], name, lines[0][0])
    rows = [
        row for number, cells in lines[1:] for row in _row(number, cells, lines[0][1], columns, side, name)
    ]
    if not rows:
        raise _refused(name, None, "holds no contacts", "write one row for each contact below the header")
    kind = _kind(columns, rows)
    contacts = _contacts(kind, rows, name)
    if all(contact.contact_s is None for contact in contacts):
        cure = "give touchdown and take-off, or the contact time, in one row"
        raise _refused(name, None, "has no contact with a known duration", cure)
    return Reference(name, kind, contacts)


def _cells(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row that is neither empty nor a comment."""
    lines = text.splitlines()
    told = next((i for i, line in enumerate(lines) if line.strip()), 0)
    separator = None
    if lines and re.fullmatch(r"\"?sep=.\"?", lines[told].strip(), re.IGNORECASE):
        separator = lines[told].strip().strip('"')[4]
        lines[told] = ""
    content = [line for line in lines if line.strip(" ,;\t") and not line.lstrip('" ').startswith("#")]
    if separator is None:
        first = content[0] if content else ""
        separator = max(";\t,", key=first.count)
    try:
        for number, line in enumerate(lines, start=1):
            cells = next(csv.reader(io.StringIO(line), delimiter=separator), [])
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise _refused(name, number, f"cannot be read ({error})", "save the table as CSV again") from None


def _header(cells: list[str], name: str, number: int) -> tuple[dict[str, _Column], int | None]:
    """Return the columns of times and the place of the side."""
    columns: dict[str, _Column] = {}
    side, bare = None, ""
    for place, cell in enumerate(cells):
        plain = re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_")
        if plain in ("side", "foot", "leg"):
            side = place
        stem, _, unit = plain.rpartition("_")
        if plain in _HEIGHTS_CM:
            columns["height"] = _Column(place, cell, _HEIGHTS_CM[plain])
        if plain in _COLUMNS:
            bare = bare or cell
        if stem not in _COLUMNS or unit not in _UNITS:
            continue
        what = _COLUMNS[stem]
        if what in columns:
            fault = f"columns '{columns[what].name}' and '{cell}' say the same"
            raise _refused(name, number, fault, "leave one of them out")
        columns[what] = _Column(place, cell, _UNITS[unit])
    if "contact" not in columns and not {"touchdown", "takeoff"} <= set(columns):
        if bare:
            raise _refused(name, number, f"column '{bare}' has no unit", f"name it {bare}_s or {bare}_ms")
        cure = (
            "name the columns touchdown_s and takeoff_s, or contact_time_ms (kickform agree --template FILE)"
        )
        found = ", ".join(f"'{cell}'" for cell in cells[:4])
        raise _refused(name, number, f"the header ({found}) names no contacts", cure)
    return columns, side


def _row(
    number: int,
    cells: list[str],
    header: list[str],
    columns: Mapping[str, _Column],
    side: int | None,
    name: str,
) -> list[_Row]:
    """Return the row, in a list that is empty where the row holds no time."""
    if len([c for c in cells if c]) and len(cells) > len(header) and any(cells[len(header) :]):
        cure = (
            "separate with semicolons if commas are decimals" if len(header) > 1 else "leave the others out"
        )
        raise _refused(name, number, f"has {len(cells)} cells, the header {len(header)}", cure)
    values = {}
    for what, column in columns.items():
        text = cells[column.place] if column.place < len(cells) else ""
        if text:
            values[what] = _number(text, column, number, name)
    told = cells[side].lower() if side is not None and side < len(cells) else ""
    if told and told not in _SIDES:
        raise _refused(name, number, f"side is '{told[:20]}'", "write left, right or both")
    if not set(values) - {"height"}:
        return []
    _check_durations(values, columns, number, name)
    return [_Row(number, values, _SIDES.get(told))]


def _number(text: str, column: _Column, number: int, name: str) -> float:
    """Return a cell's number in seconds (or centimetres)."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain) if re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?\d+)?", plain) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _refused(
            name, number, f"{column.name} is '{text[:20]}'", "write a number such as 1.234 or 1,234"
        )
    if abs(value * column.unit) > 1e9:
        raise _refused(name, number, f"{column.name} is {text[:20]}", "let the clock begin near 0")
    return value * column.unit


def _check_durations(
    values: Mapping[str, float], columns: Mapping[str, _Column], number: int, name: str
) -> None:
    """Raise `UsageError` where a row's durations cannot be those of a contact and a flight."""
    both = "touchdown" in values and "takeoff" in values
    lasts = round(values["takeoff"] - values["touchdown"], 6) if both else None
    if lasts is not None and lasts <= 0:
        raise _refused(name, number, "takeoff is not after touchdown", "swap them, or correct the row")
    if lasts is not None and not _SHORTEST_S <= lasts <= _LONGEST_S:
        fault = f"the contact lasts {lasts:g} s"
        raise _refused(name, number, fault, f"correct the row, or the unit in '{columns['takeoff'].name}'")
    if not 0 <= values.get("height", 0.0) <= _MOST_CM:
        fault = f"{columns['height'].name} makes {values['height']:g} cm"
        raise _refused(name, number, fault, "correct the row, or the unit in the column's name (_cm, _m)")
    for what in ("contact", "flight"):
        if what in values and not _SHORTEST_S <= values[what] <= _LONGEST_S:
            fault = f"{columns[what].name} makes {values[what]:g} s"
            raise _refused(name, number, fault, "correct the row, or the unit in the column's name (_s, _ms)")
    if lasts is not None and "contact" in values and abs(lasts - values["contact"]) > _SAME_S:
        fault = f"takeoff - touchdown is {1000 * lasts:.0f} ms, {columns['contact'].name} says otherwise"
        raise _refused(name, number, fault, "correct the row, or leave one of the columns out")


def _kind(columns: Mapping[str, _Column], rows: list[_Row]) -> Kind:
    """Return what the rows tell: events; a train of contacts and flights without a gap; or contacts alone."""
    if {"touchdown", "takeoff"} & set(columns) and any(
        {"touchdown", "takeoff"} & set(r.values) for r in rows
    ):
        return "events"
    whole = all("contact" in row.values for row in rows) and all("flight" in row.values for row in rows[:-1])
    return "contact_and_flight_times" if whole and len(rows) > 1 else "contact_times"


def _contacts(kind: Kind, rows: list[_Row], name: str) -> tuple[ReferenceContact, ...]:
    if kind == "events":
        return _from_events(rows, name)
    if kind == "contact_and_flight_times":
        return _from_train(rows)
    timed = [row for row in rows if "contact" in row.values]
    return tuple(ReferenceContact(r.number, None, None, r.values["contact"], r.side) for r in timed)


def _contact(row: _Row, down: float | None, up: float | None) -> ReferenceContact:
    contact_s = up - down if up is not None and down is not None else None
    return ReferenceContact(row.number, down, up, contact_s, row.side, row.values.get("height"))


def _from_train(rows: list[_Row]) -> tuple[ReferenceContact, ...]:
    """Return contacts and flights laid end to end, the first touchdown at 0 s."""
    contacts, clock_s = [], 0.0
    for row in rows:
        takeoff_s = clock_s + row.values["contact"]
        contacts.append(_contact(row, clock_s, takeoff_s))
        clock_s = takeoff_s + row.values.get("flight", 0.0)
    return tuple(contacts)


def _from_events(rows: list[_Row], name: str) -> tuple[ReferenceContact, ...]:
    """Return contacts from their events, checked to be in order."""
    contacts: list[ReferenceContact] = []
    for row in rows:
        down, up, lasts = (row.values.get(what) for what in ("touchdown", "takeoff", "contact"))
        if down is None and up is None:
            cure = "give touchdown or take-off, or leave the row out"
            raise _refused(name, row.number, "has a contact time and no event", cure)
        down = up - lasts if down is None and up is not None and lasts is not None else down
        up = down + lasts if up is None and down is not None and lasts is not None else up
        contacts.append(_contact(row, down, up))
    _check_order(contacts, name)
    return tuple(contacts)


def _check_order(contacts: list[ReferenceContact], name: str) -> None:
    """Raise `UsageError` where a contact begins before the one above, or while its foot is still down."""
    ends: dict[str, tuple[float, int]] = {}
    last_s, last_row = -math.inf, 0
    for contact in contacts:
        begin_s = contact.touchdown_s if contact.touchdown_s is not None else contact.takeoff_s or 0.0
        if begin_s < last_s:
            fault = f"begins before row {last_row} does"
            raise _refused(name, contact.row, fault, "sort the rows by time, or correct it")
        feet = ("left", "right") if contact.side in (None, "both") else (contact.side,)
        for foot in feet:
            end_s, row = ends.get(foot, (-math.inf, 0))
            if begin_s < end_s:
                cure = "correct it, or add a column side where both feet are listed"
                raise _refused(name, contact.row, f"begins before the contact of row {row} ends", cure)
            ends[foot] = (contact.takeoff_s if contact.takeoff_s is not None else begin_s, contact.row)
        last_s, last_row = begin_s, contact.row


def _refused(name: str, row: int | None, fault: str, cure: str) -> UsageError:
    return UsageError(name if row is None else f"{name}, row {row}", fault, cure)
