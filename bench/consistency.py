"""Does what changes nothing of the movement change the numbers? Mirrored, at half size, 8 times slower.

``python -m bench consistency [--clips N] [--quick] [--model heavy] [--json FILE]``
``python -m bench consistency --shared DIR [--only NAMES] [--workers 2] [--minutes M] [--json FILE]``

With ``--shared``, real clips are put through changes instead (`bench.real_consistency`). Without it:

Rendered clips are mirrored (left and right must swap, nothing else move by more than 3 ms), halved in size
(set means within 5 ms) and stored to play 8 times slower (all results within 1 %). Every clip is judged from
its pixels. The clip compared with is written anew as well, so that one more compression is no difference.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bench.cases import Case, all_cases
from bench.columns import CONSISTENCY
from bench.page import extra_tables
from bench.real_consistency import plain_moves, run, table_of
from bench.variants import half, mirrored
from kickform import Analysis, analyze
from kickform.errors import KickFormError
from kickform.results.analysis import ContactResult
from kickform.video.reader import read_frames
from kickform.video.writer import Mp4Writer

__all__ = ["Row", "compare", "main", "played_slower", "rewritten"]

Rgb = NDArray[np.uint8]

CLIPS = ("pogo_60_side_1", "single_leg_hop_good_1", "split_squat_jump_good_1", "pogo_60_oblique_1")
"""Two feet and one foot, a side view and an oblique one, from the benchmark's cases."""

SLOWER = 8
MIRROR_MS, HALF_MS, SLOW_PCT = 3.0, 5.0, 1.0
_OTHER = {"left": "right", "right": "left", "both": "both"}
_NEAR_S = 0.12


@dataclass(frozen=True, slots=True)
class Row:
    """What one change did to one clip.

    Attributes:
        clip: name of the case.
        change: what was done to it.
        contacts: contacts in it, in the original; ``paired`` of them were found again.
        paired: contacts found again.
        sides_right: share of these on the side they must be on.
        set_mean_ms: change of the mean contact time.
        largest_ms: largest change of a single contact time.
        largest_pct: largest change of a number over the set, percent of its value.
        met: whether the target holds.
        fault: why the changed clip was not judged, "" if it was.
    """

    clip: str
    change: str
    contacts: int
    paired: int = 0
    sides_right: float = 0.0
    set_mean_ms: float = math.nan
    largest_ms: float = math.nan
    largest_pct: float = math.nan
    met: bool = False
    fault: str = ""


def rewritten(source: Path, out: Path, change: Callable[[Rgb], Rgb] = lambda rgb: rgb) -> Path:
    """Write the clip with each picture changed, at the same times, and return `out`."""
    with read_frames(source) as frames, Mp4Writer(out, frames.info.mean_fps) as writer:
        for frame in frames:
            writer.write(np.ascontiguousarray(change(frame.rgb)), frame.time_s)
    return out


def played_slower(source: Path, out: Path, factor: int = SLOWER) -> Path:
    """Copy the clip's packets with their times `factor` times as long, and return `out`."""
    with av.open(str(source)) as read, av.open(str(out), "w") as write:
        stream = read.streams.video[0]
        copy = write.add_stream_from_template(stream)
        copy.time_base = Fraction(stream.time_base or 1)
        for packet in read.demux(stream):
            if packet.pts is None or packet.dts is None:
                continue
            packet.pts, packet.dts = packet.pts * factor, packet.dts * factor
            packet.duration = (packet.duration or 0) * factor
            packet.stream = copy
            write.mux(packet)
    return out


def compare(name: str, change: str, before: Analysis, after: Analysis, factor: float = 1.0) -> Row:
    """Return how far the verdict on a changed clip is from that on the clip itself.

    Args:
        name: of the clip.
        change: what was done.
        before: the verdict on the clip.
        after: the verdict on the changed one.
        factor: how many times slower the changed one plays.
    """
    swaps = change == "mirrored"
    pairs = _pairs(before.contacts, after.contacts, factor)
    off = [b.contact_time_ms - a.contact_time_ms for a, b in pairs]
    right = [b.side == (_OTHER[a.side] if swaps else a.side) for a, b in pairs]
    row = Row(
        clip=name,
        change=change,
        contacts=len(before.contacts),
        paired=len(pairs),
        sides_right=float(np.mean(right)) if right else 0.0,
        set_mean_ms=float(np.mean(off)) if off else math.nan,
        largest_ms=float(np.max(np.abs(off))) if off else math.nan,
        largest_pct=_largest_pct(before, after),
    )
    whole = len(pairs) == len(before.contacts) == len(after.contacts) and all(right)
    met = {
        "mirrored": row.largest_ms <= MIRROR_MS,
        "half size": abs(row.set_mean_ms) < HALF_MS,
        f"{SLOWER}x slower": row.largest_pct <= SLOW_PCT,
    }
    return replace(row, met=whole and met[change])


