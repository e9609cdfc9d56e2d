"""``python -m bench adopt CLIP [CLIP ...]``: keep poses that other code made, if today's code makes the same.

Renaming a function or moving it changes the code that kept poses are named by, though not what it sees. This
command sees the clips named anew and compares every number with what an earlier code kept of them. Where all
are equal, all that the earlier code kept is taken over; where one differs, nothing is.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.cache import CACHE, kept_at, poses_of

__all__ = ["earlier_of", "main", "same"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and take over; the exit status is 1 where a clip differs or nothing is kept of it."""
    parser = argparse.ArgumentParser(prog="python -m bench adopt", description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+", help="short ones, of which an earlier code kept poses")
    parser.add_argument("--model", default="heavy")
    options = parser.parse_args(arguments)
    codes: set[tuple[str, str]] = set()
    for clip in options.clips:
        earlier = earlier_of(clip, options.model)
        poses_of(clip, options.model)
        if earlier is None:
            print(f"{clip.name}: no earlier code kept anything of it; name another clip", file=sys.stderr)
            return 1
        pairs = zip(earlier, kept_at(clip, options.model), strict=True)
        if not all(same(_read(old), _read(new)) for old, new in pairs):
            print(f"{clip.name}: today's code sees it otherwise: nothing is taken over", file=sys.stderr)
            return 1
        codes.add(_codes(earlier[1]))
    today = _codes(kept_at(options.clips[0], options.model)[1])
    print(f"{sum(_take_over(*code, *today) for code in codes)} files taken over")
    return 0


def earlier_of(clip: Path, model: str) -> tuple[Path, Path] | None:
    """Return the newest poses, and poses with feet, that another code kept of a clip; None without."""
    now, followed = kept_at(clip, model)
    start = now.name.rsplit("-", 1)[0]
    found = [path for path in CACHE.glob(f"{start}-*-*.feet") if path != followed]
    pairs = [(path.with_name(f"{path.name.rsplit('-', 1)[0]}.pose"), path) for path in found]
    kept = [pair for pair in pairs if pair[0].exists()]
    return max(kept, key=lambda pair: pair[1].stat().st_mtime, default=None)


def _codes(followed: Path) -> tuple[str, str]:
    """Return the digests of the code that made poses and of the code that followed the feet."""
    _, poses, feet = followed.stem.rsplit("-", 2)
    return poses, feet


def _read(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # our own file


def same(one: Any, other: Any) -> bool:
    """Return whether two kept estimates hold the same numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other, equal_nan=True)
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (np.isnan(one) and np.isnan(other))
    return bool(one == other)


def _take_over(poses: str, feet: str, poses_now: str, feet_now: str) -> int:
    """Name what one code kept by today's, but for what today's has itself; return how many were."""
    count = 0
    for ending, old, new in (
        ("pose", poses, poses_now),
        ("feet", f"{poses}-{feet}", f"{poses_now}-{feet_now}"),
    ):
        for path in CACHE.glob(f"*-{old}.{ending}"):
            target = path.with_name(path.name.replace(f"-{old}.{ending}", f"-{new}.{ending}"))
            if not target.exists():
                path.rename(target)
                count += 1
    return count


if __name__ == "__main__":
    raise SystemExit(main())
