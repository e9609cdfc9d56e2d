"""Several people together: their biases are what counts, and files are checked before they are believed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kickform.agreement import agree
from kickform.agreement.document import pooled_html
from kickform.agreement.pooling import pool, read_person
from kickform.errors import UsageError
from tests.agreement.references import jumps, seen, told
from tests.command_line import Run, refused


def write(path: Path, seed: int, bias_ms: float, contacts: int = 10, same_clock: bool = False) -> Path:
    """Write the comparison of one set whose contacts are all `bias_ms` too long, give or take 3 ms."""
    times = jumps(contacts, seed)
    noise = 0.003 * np.random.default_rng(seed).standard_normal(contacts)
    clip = seen(times, [(0.0, bias_ms / 1000 + float(each)) for each in noise])
    path.write_text(agree(clip, told(times), same_clock=same_clock).to_json(), encoding="utf-8")
    return path


def people_in(folder: Path, biases: list[float]) -> list[Path]:
    return [write(folder / f"p{n}.json", n, bias) for n, bias in enumerate(biases)]


def test_the_bias_is_the_mean_of_the_people_s(tmp_path: Path) -> None:
    biases = [-30.0, -10.0, 0.0, 20.0]
    found = pool([read_person(path) for path in people_in(tmp_path, biases)])
    ba = found.quantities[0].figures.bland_altman  # type: ignore[union-attr]
    assert (found.people, found.sets, ba.people, ba.n) == (4, 4, 4, 40)
    assert ba.bias.value == pytest.approx(np.mean(biases), abs=2)
    assert ba.sd == pytest.approx(np.hypot(np.std(biases, ddof=1), 3), rel=0.1)
    assert ba.bias.interval is not None
    assert np.diff(ba.bias.interval)[0] / 2 == pytest.approx(3.18 * np.std(biases, ddof=1) / 2, rel=0.1)
    assert [note.code for note in found.notes] == ["few_people"]


def test_a_folder_is_one_person(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    for n in range(3):
        write(tmp_path / "anna" / f"{n}.json", n, -20.0)
    other = write(tmp_path / "ben.json", 9, 20.0)
    found = pool([read_person(tmp_path / "anna"), read_person(other)])
    ba = found.quantities[0].figures.bland_altman  # type: ignore[union-attr]
    assert (found.people, found.sets, ba.people) == (2, 4, 2)
    assert ba.bias.value == pytest.approx(0.0, abs=2), "Anna counts once, though three sets are hers"


def test_ten_people_are_enough_for_no_note(tmp_path: Path) -> None:
    found = pool([read_person(path) for path in people_in(tmp_path, [float(n) for n in range(10)])])
    assert found.notes == ()


def test_events_are_pooled_from_the_clip_s_own_clock_only(tmp_path: Path) -> None:
    paths = people_in(tmp_path, [-10.0, 10.0])
    assert "takeoff_ms" not in {q.name for q in pool([read_person(path) for path in paths]).quantities}
    paths = [write(path, n, -10.0, same_clock=True) for n, path in enumerate(paths)]
    events = {q.name: q for q in pool([read_person(path) for path in paths]).quantities}
    assert events["takeoff_ms"].figures.bland_altman.bias.value == pytest.approx(-10.0, abs=2)  # type: ignore[union-attr]


def test_html_shows_all_people_in_one_picture(tmp_path: Path) -> None:
    html = pooled_html(pool([read_person(path) for path in people_in(tmp_path, [-10.0, 0.0, 10.0])]))
    assert "3 people, 3 sets, 30 contacts" in html
    assert html.count("<svg") == 5
    assert "nan" not in html.lower()


def test_the_command_pools_and_says_so(run: Run, tmp_path: Path) -> None:
    paths = people_in(tmp_path, [-30.0, -10.0])
    ran = run("agree-pool", *paths)
    assert ran.status == 0
    assert "2 people, 2 sets, 20 contacts; 0 missed, 0 extra." in ran.out
    ran = run("agree-pool", *paths, "--json", "-", "--html", tmp_path / "all.html")
    document = json.loads(ran.out)
    assert document["people"] == 2
    assert document["bias_ms"] == pytest.approx(-20.0, abs=2)
    assert document["quantities"]["contact_time_ms"]["people"] == 2
    assert document["quantities"]["contact_time_ms"]["icc_interval_95"] is None
    assert "<svg" in (tmp_path / "all.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "bad.json: is no JSON file"),
        ("[1, 2]", "bad.json: is no comparison"),
        ('{"agreement_schema_version": 1}', "bad.json: is no comparison"),
        ('{"agreement_schema_version": 7}', "bad.json: is of another version"),
        ('{"schema_version": 1}', "bad.json: is no comparison"),
    ],
)
def test_files_of_another_kind_are_refused(run: Run, tmp_path: Path, content: str, part: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    refused(run("agree-pool", bad), 2, part)


def test_sets_that_cannot_be_pooled_are_refused(run: Run, tmp_path: Path) -> None:
    one, two = people_in(tmp_path, [-30.0, -10.0])
    refused(run("agree-pool", one, tmp_path / "none.json"), 2, "none.json: cannot be read")
    (tmp_path / "empty").mkdir()
    refused(run("agree-pool", tmp_path / "empty"), 2, "empty: holds no JSON file")
    refused(run("agree-pool", one, one), 2, "one set is given twice")
    two.write_text(two.read_text("utf-8").replace('"model": "heavy"', '"model": "lite"'), encoding="utf-8")
    refused(run("agree-pool", one, two), 2, "different models or versions (heavy 1 and lite 1)")
    with pytest.raises(UsageError, match="no contact"):
        pool([])
