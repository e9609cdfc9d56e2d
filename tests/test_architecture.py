"""Rules of the house that nobody sees at a glance: who imports what, who prints, what is documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kickform

PACKAGE = Path(kickform.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
CORE = [name for name in MODULES if not name.startswith("app/")]
OWNERS = {
    "mediapipe": "pose.py",
    "sqlalchemy": "store/",
    "alembic": "store/",
    "streamlit": "app/",
    "altair": "app/",
}


def tree_of(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Top-level packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def imported_modules(tree: ast.Module) -> set[str]:
    """Full names of the modules that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
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
    assert {"pose.py", "analysis.py", "drills/pogo.py", "cli.py"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_heavy_library_has_one_owner(name: str) -> None:
    for library in imported(tree_of(name)) & set(OWNERS):
        owner = OWNERS[library]
        assert name == owner or (owner.endswith("/") and name.startswith(owner)), f"{name} imports {library}"


def test_each_owner_that_exists_imports_its_library() -> None:
    """Else the rule above would pass on a misspelt name."""
    assert "mediapipe" in imported(tree_of("pose.py"))
    assert {"sqlalchemy", "alembic"} <= imported(tree_of("store/opening.py"))


@pytest.mark.parametrize("name", [n for n in CORE if not n.startswith(("cli", "console"))])
def test_the_core_never_prints(name: str) -> None:
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{name}:{node.lineno} prints"
    assert "rich" not in imported(tree_of(name))


@pytest.mark.parametrize("name", CORE)
def test_the_core_does_not_know_the_app_nor_the_command_line(name: str) -> None:
    known = imported_modules(tree_of(name))
    if name != "__main__.py" and not name.startswith("cli"):
        forbidden = ("kickform.app.", "kickform.cli.", "kickform.cli_")
        assert not {m for m in known if f"{m}.".startswith(forbidden)}, name


@pytest.mark.parametrize("name", [n for n in CORE if n.startswith("drills/")])
def test_a_drill_sees_motion_not_video(name: str) -> None:
    forbidden = ("kickform.video", "kickform.pose", "kickform.analysis", "kickform.contacts")
    assert not {m for m in imported_modules(tree_of(name)) if m.startswith(forbidden)}


@pytest.mark.parametrize("name", CORE)
def test_a_public_module_says_what_it_exports(name: str) -> None:
    stem = Path(name).stem
    if stem == "__main__" or (stem.startswith("_") and stem != "__init__"):
        return
    targets = [
        target.id
        for node in tree_of(name).body
        if isinstance(node, ast.Assign)
        for target in node.targets
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
        if not isinstance(node, ast.ClassDef) or Path(name).name.startswith("_"):
            continue
        for decorator in node.decorator_list:
            text = ast.unparse(decorator)
            if text.startswith("dataclass"):
                assert "frozen=True" in text, f"{name}: {node.name}"
                assert "slots=True" in text, f"{name}: {node.name}"
