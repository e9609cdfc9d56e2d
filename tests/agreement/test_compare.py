"""A clip against a reference: known errors come out as they were put in, and the JSON gives nobody away."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.agreement import Agreement, Reference, ReferenceContact, agree, read_reference
from kickform.agreement.charts import bland_altman_chart
from kickform.agreement.document import agreement_html
from kickform.agreement.reference_csv import parse_reference
from kickform.agreement.statistics import bland_altman
from kickform.agreement.wording import headline_words
from kickform.errors import DrillError, UsageError
from kickform.events.clock import SpeedSegment
from kickform.report.charts import Bar, Label, Stroke
from kickform.results.analysis import Analysis
from tests.agreement.references import G, Times, csv_file, jumps, lengths_only, seen, told

LATE_S, EARLY_S = 0.010, -0.019
"""Errors of touchdown and take-off: the contact is 29 ms too short."""


@pytest.fixture
def times() -> Times:
    return jumps(10)


def errors(times: Times) -> list[tuple[float, float]]:
    return [(LATE_S, EARLY_S)] * len(times)


def by_name(found: Agreement) -> dict[str, Any]:
    return {quantity.name: quantity for quantity in found.quantities}


def codes(found: Agreement) -> list[str]:
    return [note.code for note in found.notes]


def test_a_known_error_is_the_bias_whatever_the_clock(times: Times) -> None:
    found = agree(seen(times, errors(times)), told(times, 3600.0))
    document = found.to_dict()
    assert document["bias_ms"] == pytest.approx(-29.0, abs=0.01)
    assert document["limits_of_agreement_ms"] == pytest.approx([-29.0, -29.0], abs=0.01)
    assert document["mae_ms"] == pytest.approx(29.0, abs=0.01)
    assert document["inside_95_pct"] == 0.0, "1.96 x 5 ms is less than 29"
    assert document["clock_source"] == "estimated"
    assert document["clock_offset_s"] == pytest.approx(3600.0 - (LATE_S + EARLY_S) / 2, abs=1e-3)
    assert (document["missed"], document["extra"], len(document["contacts"])) == (0, 0, 10)
    assert document["set_mean_difference_ms"] == pytest.approx(-29.0, abs=0.01)
    assert document["set_mean"]["inside_95"] is False


def test_an_estimated_offset_takes_the_events_own_bias_and_says_so(times: Times) -> None:
    there = by_name(agree(seen(times, errors(times)), told(times, 12.0)))
    assert there["touchdown_ms"].figures.bland_altman.bias.value == pytest.approx(14.5, abs=0.01)
    assert there["takeoff_ms"].figures.bland_altman.bias.value == pytest.approx(-14.5, abs=0.01)
    assert "offset was estimated" in there["touchdown_ms"].note
    assert there["touchdown_ms"].figures.icc is None


def test_on_the_clip_s_own_clock_touchdown_and_take_off_are_told_apart(times: Times) -> None:
    found = agree(seen(times, errors(times)), told(times), same_clock=True)
    there = by_name(found)
    assert there["touchdown_ms"].figures.bland_altman.bias.value == pytest.approx(10.0, abs=0.01)
    assert there["takeoff_ms"].figures.bland_altman.bias.value == pytest.approx(-19.0, abs=0.01)
    assert found.clock_offset_s == 0.0
    assert found.clock_source == "same"
    assert there["touchdown_ms"].note == ""


def test_flights_and_what_comes_of_them_are_compared_by_their_times(times: Times) -> None:
    there = by_name(agree(seen(times, errors(times)), told(times)))
    assert there["flight_time_ms"].figures.bland_altman.bias.value == pytest.approx(29.0, abs=0.01)
    for name in ("flight_time_ms", "jump_height_cm", "rsi_m_per_s", "flight_contact_ratio"):
        assert len(there[name].pairs) == 9
    (_, up), (down, _) = times[0], times[1]
    flight_s, contact_s = down - up, times[0][1] - times[0][0]
    assert there["jump_height_cm"].pairs[0][:2] == (
        pytest.approx(100 * G * (flight_s + 0.029) ** 2 / 8),
        pytest.approx(100 * G * flight_s**2 / 8),
    )
    assert there["rsi_m_per_s"].pairs[0][1] == pytest.approx(G * flight_s**2 / 8 / contact_s)
    assert there["flight_contact_ratio"].pairs[0][1] == pytest.approx(flight_s / contact_s)
    assert "flight time in both" in there["jump_height_cm"].note


def test_a_height_of_the_reference_s_own_meets_the_one_that_kickform_shows(times: Times) -> None:
    clip = seen(times)
    contacts = told(times).contacts
    given = tuple(
        replace(c, jump_height_cm=f.jump_height_cm - 0.5)
        for c, f in zip(contacts, [*clip.flights, clip.flights[-1]], strict=True)
    )
    there = by_name(agree(clip, Reference("plate.csv", "events", given)))
    assert there["jump_height_cm"].figures.bland_altman.bias.value == pytest.approx(0.5)
    assert there["jump_height_cm"].note == ""
    assert there["jump_height_cm"].pairs[0][2] == 0.8


def test_a_clip_that_plays_slowly_gives_the_same_as_in_real_time(times: Times) -> None:
    plain = agree(seen(times, errors(times)), told(times, 5.0)).to_dict()
    slow = agree(seen(times, errors(times), factor=8.0), told(times, 5.0)).to_dict()
    for name in ("bias_ms", "limits_of_agreement_ms", "clock_offset_s", "missed", "extra", "mae_ms"):
        assert slow[name] == pytest.approx(plain[name], abs=1e-3), name
    for name, each in plain["quantities"].items():
        assert slow["quantities"][name].get("bias") == pytest.approx(each.get("bias"), abs=1e-3), name
    assert slow["contacts"][0]["touchdown_s"] == pytest.approx(8 * plain["contacts"][0]["touchdown_s"])


def test_labels_of_a_slow_clip_are_on_the_file_s_timeline(times: Times) -> None:
    labels = [(8 * down, 8 * up) for down, up in times]
    found = agree(seen(times, errors(times), factor=8.0), told(labels), same_clock=True).to_dict()
    assert found["bias_ms"] == pytest.approx(-29.0, abs=0.01)
    assert found["quantities"]["touchdown_ms"]["bias"] == pytest.approx(10.0, abs=0.01)


def test_a_ramped_clip_is_compared_in_real_time(times: Times) -> None:
    """The file plays at life's speed up to the third contact, then 4 times slower."""
    turn_s = (times[2][1] + times[3][0]) / 2

    def shown(real_s: float) -> float:
        return real_s if real_s < turn_s else turn_s + 4 * (real_s - turn_s)

    clip = seen(times, errors(times))
    end_s = shown(clip.video.duration_s)
    segments = (SpeedSegment(0.0, turn_s, 1.0), SpeedSegment(turn_s, end_s, 4.0))
    ramped = replace(
        clip,
        video=replace(clip.video, duration_s=end_s, slow_motion_factor=4.0, speed_segments=segments),
        contacts=tuple(
            replace(c, touchdown_s=shown(c.touchdown_s), takeoff_s=shown(c.takeoff_s)) for c in clip.contacts
        ),
        flights=tuple(
            replace(f, touchdown_s=shown(f.touchdown_s), takeoff_s=shown(f.takeoff_s)) for f in clip.flights
        ),
    )
    found = agree(ramped, told(times, 5.0)).to_dict()
    assert found["bias_ms"] == pytest.approx(-29.0, abs=0.01)
    assert found["quantities"]["touchdown_ms"]["sd"] == pytest.approx(0.0, abs=0.01)
    assert found["quantities"]["flight_time_ms"]["n"] == 9


