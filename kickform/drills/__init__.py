"""The drills: one module each in this folder, or an entry point ``kickform.drills`` of another package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from kickform.drills.base import Drill, Metric, Verdict
from kickform.errors import UsageError
from kickform.subject import Athlete

__all__ = ["Athlete", "Drill", "Metric", "Verdict", "all_drills", "get_drill"]

ENTRY_POINT_GROUP = "kickform.drills"


@cache
def all_drills() -> Mapping[str, Drill]:
    """Return all drills by id: those of this package by module name, then those of entry points."""
    found: dict[str, Drill] = {}
    for module in pkgutil.iter_modules(__path__):
        drill = getattr(importlib.import_module(f"{__name__}.{module.name}"), "DRILL", None)
        if drill is not None:  # `base`, `coaching` and `common` hold no drill
            found[drill.id] = drill
    for point in entry_points(group=ENTRY_POINT_GROUP):
        drill = point.load()
        found[drill.id] = drill
    return found


def get_drill(drill_id: str) -> Drill:
    """Return the drill called `drill_id`.

    Raises:
        UsageError: there is no such drill.
    """
    drills = all_drills()
    if drill_id not in drills:
        raise UsageError("drill", f"there is no drill '{drill_id}'", f"choose from {', '.join(drills)}")
    return drills[drill_id]
