"""What every drill owes the rest of KickForm, whoever wrote it, and how drills are found and scored."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from kickform import drills
from kickform.cli import main as cli
from kickform.drills import all_drills, get_drill
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.common.scoring import anchored, drop_off_per_rep, mean_of, summarize, weighted_score
from kickform.errors import DrillError, UsageError
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from kickform.results.findings import RepResult
from kickform.subject import Athlete
from tests.synthetic import Camera, Stand, film, train

IDS = list(all_drills())
UNITS = ("_ms", "_cm", "_m", "_deg", "_pct", "_m_per_s", "_kn_per_m", "_hz", "_per_min", "_heights")
UNITLESS = ("arms_overhead", "_ratio", "com_between_feet", "lead_leg", "switched", "bounces", "side",
            "feet_per_box", "boxes")  # fmt: skip


@pytest.fixture
def fresh_registry() -> Iterator[None]:
    """Let `all_drills` look again, and forget afterwards what it found."""
    all_drills.cache_clear()
    yield
    all_drills.cache_clear()


@pytest.fixture(scope="module")
def jumping() -> Motion:
    clip = film([Stand(0.5), train(0.2, 0.45, 5), Stand(0.5)], Camera(noise=0.002, far=1.5))
    return build_motion(clip.track, clip.info)[0]


@pytest.fixture(scope="module")
def standing() -> Motion:
    clip = film([Stand(1.5)], Camera(noise=0.002))
    return build_motion(clip.track, clip.info)[0]


def test_pogo_is_a_drill() -> None:
    assert "pogo" in IDS


@pytest.mark.parametrize("drill_id", IDS)
class TestContract:
    def test_it_is_called_what_it_is_filed_under(self, drill_id: str) -> None:
        drill = get_drill(drill_id)
        assert isinstance(drill, Drill)
        assert drill.id == drill_id
        assert drill_id.isidentifier()
        assert drill_id == drill_id.lower()

    def test_it_says_how_to_do_film_and_think_it(self, drill_id: str) -> None:
        drill = get_drill(drill_id)
        for text in (drill.title, drill.how_to, drill.how_to_film, drill.cue):
            assert text.strip()
            assert "\n" not in text

    def test_its_metrics_carry_their_units_in_their_names(self, drill_id: str) -> None:
        names = [metric.name for metric in get_drill(drill_id).metrics]
        assert names
        assert len(names) == len(set(names))
        for name in names:
            assert name.endswith((*UNITS, *UNITLESS)), name
        for metric in get_drill(drill_id).metrics:
            assert metric.label
            assert metric.better in ("lower", "higher", "target")
            for suffix, unit in (("_ms", "ms"), ("_cm", "cm"), ("_deg", "°"), ("_m_per_s", "m/s")):
                if metric.name.endswith(suffix):
                    assert metric.unit == unit, metric.name

    def test_what_there_is_to_know_goes_into_json(self, drill_id: str) -> None:
        plain = get_drill(drill_id).to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        assert plain["id"] == drill_id
        assert [m["name"] for m in plain["metrics"]] == [m.name for m in get_drill(drill_id).metrics]

    def test_standing_is_not_it_and_the_refusal_names_the_clip(self, drill_id: str, standing: Motion) -> None:
        drill = get_drill(drill_id)
        assert drill.likeness(standing) < 0.5
        with pytest.raises(DrillError) as caught:
            drill.judge(standing, Athlete(), "my clip.mp4")
        assert str(caught.value).startswith("my clip.mp4: ")

    def test_its_verdict_on_jumps_is_whole_or_a_refusal(self, drill_id: str, jumping: Motion) -> None:
        drill = get_drill(drill_id)
        assert 0 <= drill.likeness(jumping) <= 1
        try:
            verdict = drill.judge(jumping, Athlete(1.75, 70), "clip.mp4")
        except DrillError:
            return
        check_verdict(drill, verdict)


def check_verdict(drill: Drill, verdict: Verdict) -> None:
    known = {metric.name for metric in drill.metrics}
    assert [rep.number for rep in verdict.reps] == list(range(1, len(verdict.reps) + 1))
    assert verdict.reps
    assert set(verdict.metrics) <= known
    assert set(verdict.headline) <= known
    assert verdict.score is None or 0 <= verdict.score <= 100
    for rep in verdict.reps:
        assert rep.start_s < rep.end_s
        assert set(rep.metrics) | set(rep.withheld) <= known
        assert not set(rep.metrics) & set(rep.withheld), "measured or withheld, not both"
        assert all(math.isfinite(value) for value in (*rep.metrics.values(), *rep.sds.values()))
        assert rep.score is None or 0 <= rep.score <= 100
        assert rep.key_s is None or rep.start_s <= rep.key_s <= rep.end_s
    for metric in verdict.metrics.values():
        assert metric.value is not None or metric.reason
        assert metric.sd is not None or metric.reason
    numbers = {rep.number for rep in verdict.reps}
    for finding in verdict.findings:
        assert set(finding.reps) <= numbers
        assert finding.message
        assert finding.cue
    for contact in verdict.contacts:
        assert math.isfinite(contact.sd_s)


def test_an_unknown_drill_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"there is no drill 'yoga'; choose from .*pogo"):
        get_drill("yoga")


class Stepping(Drill):
    """A drill from outside."""

    id = "stepping"
    title = "Stepping"
    how_to = "Step."
    how_to_film = "From the side."
    cue = "Light feet."
    metrics = (Metric("cadence_per_min", "Cadence", "1/min", "higher"),)

    def likeness(self, motion: Motion) -> float:
        return 0.0

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        raise DrillError(clip, "no steps", "step")


def test_a_drill_of_an_installed_package_is_seen_everywhere(
    fresh_registry: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def entry_points(*, group: str) -> list[SimpleNamespace]:
        asked.append(group)
        return [SimpleNamespace(name="stepping", load=Stepping)]

    monkeypatch.setattr(drills, "entry_points", entry_points)
    assert list(all_drills()) == [*IDS, "stepping"]
    assert asked == ["kickform.drills"]
    assert get_drill("stepping").title == "Stepping"

    monkeypatch.setattr(sys, "argv", ["kickform", "drills", "--json", "-"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
    out, err = capsys.readouterr()
    assert [drill["id"] for drill in json.loads(out)] == [*IDS, "stepping"]
    assert err == ""


def test_the_registry_is_as_before_once_the_package_is_gone(fresh_registry: None) -> None:
    assert list(all_drills()) == IDS


# The pieces that drills share


@pytest.mark.parametrize(
    ("value", "score"), [(0, 100), (10, 100), (15, 75), (20, 50), (25, 30), (30, 10), (99, 10)]
)
def test_scores_are_linear_between_anchors_and_flat_beyond(value: float, score: float) -> None:
    assert anchored(value, ((10, 100), (20, 50), (30, 10))) == pytest.approx(score)
    assert anchored(value, ((30, 10), (10, 100), (20, 50))) == pytest.approx(score), "in any order"


def test_weighted_scores() -> None:
    assert weighted_score(((80, 0.6), (40, 0.4))) == pytest.approx(64)
    assert weighted_score(((80, 0.6), (None, 0.25), (20, 0.15))) == pytest.approx((48 + 3) / 0.75)
    assert weighted_score(((None, 0.6), (100, 0.4))) is None, "no score without the headline"
    assert weighted_score(()) is None
    assert weighted_score(((0, 0.6), (None, 0.4))) == 0


def test_drop_off_is_a_slope_from_the_fourth_rep_on() -> None:
    assert drop_off_per_rep([999, 1, 500, 180, 190, 200, 210]) == pytest.approx(10)
    assert drop_off_per_rep([180, 180, 180, 180, 180, 180, 180, 400]) == pytest.approx(0), "robust"
    assert drop_off_per_rep([1, 2, 3, 4, 5, 6]) is None, "three reps make no trend"
    assert drop_off_per_rep([]) is None


def test_the_mean_of_nothing_is_no_number() -> None:
    assert math.isnan(mean_of([]))
    assert mean_of([1, 2, 6]) == 3


def rep(number: int, value: float | None, sd: float | None = None) -> RepResult:
    name = "contact_time_ms"
    metrics = {} if value is None else {name: value}
    withheld = {name: "from standing"} if value is None else {}
    return RepResult(number, "both", 0.0, 1.0, None, metrics, (), {} if sd is None else {name: sd}, withheld)


def test_a_summary_counts_the_reps_that_have_the_metric() -> None:
    metric = Metric("contact_time_ms", "Contact time", "ms", "lower")
    summary = summarize([rep(1, None), rep(2, 180, 5), rep(3, 200, 5)], [metric])["contact_time_ms"]
    assert summary.value == pytest.approx(190)
    assert summary.n == 2
    assert summary.sd is not None
    assert 5 / math.sqrt(2) <= summary.sd <= 5
    assert summary.reason == ""


def test_a_summary_of_nothing_says_why() -> None:
    metric = Metric("contact_time_ms", "Contact time", "ms", "lower")
    assert summarize([rep(1, None)], [metric])["contact_time_ms"].reason == "from standing"
    told = summarize([rep(1, None)], [metric], {"contact_time_ms": "give the mass"})
    assert told["contact_time_ms"].reason == "give the mass"
    assert summarize([], [metric])["contact_time_ms"].reason
    assert summarize([], [metric])["contact_time_ms"].value is None


def test_a_summary_without_sds_says_why() -> None:
    metric = Metric("arms_overhead", "Arms", "of reps", "higher", no_sd="a yes or no")
    reps = [RepResult(1, "both", 0, 1, None, {"arms_overhead": 1.0})]
    summary = summarize(reps, [metric])["arms_overhead"]
    assert summary.sd is None
    assert summary.reason == "a yes or no"
