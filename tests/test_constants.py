"""Each number that decides a result says where it comes from, on its own line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kickform

PACKAGE = Path(kickform.__file__).parent
JUDGED = ("pose", "events", "motion", "drills")
PENDING = {
    *("events/contacts.py", "events/stance_side.py"),
    *("events/fitting/", "events/flights/", "events/soles/", "events/steps/"),
}
"""The contact detectors: one model is to replace them, constants and all. Nothing else may wait."""
KINDS = ("ref", "derived", "convention", "hand")
"""`ref`: a paper or data sheet; `derived`: a formula; `convention`: a coach's or an engineer's choice, with
its reason; `hand`: chosen by hand on clips that are no train clips; no new one may come. What
`python -m bench fit` chooses stands in ``kickform/fitted.py`` alone."""
BY_HAND = 40
"""How many constants were chosen by hand; this number may only fall."""
SOURCE = re.compile(rf"#.*\b({'|'.join(KINDS)}): \S.{{3,}}")
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix() for package in JUDGED for path in (PACKAGE / package).rglob("*.py")
)
SETTLED = [name for name in MODULES if not any(name.startswith(waiting) for waiting in PENDING)]


def names_of(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def holds_a_number(value: ast.expr) -> bool:
    """Whether somebody chose a number in it; indices do not count."""
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith(
        ("TypeVar", "compile", "Metric", "FindingText")
    ):
        return False
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript):
            continue
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        ):
            return True
    return False


def constants_of(text: str) -> list[tuple[ast.Assign | ast.AnnAssign, str]]:
    """The module's numeric constants, each with the text of its lines and of the comment right above it."""
    lines = text.splitlines()
    found = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        if all(name.isupper() for name in names_of(node)) and holds_a_number(node.value):
            found.append((node, "\n".join(lines[node.lineno - 1 : node.end_lineno])))
    return found


def faults_of(text: str) -> list[str]:
    faults = []
    for node, source in constants_of(text):
        names = names_of(node)
        if len(names) > 1:
            faults.append(f"line {node.lineno}: {', '.join(names)} share a line; give each its own")
        elif not SOURCE.search(source):
            faults.append(f"line {node.lineno}: {names[0]} does not say where it comes from")
    return faults


@pytest.mark.parametrize("name", SETTLED)
def test_each_constant_says_where_it_comes_from(name: str) -> None:
    assert not faults_of((PACKAGE / name).read_text("utf-8"))


def test_no_constant_is_chosen_by_hand_any_more() -> None:
    texts = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    assert sum(text.count("# hand: ") for text in texts) == BY_HAND


def test_what_waits_is_there() -> None:
    for waiting in PENDING:
        assert any(name.startswith(waiting) for name in MODULES), f"{waiting} is gone: take it off the list"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("_G = 9.81  # ref: CGPM 1901", ""),
        ("_A_S = 0.3", "does not say"),
        ("_A_S = 0.3  # a third", "does not say"),
        ("_A, _B = 1, 2  # ref: both of them", "share a line"),
        ("_SHARES = (0.1, 0.2)  # hand: rendered clips, seed 1: shares", ""),
        ("_SHARES = (0.1, 0.2)  # fit: train seeds", "does not say"),
        ("_NAMES = ('a', 'b')", ""),
    ],
)
def test_a_constant_without_source_is_noticed(line: str, fault: str) -> None:
    faults = faults_of(line)
    assert (fault in faults[0]) if fault else not faults