def test_missed_extra_and_outside_are_counted_and_placed(times: Times) -> None:
    clip = seen([*times[:3], *times[4:]])
    ghost = (times[6][1] + 0.16, times[6][1] + 0.26)
    with_ghost = seen(sorted([*times[:3], *times[4:], ghost]))
    late = [(down + 60, up + 60) for down, up in times[:2]]
    assert agree(clip, told(times, 9.0)).missed_rows == (5,)
    found = agree(with_ghost, told([*times, *late], 9.0))
    assert (found.missed, found.extra, found.outside) == (1, 1, 2)
    assert found.extra_s == (pytest.approx(ghost[0]),)
    assert len(found.contacts) == 9
    words = " ".join(headline_words(found))
    assert "9 contacts in both, 1 missed, 1 extra, 2 of the reference outside the clip." in words


def test_a_missed_contact_takes_its_flights_with_it(times: Times) -> None:
    """What the clip takes for one long flight is not compared with either of the two."""
    found = by_name(agree(seen([*times[:3], *times[4:]]), told(times)))
    assert len(found["flight_time_ms"].pairs) == 7
    assert max(abs(a - b) for a, b, _ in found["flight_time_ms"].pairs) < 1e-6


def test_half_contacts_of_the_reference_give_their_flight(times: Times) -> None:
    contacts = list(told(times).contacts)
    contacts[0] = replace(contacts[0], touchdown_s=None, contact_s=None)
    contacts[-1] = replace(contacts[-1], takeoff_s=None, contact_s=None)
    found = agree(seen(times), Reference("mat.csv", "events", tuple(contacts)))
    there = by_name(found)
    assert len(there["contact_time_ms"].pairs) == 8
    assert len(there["flight_time_ms"].pairs) == 9
    assert len(there["rsi_m_per_s"].pairs) == 8
    assert found.contacts[0].error_ms is None
    assert (found.missed, found.extra) == (0, 0)


