"""KickForm: contact times, reps and coaching from a phone video of a plyometric drill.

>>> from kickform import analyze
>>> analysis = analyze("pogo.mp4", drill="pogo")        # doctest: +SKIP
>>> analysis.summary.metrics["contact_time_ms"].value   # doctest: +SKIP

Names are loaded on first use (PEP 562), so that importing the package stays cheap.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kickform._version import __version__

if TYPE_CHECKING:
    from kickform.drills import all_drills
    from kickform.events.corrections import Correction
    from kickform.pipeline.analyze import analyze, correct
    from kickform.results.analysis import Analysis

__all__ = ["Analysis", "Correction", "__version__", "all_drills", "analyze", "correct"]

_HOMES = {
    "Analysis": "kickform.results.analysis",
    "Correction": "kickform.events.corrections",
    "all_drills": "kickform.drills",
    "analyze": "kickform.pipeline.analyze",
    "correct": "kickform.pipeline.analyze",
}

_FORMER_PLUGIN_MODULES: Mapping[str, Sequence[str]] = {
    "kickform.drills.jumps": ("kickform.drills.common.jumps",),
    "kickform.drills.saying": ("kickform.drills.common.findings",),
    "kickform.drills.stepping": ("kickform.drills.common.steps",),
    "kickform.kinematics": ("kickform.motion.kinematics", "kickform.pose.geometry"),
    "kickform.result": ("kickform.results.findings",),
}
"""Modules that drills outside of this package were documented to import, and where their names live now."""

_FORMER_PLUGIN_NAMES: Mapping[str, str] = {
    "Difference": "SideDifference",
    "Words": "FindingText",
    "say_band": "band_finding",
    "say_fading": "fading_finding",
    "say_rhythm": "rhythm_finding",
}
"""Names of those modules that have changed, and what they are now."""


def __getattr__(name: str) -> Any:
    """Load an exported name from its module, on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kickform' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List what `import kickform` offers."""
    return sorted({*globals(), *__all__})


class _FormerModule(ModuleType):
    """A module of an earlier layout: looks its names up where they live now."""

    def __getattr__(self, name: str) -> Any:
        """Return what the name stands for now, from the first present home that has it."""
        present = _FORMER_PLUGIN_NAMES.get(name, name)
        for home in _FORMER_PLUGIN_MODULES[self.__name__]:
            module = importlib.import_module(home)
            if hasattr(module, present):
                return getattr(module, present)
        raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")


class _FormerPluginModules(MetaPathFinder, Loader):
    """Keeps drill plug-ins that were written for the earlier layout working."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return a spec for a former module; None for any other name."""
        return ModuleSpec(name, self) if name in _FORMER_PLUGIN_MODULES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return _FormerModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: names are looked up when they are asked for."""


sys.meta_path.append(_FormerPluginModules())
