"""Both entry scripts, of the source tree and of the installed package, serve the same app."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("entry", ["app.py", "kickform/app/main.py"])
def test_the_entry_is_a_router_of_a_few_lines(entry):
    assert len(ast.parse((ROOT / entry).read_text()).body) <= 3
    at = AppTest.from_file(str(ROOT / entry), default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value == "KickForm"


def test_the_server_listens_on_localhost_without_statistics():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "localhost"
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text()


def test_only_the_app_imports_streamlit():
    for path in (ROOT / "kickform").rglob("*.py"):
        if (ROOT / "kickform" / "app") not in path.parents:
            assert "import streamlit" not in path.read_text(), path