def test_contact_times_alone_give_contact_time_alone(times: Times) -> None:
    found = agree(seen(times, errors(times)), lengths_only(times))
    assert [quantity.name for quantity in found.quantities] == ["contact_time_ms"]
    assert found.to_dict()["bias_ms"] == pytest.approx(-29.0, abs=0.01)
    assert found.to_dict()["clock_offset_s"] is None
    assert "paired_by_order" not in codes(found)
    fewer = agree(seen(times[:8], errors(times)[:8]), lengths_only(times))
    assert fewer.missed == 2
    assert "paired_by_order" in codes(fewer)


def test_contact_and_flight_times_have_a_clock_of_their_own(times: Times) -> None:
    rows = [
        f"{1000 * (up - down):.3f},{1000 * (after - up):.3f}"
        for (down, up), (after, _) in zip(times, [*times[1:], (times[-1][1] + 1, 0)], strict=True)
    ]
    reference = parse_reference("contact_time_ms,flight_time_ms\n" + "\n".join(rows), "optojump.csv")
    found = agree(seen(times, errors(times)), reference)
    assert found.clock_offset_s == pytest.approx(-times[0][0] - (LATE_S + EARLY_S) / 2, abs=1e-3)
    assert found.to_dict()["quantities"]["flight_time_ms"]["bias"] == pytest.approx(29.0, abs=0.01)


def test_feet_told_apart_are_both_feet_in_a_drill_on_both(times: Times) -> None:
    feet = []
    for row, (down, up) in enumerate(times, start=2):
        feet.append(ReferenceContact(row, down, up - 0.004, up - down - 0.004, "left"))
        feet.append(ReferenceContact(row, down + 0.003, up, up - down - 0.003, "right"))
    found = agree(seen(times, errors(times)), Reference("plates.csv", "events", tuple(feet)))
    assert found.to_dict()["bias_ms"] == pytest.approx(-29.0, abs=0.01)
    assert (found.missed, found.extra) == (0, 0)


def test_a_foot_that_is_called_the_other_is_counted(times: Times) -> None:
    clip = seen(times)
    sides = ["left", "right"] * 5
    told_sides = tuple(
        replace(contact, side=side) for contact, side in zip(told(times).contacts, sides, strict=True)
    )
    one_wrong = [*sides[:3], "left", *sides[4:]]
    clip = replace(
        clip, contacts=tuple(replace(c, side=s) for c, s in zip(clip.contacts, one_wrong, strict=True))
    )
    found = agree(clip, Reference("mat.csv", "events", told_sides))
    assert found.other_side == 1
    assert len(found.contacts) == 10


def test_clocks_that_run_apart_are_noticed(times: Times) -> None:
    fast = [(1.02 * down, 1.02 * up) for down, up in times]
    found = agree(seen(times), told(fast))
    assert "clock_rate" in codes(found)
    assert "--slow-motion" in next(n.message for n in found.notes if n.code == "clock_rate")
    assert "clock_rate" not in codes(agree(seen(times), told(times)))


def test_a_set_that_has_nothing_to_do_with_the_clip_is_refused(times: Times) -> None:
    with pytest.raises(UsageError, match=r"mat\.csv: fits no contact"):
        agree(seen(times), told(times, 500.0), same_clock=True)
    with pytest.raises(UsageError, match="clip's clock"):
        agree(seen(times), lengths_only(times), same_clock=True)
    bare = replace(seen(times), contacts=())
    with pytest.raises(DrillError, match="no contact between two flights"):
        agree(bare, told(times))


def no_nan(value: Any) -> None:
    if isinstance(value, dict):
        for item in value.values():
            no_nan(item)
    elif isinstance(value, list):
        for item in value:
            no_nan(item)
    else:
        assert value is None or not isinstance(value, float) or math.isfinite(value)


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | set().union(*(keys(item) for item in value.values()), set())
    return set().union(*(keys(item) for item in value), set()) if isinstance(value, list) else set()


