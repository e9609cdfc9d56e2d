"""The way the athlete faces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kickform.pose.mirroring import faces_right
from kickform.pose.people import PersonTrack
from tests.figures import (
    person,
)


@pytest.mark.parametrize(("toes", "right"), [([0.2, -0.1, 0.15], True), ([-0.2, 0.1, -0.15], False)])
def test_most_sightings_decide_which_way_the_athlete_faces(toes: list[float], right: bool) -> None:
    seen = [replace(person(i, (100, 100)), toes_ahead=ahead) for i, ahead in enumerate(toes)]
    assert faces_right(PersonTrack(seen)) is right
