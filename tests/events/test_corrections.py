"""Corrections as people write them: what is understood, and what is refused with one line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kickform.errors import UsageError
from kickform.events.corrections import (
    Correction,
    corrections_from_json,
    corrections_to_json,
    load_corrections,
)

ONE = Correction("both", at_s=1.3, touchdown_s=1.24)


def document(*items: Any, version: Any = 1) -> str:
    return json.dumps({"schema_version": version, "corrections": list(items)})


def test_the_example_of_the_documentation_is_understood() -> None:
    page = (Path(__file__).parents[2] / "docs" / "contact-times.md").read_text(encoding="utf-8")
    example = page.split("```json")[1].split("```")[0]
    moved, added, removed, split = corrections_from_json(example)
    assert (moved.touchdown_s is not None, moved.takeoff_s) == (True, None)
    assert added.touchdown_s is not None
    assert added.takeoff_s is not None
    assert removed.remove
    assert (split.what, split.start_s < split.stop_s) == ("flight", True)


times = st.floats(0.01, 500, allow_nan=False)


@given(
    st.lists(
        st.builds(
            lambda side, at: Correction(side, at_s=at, remove=True), st.sampled_from(["left", "both"]), times
        )
        | st.builds(lambda down, up: Correction("right", touchdown_s=down, takeoff_s=down + up), times, times)
        | st.builds(lambda up, on: Correction("both", "flight", up + on, up), times, times)
        | st.builds(lambda at, up: Correction("left", at_s=at, takeoff_s=up), times, times)
    )
)
def test_what_is_written_is_read_back(corrections: list[Correction]) -> None:
    assert corrections_from_json(corrections_to_json(corrections)) == tuple(corrections)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ({"side": "middle", "at_s": 1.0, "remove": True}, "there is no side 'middle'"),
        ({"side": 3, "touchdown_s": 1.0}, "there is no side 3"),
        ({"touchdown_s": 1.0}, "it names no side"),
        ({"side": "left", "touchdown_s": math.nan}, "touchdown_s is nan"),
        ({"side": "left", "takeoff_s": math.inf}, "takeoff_s is inf"),
        ({"side": "left", "at_s": "1.0", "takeoff_s": 1.1}, "at_s is '1.0'"),
        ({"side": "left", "touchdown_s": True}, "touchdown_s is True"),
        ({"side": "left", "at_s": 1.0}, "it changes nothing"),
        ({"side": "left"}, "it changes nothing"),
        ({"side": "left", "remove": True}, "a contact to remove is told by a time in it"),
        ({"side": "left", "remove": "yes", "at_s": 1.0}, "remove is 'yes'"),
        ({"side": "left", "at_s": 1.0, "touchdown_s": 1.1, "remove": True}, "is told by a time in it"),
        ({"side": "left", "touchdown_s": 1.2, "takeoff_s": 1.2}, "touchdown at 1.200 s does not lie before"),
        ({"side": "left", "touchdown_s": 1.3, "takeoff_s": 1.2}, "touchdown at 1.300 s does not lie before"),
        ({"side": "both", "what": "flight", "touchdown_s": 1.2}, "a flight has two ends"),
        (
            {"side": "both", "what": "flight", "touchdown_s": 1.2, "takeoff_s": 1.3},
            "the take-off at 1.300 s does not lie before the touchdown at 1.200 s",
        ),
        ({"side": "both", "what": "jump", "at_s": 1.0}, "there is no 'jump'"),
        ({"side": "both", "time": 1.0}, "there is no 'time'"),
        ("both", "is no object"),
    ],
)
def test_what_means_nothing_is_refused_with_its_number(item: Any, fault: str) -> None:
    good = {"side": "both", "at_s": 1.0, "remove": True}
    with pytest.raises(UsageError) as caught:
        corrections_from_json(document(good, item), "hand.json")
    assert str(caught.value).startswith("hand.json, correction 2: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"schema_version": 1}', '{"corrections": []}', "[" * 100_000]
)
def test_what_holds_no_corrections_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"hand\.json: holds no corrections"):
        corrections_from_json(text, "hand.json")


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(UsageError, match=r"is of schema version 2; update KickForm"):
        corrections_from_json(document(version=2))


def test_something_else_in_place_of_the_list_is_refused() -> None:
    with pytest.raises(UsageError, match="its corrections are no list"):
        corrections_from_json('{"schema_version": 1, "corrections": {}}')


def test_a_file_is_read_or_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "hand.json"
    path.write_text(corrections_to_json([ONE]), encoding="utf-8")
    assert load_corrections(path) == (ONE,)
    with pytest.raises(UsageError, match=r"nowhere\.json: no such file"):
        load_corrections(tmp_path / "nowhere.json")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"hand\.json: is no text"):
        load_corrections(path)
