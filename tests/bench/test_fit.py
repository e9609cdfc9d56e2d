"""The fitted constants: chosen by the script alone, on train clips alone."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from bench.fit import descend, overridden
from bench.fit_rows import ROWS, Row
from bench.fitted_file import FILE, Tried, digest_of, read_tried, values_now, write_fitted
from bench.loss import clip_loss, value_loss
from bench.outcomes import Outcome, Value
from bench.splits import Split, split_of


def test_no_fitted_value_was_changed_by_hand() -> None:
    stated = re.search(r"^Digest: (\w+)$", FILE.read_text("utf-8"), re.MULTILINE)
    assert stated is not None
    assert stated[1] == digest_of(values_now())


def test_the_file_names_train_seeds_only() -> None:
    stated = re.search(r"^Seeds: (.*?)^Digest", FILE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert stated is not None
    seeds = [int(number) for number in re.findall(r"\d{5,}", stated[1])]
    assert {split_of(seed) for seed in seeds} <= {Split.TRAIN}
    tried = [own for own in read_tried().values() if not own.untried]
    assert bool(seeds) == bool(tried), "what was tried was tried on clips"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.constant)
def test_a_constant_is_where_its_row_says(row: Row) -> None:
    module = import_module(row.module)
    assert getattr(module, row.name) == values_now()[row.constant]
    text = Path(str(module.__file__)).read_text("utf-8")
    assert f"{row.name} = fitted.{row.constant}\n" in text


def test_every_constant_of_the_file_has_a_row() -> None:
    named = set(re.findall(r"^([A-Z_]+): Final", FILE.read_text("utf-8"), re.MULTILINE))
    assert named == {row.constant for row in ROWS}


def test_another_value_reaches_all_who_use_it_and_goes_again() -> None:
    hop = import_module("kickform.drills.single_leg_hop")
    was = hop.ANGLE_SD_DEG
    with overridden({"SCORING_ANGLE_SD_DEG": 99.0}):
        users = [
            module
            for name, module in sys.modules.items()
            if name.startswith("kickform.") and hasattr(module, "ANGLE_SD_DEG")
        ]
        assert len(users) >= 3
        assert {module.ANGLE_SD_DEG for module in users} == {99.0}
    assert was == hop.ANGLE_SD_DEG


def test_it_goes_down_to_the_least_loss_and_says_how_many_it_tried() -> None:
    noise = np.random.default_rng(3).normal(0, 0.01, 20)
    value, before, after, tries = descend(1.0, lambda v: (v - 1.5) ** 2 + noise)
    assert value == pytest.approx(1.44)
    assert after < before
    assert tries == 3


def test_what_one_clip_alone_asks_for_is_not_done() -> None:
    def cost(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        losses = np.ones(20)
        losses[4] -= value
        return losses

    assert descend(1.0, cost)[0] == 1.0


def test_a_ramp_keeps_its_shape() -> None:
    value, *_ = descend((0.4, 0.8), lambda v: np.full(9, abs(v[0] - 0.48)) + np.arange(9))
    assert value == (0.48, 0.96)


def test_the_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "fitted.py"
    tried = {**read_tried(), ROWS[0].constant: Tried(values_now()[ROWS[0].constant], "kept, 2 values")}
    write_fitted(tried, [10_000_000, 10_000_001, 10_000_005], 1.25, 1.0, path)
    text = path.read_text("utf-8")
    assert "Seeds: 10000000-10000001, 10000005" in text
    assert "Loss: 1.2500 with the values that it began with, 1.0000 with these" in text
    assert read_tried(path) == tried


def test_the_loss_is_least_where_the_stated_sd_is_the_error() -> None:
    def loss(sd: float) -> float:
        errors = np.random.default_rng(1).normal(0, 4, 400)
        return value_loss([Value(10.0 + e, 10.0, sd) for e in errors], 5.0)

    assert loss(4.0) < min(loss(2.0), loss(8.0))


def test_the_loss_counts_names_reps_and_false_findings() -> None:
    good = Outcome("x", "pogo", "x", named="pogo", reps_found=5, reps_true=5)
    assert clip_loss(good) == 0.0
    assert clip_loss(Outcome("x", "pogo", "x", named="ladder", reps_found=5, reps_true=5)) == 1.0
    assert clip_loss(Outcome("x", "pogo", "x", named="pogo", reps_found=4, reps_true=5)) == pytest.approx(0.2)
    assert clip_loss(
        Outcome("x", "pogo", "x", named="pogo", reps_found=5, reps_true=5, faults_false=["fading"])
    ) == pytest.approx(0.1)
