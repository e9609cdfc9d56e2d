"""Rules of the house that nobody sees at a glance:

floors, owners of libraries, who prints, what is documented.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kickform

PACKAGE = Path(kickform.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
CORE = [name for name in MODULES if not name.startswith("app/")]

FLOORS = (
    *("video", "pose", "events", "motion", "results", "drills", "pipeline"),
    *("report", "agreement", "history", "live", "cli", "app"),
)
"""Packages from the ground up: each imports only those before it, and the modules at the root."""
ROOT = {
    *("__init__", "__main__", "_version", "errors", "files", "numeric", "settings", "subject", "fitted"),
}
DOORS = {"__init__.py", "__main__.py"}
"""Modules at the root that open onto the upper floors: the lazy exports and ``python -m kickform``."""
OWNERS = {
    "mediapipe": "pose/",
    "sqlalchemy": "history/store/",
    "alembic": "history/store/",
    "streamlit": "app/",
    "altair": "app/",
}
TALLIES = {"PersonTrack", "ReadReport"}
"""Counts that grow while a file is read; nothing else may change after it was made."""
HEAVY = ("cv2", "av", "scipy", "mediapipe", "streamlit", "pandas", "sqlalchemy")


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def module_name(path: str) -> str:
    """`events/clock.py` as `kickform.events.clock`; a package by its own name."""
    dotted = "kickform." + path.removesuffix(".py").replace("/", ".")
    return dotted.removesuffix(".__init__")


NAMES = {module_name(path): path for path in MODULES}


def floor_of(module: str) -> int:
    """Place of a module's package from the ground up; -1 at the root."""
    package = module.split(".")[1] if "." in module else ""
    return FLOORS.index(package) if package in FLOORS else -1


@cache
def imports_of(path: str) -> frozenset[str]:
    """Modules of KickForm that a module imports: anywhere in it, also under TYPE_CHECKING."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in NAMES else str(node.module))
    return frozenset(name for name in found if name.split(".")[0] == "kickform")


def imported(tree: ast.Module) -> set[str]:
    """Top-level packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def public_definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes of a module, with the public methods of the classes."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body, f"{prefix}{node.name}.")


def test_the_scan_sees_the_package() -> None:
    assert {"pose/landmarker.py", "pipeline/analyze.py", "drills/pogo.py", "cli/main.py"} <= set(MODULES)


def test_the_root_holds_a_table_of_contents() -> None:
    assert {path.removesuffix(".py") for path in MODULES if "/" not in path} == ROOT
    packages = {path.split("/")[0] for path in MODULES if "/" in path}
    assert packages == set(FLOORS)


@pytest.mark.parametrize("path", [path for path in MODULES if path not in DOORS])
def test_no_module_imports_from_a_floor_above(path: str) -> None:
    own = floor_of(module_name(path))
    above = {name for name in imports_of(path) if floor_of(name) > own}
    assert not above, f"{path} imports {sorted(above)}"
    assert own == -1 or "kickform" not in imports_of(path), f"{path} imports the package's own front door"


def test_no_modules_import_each_other_in_a_circle() -> None:
    done: set[str] = set()

    def visit(module: str, road: tuple[str, ...]) -> None:
        assert module not in road, " -> ".join((*road, module))
        if module in done or module not in NAMES:
            return
        for name in sorted(imports_of(NAMES[module])):
            if name != "kickform":
                visit(name, (*road, module))
        done.add(module)

    for module in NAMES:
        if NAMES[module] not in DOORS:
            visit(module, ())


@pytest.mark.parametrize("path", MODULES)
def test_a_private_module_is_imported_by_its_own_package_alone(path: str) -> None:
    folder = module_name(path).rpartition(".")[0] if not path.endswith("__init__.py") else module_name(path)
    for name in imports_of(path):
        package, _, stem = name.rpartition(".")
        if stem.startswith("_") and name != "kickform._version":
            assert package == folder, f"{path} imports {name}"


@pytest.mark.parametrize("name", MODULES)
def test_a_heavy_library_has_one_owner(name: str) -> None:
    for library in imported(tree_of(name)) & set(OWNERS):
        assert name.startswith(OWNERS[library]), f"{name} imports {library}"


def test_each_owner_imports_its_library() -> None:
    """Else the rule above would pass on a misspelt name."""
    assert "mediapipe" in imported(tree_of("pose/landmarker.py"))
    assert {"sqlalchemy", "alembic"} <= imported(tree_of("history/store/open.py"))


def test_one_module_imports_mediapipe() -> None:
    assert [name for name in MODULES if "mediapipe" in imported(tree_of(name))] == ["pose/landmarker.py"]


@pytest.mark.parametrize(
    "statement", ["import kickform", "import kickform.errors, kickform.settings", "import kickform.cli.main"]
)
def test_a_start_loads_no_heavy_library(statement: str) -> None:
    code = f"import sys; {statement}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name for name in loaded.stdout.split() if name in HEAVY}


@pytest.mark.parametrize("name", [name for name in CORE if not name.startswith("cli/")])
def test_the_core_never_prints(name: str) -> None:
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{name}:{node.lineno} prints"
    assert "rich" not in imported(tree_of(name))


@pytest.mark.parametrize("name", CORE)
def test_a_public_module_says_what_it_exports(name: str) -> None:
    stem = Path(name).stem
    if name == "fitted.py":  # generated: all of it is for use
        return
    if stem == "__main__" or (stem.startswith("_") and stem != "__init__"):
        return
    targets = [
        target.id
        for node in tree_of(name).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]
    assert "__all__" in targets or "DRILL" in targets, f"{name} has no __all__"


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_is_documented(name: str) -> None:
    tree = tree_of(name)
    assert ast.get_docstring(tree), f"{name} has no docstring"
    bare = [
        label
        for label, node in public_definitions(tree.body)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not ast.get_docstring(node)
    ]
    assert not bare, f"{name}: no docstring on {', '.join(bare)}"


@pytest.mark.parametrize("name", CORE)
def test_data_between_stages_are_frozen_and_slotted(name: str) -> None:
    for node in ast.walk(tree_of(name)):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_") or node.name in TALLIES:
            continue
        for decorator in node.decorator_list:
            text = ast.unparse(decorator)
            if text.startswith("dataclass"):
                assert "frozen=True" in text, f"{name}: {node.name}"
                assert "slots=True" in text, f"{name}: {node.name}"


def test_no_two_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path)
    assert not {name: paths for name, paths in homes.items() if len(paths) > 1}