def test_the_json_holds_the_agreed_names_and_gives_nobody_away(times: Times, tmp_path: Path) -> None:
    reference = read_reference(csv_file(tmp_path, times, 40.0).rename(tmp_path / "Anna_plate.csv"))
    found = agree(seen(times, errors(times)), reference)
    text = found.to_json()
    document = json.loads(text)
    no_nan(document)
    assert {
        "contacts", "clock_offset_s", "bias_ms", "limits_of_agreement_ms", "icc", "mae_ms", "inside_95_pct",
        "missed", "extra",
    } <= set(document)  # fmt: skip
    assert {
        "touchdown_s", "takeoff_s", "reference_touchdown_s", "reference_takeoff_s", "error_ms", "sd_ms"
    } <= set(document["contacts"][0])  # fmt: skip
    for secret in ("Anna", "Secret", "2026", ".mp4", ".csv", str(tmp_path), "base64"):
        assert secret not in text, secret
        assert secret not in agreement_html(found), secret
    assert not keys(document) & {"name", "path", "file", "athlete", "picture", "filmed_at", "sha256"}


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 6),
    st.lists(st.sampled_from([-0.03, 0.0, 0.01, 0.05]), min_size=12, max_size=12),
    st.sampled_from([5.0, math.nan, 0.0]),
    st.booleans(),
)
def test_few_and_odd_contacts_make_sound_json_and_html(
    count: int, shifts: list[float], sd_ms: float, events: bool
) -> None:
    times = jumps(count)
    clip = seen(times, list(zip(shifts[:count], shifts[6 : 6 + count], strict=True)))
    clip = replace(clip, contacts=tuple(replace(contact, sd_ms=sd_ms) for contact in clip.contacts))
    found = agree(clip, told(times) if events else lengths_only(times))
    no_nan(json.loads(found.to_json()))
    html = agreement_html(found)
    assert "nan" not in html.lower()
    assert html.count("<svg") == html.count("</svg>")


def test_an_analysis_read_back_says_the_same(times: Times) -> None:
    clip = seen(times, errors(times))
    again = Analysis.from_json(clip.to_json())
    plain, back = (agree(each, told(times, 7.0)).to_dict() for each in (clip, again))
    assert back["bias_ms"] == pytest.approx(plain["bias_ms"], abs=0.01)
    assert back["missed"] == plain["missed"]


class Reading(HTMLParser):
    """Tags and words of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_shows_picture_figures_and_contacts_and_needs_nothing(times: Times) -> None:
    found = agree(seen(times, errors(times)), told(times, 4.0))
    reading = Reading()
    reading.feed(agreement_html(found))
    words = " ".join(reading.words)
    for part in (
        "29.0 ms shorter",
        "Limits of agreement",
        "ICC(2,1)",
        "Flight time",
        "−29.0",
        "Contact by contact",
    ):
        assert part in words, part
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in reading.tags)
    pictures = [attributes for tag, attributes in reading.tags if tag == "svg"]
    assert len(pictures) == 5
    assert "bias −29.0 ms" in str(pictures[0]["aria-label"])


def test_markup_in_what_came_from_outside_stays_words(times: Times) -> None:
    clip = replace(seen(times), drill="<script>x</script>", kickform_version="<b>")
    html = agreement_html(agree(clip, told(times)))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_picture_is_drawn_to_scale() -> None:
    here, there = np.array([200.0, 210.0, 190.0, 220.0]), np.array([195.0, 215.0, 180.0, 220.0])
    chart = bland_altman_chart("Contact time", "ms", here, there, bland_altman(here, there))
    dots = [s for s in chart.shapes if isinstance(s, Bar) and s.width == s.height]
    assert len(dots) == 4
    middles = [(dot.x + dot.width / 2, dot.y + dot.height / 2) for dot in dots]
    x, y = np.array(middles).T
    assert np.corrcoef(x, (here + there) / 2)[0, 1] == pytest.approx(1.0)
    assert np.corrcoef(y, here - there)[0, 1] == pytest.approx(-1.0), "upward is more"
    lines = [s for s in chart.shapes if isinstance(s, Stroke) and s.width == 1.4]
    per_ms = (y[2] - y[1]) / (-5 - 10) * -1
    bias = next(line for line in lines if not line.dashed)
    assert bias.y1 == pytest.approx(y[3] - (2.5 - 0.0) * -per_ms)
    assert sum(line.dashed for line in lines) == 2
    for shape in chart.shapes:
        if isinstance(shape, Bar):
            assert shape.x >= 0
            assert shape.x + shape.width <= 680
            assert shape.y >= 0
            assert shape.y + shape.height <= chart.height
    labels = [s for s in chart.shapes if isinstance(s, Label) and "limit" in s.text]
    assert len(labels) == 2


@pytest.mark.parametrize("spread", [0.0, 1e-9, 1e6])
def test_any_spread_can_be_drawn(spread: float) -> None:
    here = 200.0 + spread * np.array([0.0, 1.0, -1.0, 0.5])
    there = np.full(4, 200.0)
    chart = bland_altman_chart("Contact time", "ms", here, there, bland_altman(here, there))
    for shape in chart.shapes:
        numbers = [getattr(shape, name) for name in shape.__slots__]
        assert all(math.isfinite(n) for n in numbers if isinstance(n, float))