def _pairs(
    before: Sequence[ContactResult], after: Sequence[ContactResult], factor: float
) -> list[tuple[ContactResult, ContactResult]]:
    """Return each contact with the one at its time in the changed clip."""
    pairs = []
    for contact in before:
        near = [c for c in after if abs(c.touchdown_s / factor - contact.touchdown_s) <= _NEAR_S]
        if near:
            best = min(near, key=lambda c: abs(c.touchdown_s / factor - contact.touchdown_s))
            pairs.append((contact, best))
    return pairs


def _largest_pct(before: Analysis, after: Analysis) -> float:
    """Return the largest relative change of a number over the set; infinite where one is missing."""
    changes = [0.0]
    for name, metric in before.summary.metrics.items():
        other = after.summary.metrics[name]
        if metric.value is None or metric.sd is None or abs(metric.value) < 1e-6:
            continue
        if other.value is None:
            return math.inf
        changes.append(100 * abs(other.value / metric.value - 1))
    return max(changes)


def _measure(case: Case, folder: Path, model: str) -> list[Row]:
    from bench.athlete import render_clip

    rendered, clip = folder / f"{case.name}_rendered.mp4", folder / f"{case.name}.mp4"
    # A phone's picture, of which half is still one: the benchmark's own are small, to be quick.
    render_clip(replace(case.spec, capture=replace(case.spec.capture, width=1280, height=720)), rendered)
    rewritten(rendered, clip)

    def judged(path: Path, **how: float) -> Analysis:
        return analyze(path, drill=case.drill, model=model, **how)  # type: ignore[arg-type]

    before = judged(clip)
    changed = {
        "mirrored": (rewritten(rendered, folder / "mirrored.mp4", mirrored), 1.0),
        "half size": (rewritten(rendered, folder / "half.mp4", half), 1.0),
        f"{SLOWER}x slower": (played_slower(clip, folder / "slower.mp4"), float(SLOWER)),
    }
    rows = []
    for change, (path, factor) in changed.items():
        try:
            rows.append(compare(case.name, change, before, judged(path), factor))
        except KickFormError as error:
            rows.append(Row(case.name, change, len(before.contacts), fault=str(error)))
    return rows


def _real(options: argparse.Namespace) -> int:
    """Put real clips through changes; print the table by change and keep it for the page."""
    if not options.shared.is_dir():
        print(f"skipped: {options.shared} with the real clips is not there", file=sys.stderr)
        return 0
    only = options.only.split(",")
    rows = run(options.shared, options.model, only, options.workers, options.minutes)
    table = table_of(rows)
    print("\n".join(extra_tables({"consistency": table})))
    text = json.dumps({"table": table, "clips": plain_moves(rows)}, indent=1) + "\n"
    for path in filter(None, (options.json, CONSISTENCY)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=int, default=len(CLIPS), help="how many of the clips")
    parser.add_argument("--quick", action="store_true", help="one clip")
    parser.add_argument("--model", default="heavy")
    parser.add_argument(
        "--json", type=Path, default=None, help="write what is printed as JSON to this file as well"
    )
    parser.add_argument("--shared", type=Path, default=None, help="real clips of this folder instead")
    parser.add_argument("--only", default="", help="real clips whose name contains one of these, comma apart")
    parser.add_argument("--workers", type=int, default=2, help="processes, for real clips")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="begin no real clip later than this; 0 = all"
    )
    options = parser.parse_args(arguments)
    if options.shared is not None:
        return _real(options)
    cases = {case.name: case for case in all_cases()}
    names = CLIPS[: 1 if options.quick else options.clips]
    print(f"{'clip':<26} {'change':<10} {'contacts':>9} {'sides':>6} {'set mean':>9} {'largest':>9} {'%':>6}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="kickform-consistency-") as folder:
        for name in names:
            for row in _measure(cases[name], Path(folder), options.model):
                rows.append(row)
                _print_row(row)
    if options.json:
        text = json.dumps([asdict(row) for row in rows], indent=1)
        options.json.write_text(text.replace("NaN", "null").replace("Infinity", "null") + "\n", "utf-8")
    return 0


def _print_row(row: Row) -> None:
    found = f"{row.paired}/{row.contacts}"
    numbers = f"{row.set_mean_ms:>6.1f} ms {row.largest_ms:>6.1f} ms {row.largest_pct:>6.1f}"
    verdict = row.fault or ("" if row.met else "  missed")
    print(
        f"{row.clip:<26} {row.change:<10} {found:>9} {100 * row.sides_right:>4.0f} % {numbers}{verdict}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
