"""Several sets, of one person or of many, that were held against a reference one by one, taken together.

Contacts of one person are alike, so the figures count people: the variance of a difference is that between
people plus that within them (`kickform.agreement.statistics.bland_altman`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from kickform.agreement.quantities import Pair, quantity
from kickform.agreement.result import SCHEMA_VERSION, Quantity, headline_dict, rounded
from kickform.errors import UsageError
from kickform.results.findings import Notice

__all__ = ["Pooled", "pool", "read_person"]

_FEW_PEOPLE = 10
_CURE = "use files that kickform agree --json wrote"


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several sets together.

    Attributes:
        people: how many.
        sets: how many, of all people.
        quantities: contact time first; touchdown and take-off only from sets on the clip's own clock.
        missed: contacts that only the reference has.
        extra: contacts that only the clips have.
        notes: what limits the figures.
    """

    people: int
    sets: int
    quantities: tuple[Quantity, ...]
    missed: int
    extra: int
    notes: tuple[Notice, ...]

    def to_json(self) -> str:
        """Return the JSON text, with the names of a single comparison where they mean the same."""
        plain: dict[str, Any] = {"agreement_schema_version": SCHEMA_VERSION}
        plain |= {"people": self.people, "sets": self.sets}
        plain |= headline_dict(self.quantities[0].figures)
        plain |= {"missed": self.missed, "extra": self.extra}
        plain["quantities"] = {each.name: each.to_dict() for each in self.quantities}
        plain["notes"] = [asdict(note) for note in self.notes]
        return json.dumps(rounded(plain), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@dataclass(frozen=True, slots=True)
class PersonSet:
    """What counts of one set: its quantities' pairs, and how it was measured."""

    quantities: dict[str, tuple[str, str, str, tuple[Pair, ...]]]
    missed: int
    extra: int
    clock_source: str
    measured_by: tuple[str, int]


def read_person(path: Path) -> list[PersonSet]:
    """Read the sets of one person: a file that ``kickform agree --json`` wrote, or a folder of such files.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise UsageError(path.name, "holds no JSON file", _CURE)
    return [_read(file) for file in files]


def _read(path: Path) -> PersonSet:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(path.name, f"cannot be read ({why})", _CURE) from None
    except ValueError:
        raise UsageError(path.name, "is no JSON file", _CURE) from None
    try:
        if document["agreement_schema_version"] != SCHEMA_VERSION:
            raise UsageError(path.name, "is of another version", "make it again with this KickForm")
        return _person_set(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(path.name, "is no comparison with a reference", _CURE) from None


def _person_set(document: dict[str, Any]) -> PersonSet:
    quantities = {}
    for name, plain in document["quantities"].items():
        pairs = tuple((float(a), float(b), None if sd is None else float(sd)) for a, b, sd in plain["pairs"])
        quantities[str(name)] = (str(plain["label"]), str(plain["unit"]), str(plain["note"]), pairs)
    clip = document["clip"]
    return PersonSet(
        quantities,
        int(document["missed"]),
        int(document["extra"]),
        str(document["clock_source"]),
        (str(clip["model"]), int(clip["estimator_version"])),
    )


def pool(people: Sequence[Sequence[PersonSet]]) -> Pooled:
    """Return the figures over all people.

    Args:
        people: the sets of each person.

    Raises:
        UsageError: they were measured by different pose models or versions of the estimator, one is given
            twice, or there is no contact in them.
    """
    sets = [(who, each) for who, own in enumerate(people) for each in own]
    makes = sorted({each.measured_by for _, each in sets})
    if len(makes) > 1:
        named = " and ".join(f"{model} {version}" for model, version in makes)
        cure = "analyze all clips with the same one"
        raise UsageError("agree-pool", f"the files come from different models or versions ({named})", cure)
    if any(one.quantities == two.quantities for (_, one), (_, two) in combinations(sets, 2)):
        raise UsageError("agree-pool", "one set is given twice", "name each file once")
    names = dict.fromkeys(name for _, each in sets for name in each.quantities)
    pooled = [_pooled(name, sets) for name in names]
    told = tuple(each for each in pooled if each is not None)
    if not told or told[0].name != "contact_time_ms":
        raise UsageError("agree-pool", "there is no contact in these files", _CURE)
    missed, extra = sum(each.missed for _, each in sets), sum(each.extra for _, each in sets)
    return Pooled(len(people), len(sets), told, missed, extra, _notes(len(people)))


def _pooled(name: str, sets: Sequence[tuple[int, PersonSet]]) -> Quantity | None:
    """Return one quantity over all people; None where it cannot be pooled.

    Where the sets define it differently (a height by flight time, a height of the reference's own), it is
    left out; so are events whose clock offset was estimated, for their bias is only relative.
    """
    pairs: list[Pair] = []
    who: list[int] = []
    heads = set()
    for person, each in sets:
        label, unit, note, own = each.quantities.get(name, ("", "", "", ()))
        if not own or (name in ("touchdown_ms", "takeoff_ms") and each.clock_source != "same"):
            continue
        heads.add((label, unit, note))
        pairs += own
        who += [person] * len(own)
    if len(heads) != 1:
        return None
    label, unit, note = heads.pop()
    return quantity(name, label, unit, pairs, note, who)


def _notes(people: int) -> tuple[Notice, ...]:
    if people >= _FEW_PEOPLE:
        return ()
    few = f"{people} {'person is' if people == 1 else 'people are'} few"
    message = f"{few}: pool at least {_FEW_PEOPLE} before you speak of the method."
    return (Notice("few_people", message),)
