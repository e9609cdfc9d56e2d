"""Poses and followed feet of clips, kept between runs: they take hours, and the verdicts on them seconds.

What is kept is named by what made it: the clip's bytes, the pose model and the code that sees. The code
counts, not its wording: comments, docstrings, imports and the files that its functions lie in do not. The
data are kept as plain arrays, without class paths, so that a class may move to another module.
"""

from __future__ import annotations

import ast
import hashlib
import os
import pickle
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kickform.pose.estimate import PoseEstimate

__all__ = ["CACHE", "ROOT", "code_digest", "digest", "file_digest", "kept_at", "plain", "poses_of", "rebuilt"]

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("KICKFORM_BENCH_CACHE", ROOT / ".bench-cache"))

POSE_CODE = ("pose/*.py", "video/*.py", "numeric.py")
"""The code, under ``kickform/``, that turns pictures into landmarks."""
FEET_CODE = ("pose/flow/*.py",)
"""The code that follows the feet in the pictures, beside `POSE_CODE`."""


def poses_of(clip: Path, model: str) -> PoseEstimate:
    """Return the pose estimate of a clip with its feet followed; from the cache where its code is the same.

    Raises:
        KickFormError: the clip cannot be read, or nobody is seen in it.
    """
    from kickform.pipeline.analyze import with_feet
    from kickform.pose.estimate import estimate_pose
    from kickform.video.reader import probe

    seen, followed_at = kept_at(clip, model)

    def estimated() -> PoseEstimate:
        return estimate_pose(clip, probe(clip), model=model)  # type: ignore[arg-type]

    def followed() -> PoseEstimate:
        return with_feet(_kept(seen, estimated), probe(clip))

    return _kept(followed_at, followed)


def kept_at(clip: Path, model: str) -> tuple[Path, Path]:
    """Return where the poses of a clip are kept, and where they are with the feet followed."""
    seen = f"{clip.stem}-{file_digest(clip)}-{model}-{code_digest(POSE_CODE)}"
    return CACHE / f"{seen}.pose", CACHE / f"{seen}-{code_digest(FEET_CODE)}.feet"


def file_digest(path: Path) -> str:
    """Return a short digest of a file's bytes."""
    return digest(path.read_bytes())


def digest(*parts: bytes) -> str:
    """Return a short digest of some bytes."""
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()[:12]


@cache
def code_digest(patterns: tuple[str, ...], folder: Path = ROOT / "kickform") -> str:
    """Return a digest of what Python files do, in whichever of them it stands and however it is worded."""
    files = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    statements = {text for path in files for text in statements_of(path.read_text("utf-8"))}
    return digest(*(text.encode() for text in sorted(statements)))


def statements_of(source: str) -> Iterable[str]:
    """Yield a module's top-level statements without docstrings, comments, imports and ``__all__``."""
    for node in _Code().visit(ast.parse(source)).body:
        if not _is_all(node):
            yield ast.dump(node)


class _Code(ast.NodeTransformer):
    """Takes out of a syntax tree what changes nothing that the code does."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else self.generic_visit(node)

    def visit_Import(self, _: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, _: ast.ImportFrom) -> None:
        return None

    def visit_If(self, node: ast.If) -> ast.AST | None:
        for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if for_types else self.generic_visit(node)


def _is_all(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _kept(path: Path, make: Callable[[], PoseEstimate]) -> PoseEstimate:
    """Return what is kept in a file of the cache; made and put there where it is not."""
    if path.exists():
        found: PoseEstimate = rebuilt(pickle.loads(path.read_bytes()))  # our own file, written below
        return found
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"part-{os.getpid()}-{path.name}")
    partial.write_bytes(pickle.dumps(plain(made)))
    partial.replace(path)
    return made


def plain(value: Any) -> Any:
    """Return dataclasses as dicts that hold their class's name; all else as it is."""
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {"class": type(value).__name__, **held}
    return value


def rebuilt(value: Any) -> Any:
    """Return what `plain` was given."""
    if not isinstance(value, dict):
        return value
    held = {name: rebuilt(item) for name, item in value.items() if name != "class"}
    return _classes()[value["class"]](**held)


@cache
def _classes() -> dict[str, type]:
    from kickform.pose.estimate import PoseEstimate
    from kickform.pose.track import Corners, FeetMotion, PoseTrack

    return {known.__name__: known for known in (PoseEstimate, PoseTrack, FeetMotion, Corners)}
