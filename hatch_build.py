"""Put the models, the samples and the app's theme inside a wheel; an editable install finds them beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE_WHEEL = {
    "models": "kickform/_data/models",
    "sample_videos": "kickform/_data/sample_videos",
    ".streamlit/config.toml": "kickform/app/.streamlit/config.toml",
}


class DataFilesHook(BuildHookInterface):
    """Adds the data files to standard wheels only, so that `pip install -e` copies nothing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Extend the files of a standard wheel."""
        if version != "standard":
            return
        for source, target in INSIDE_WHEEL.items():
            build_data["force_include"][str(Path(self.root, source))] = target
