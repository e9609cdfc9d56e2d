"""What KickForm exports is there, is all there, and each error can be caught by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import kickform
from kickform import errors

MODULES = [
    info.name
    for info in pkgutil.walk_packages(kickform.__path__, "kickform.")
    if not info.name.startswith("kickform.app") and not info.name.endswith("__main__")
]


def test_the_package_exports_what_it_says() -> None:
    for name in kickform.__all__:
        assert getattr(kickform, name) is not None
    assert {"analyze", "Analysis", "all_drills", "__version__"} <= set(kickform.__all__)


def test_every_error_class_is_exported() -> None:
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == errors.__name__
    }
    assert defined == set(errors.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_every_exported_name_resolves_once(name: str) -> None:
    module = importlib.import_module(name)
    exported = list(getattr(module, "__all__", []))
    assert len(exported) == len(set(exported))
    missing = [item for item in exported if not hasattr(module, item)]
    assert not missing
