"""How far answers on a changed clip move, on answers made by hand; and the changes change the pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.real_consistency import Answer, Moved, by_change, moved, plain_moves
from bench.variants import crop_box, variants_of
from kickform.events.types import Contact


def contact(start_s: float, ms: float, side: str = "both", sd_s: float = 0.003) -> Contact:
    return Contact(side, start_s, start_s + ms / 1000, sd_s, sd_s, sd_s * np.sqrt(2))  # type: ignore[arg-type]


BEFORE = Answer(
    (contact(1.0, 200), contact(1.6, 210), contact(2.2, 190)), (), "pogo", 4, frozenset({"uneven"})
)


def test_what_moves_is_paired_and_held_against_what_was_stated() -> None:
    after = replace(BEFORE, contacts=(contact(1.003, 200), contact(1.6, 216)), reps=3, findings=frozenset())
    row = moved("clip", "half size", BEFORE, after)
    assert row.contacts == 3
    assert row.differences[0] == pytest.approx((3.0, 3.0, 0.0))
    assert row.differences[1] == pytest.approx((0.0, 6.0, 6.0))
    assert row.sds[0] == pytest.approx((3 * np.sqrt(2), 3 * np.sqrt(2), 6.0))
    assert (row.drills, row.reps, row.findings) == (("pogo", "pogo"), (4, 3), ("uneven",))
    (each, _) = by_change([row])
    assert each["contacts found again"] == "2 of 3"
    assert (each["drill flips"], each["reps flip"], each["findings flip"], each["refused"]) == (0, 1, 1, 0)


def test_steps_of_a_foot_are_paired_with_the_same_foots() -> None:
    steps = (contact(1.0, 200, "left"), contact(1.1, 200, "right"))
    before = Answer((), steps, "a_skip", 1, frozenset())
    other = replace(before, steps=(contact(1.02, 200, "right"), contact(1.11, 200, "left")))
    row = moved("clip", "mirrored", before, other)
    assert [each[0] for each in row.differences] == pytest.approx([110.0, -80.0])


def test_honest_sds_give_a_ratio_of_one_and_small_ones_more() -> None:
    rng = np.random.default_rng(3)

    def row(share: float) -> Moved:
        off = rng.normal(0, 6, (400, 3))
        sds = np.full((400, 3), 6.0 * share)
        return Moved("c", "crf 30", 400, tuple(map(tuple, off)), tuple(map(tuple, sds)))  # type: ignore[arg-type]

    honest, vain = (by_change([row(share)])[0]["contact, seen / stated SD"] for share in (1.0, 0.5))
    assert float(honest) == pytest.approx(1.0, abs=0.1)
    assert float(vain) == pytest.approx(2.0, abs=0.2)


def test_a_refused_change_counts_and_phases_are_apart() -> None:
    rows = [
        Moved("c", "every 2. frame, from 0", 5, refusal="too few frames"),
        moved("c", "every 2. frame, phases", BEFORE, BEFORE),
        Moved("c", "under 20 fps: every 2. frame, from 1", 5),
    ]
    table = {row["change"]: row for row in by_change(rows)}
    assert table["every 2. frame"]["refused"] == 1
    assert table["every 2. frame, phases"]["contacts found again"] == "3 of 3"
    assert table["under 20 fps: every 2. frame"]["contacts found again"] == "0 of 5"
    assert table["all"]["clips"] == 1
    assert plain_moves(rows)[0]["refusal"] == "too few frames"


def test_the_changes_keep_the_athlete_and_change_the_pictures() -> None:
    xy = np.full((10, 33, 2), np.nan)
    xy[2:8, :, 0], xy[2:8, :, 1] = 300.0, np.linspace(100, 400, 33)
    left, top, right, bottom = crop_box(xy, 640, 480)
    assert (left, top, right, bottom) == (264, 64, 336, 436)
    fast, slow = variants_of(60, (0, 0, 64, 64)), variants_of(30, (0, 0, 64, 64))
    assert {variant.phase for variant in fast if variant.stride == 3} == {0, 1, 2}
    assert not [variant for variant in slow if variant.stride == 3]
    picture = np.arange(3 * 100 * 120, dtype=np.uint8).reshape(100, 120, 3)
    shapes = {variant.name: variant.change(picture).shape for variant in slow}
    assert shapes["half size"] == (50, 60, 3)
    assert shapes["cropped"] == (64, 64, 3)
    assert [variant.crf for variant in slow if variant.name.startswith("crf")] == [26, 30]
