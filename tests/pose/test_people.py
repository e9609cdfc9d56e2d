"""People are linked over the sampled pictures, and the athlete is chosen among them."""

from __future__ import annotations

import pytest

from kickform.pose.people import PersonTrack, choose_athlete, drop_duplicate_people
from tests.figures import (
    BLUE,
    GREEN,
    person,
)

TIMES = [0.2, 0.4, 1.2, 1.4, 2.2, 2.4, 3.2, 3.4]


def hop(i: int) -> float:
    return 20.0 * (i % 2)


def test_the_one_who_jumps_beats_a_larger_one_who_stands() -> None:
    seen = [[person(t, (200, 300 - hop(i))), person(t, (500, 330), 180, GREEN)] for i, t in enumerate(TIMES)]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert chosen.size == 100


def test_the_one_who_stays_beats_a_larger_one_who_walks_past() -> None:
    seen = [
        [person(t, (400, 300 - hop(i)))]
        + ([person(t, (100 * i, 320 + 3 * (i % 2)), 160, GREEN)] if i in (2, 3, 4) else [])
        for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert (chosen.size, chosen.presence) == (100, 1.0)


def test_of_two_who_jump_the_larger_is_the_athlete() -> None:
    seen = [
        [person(t, (200, 300 - hop(i)), 90), person(t, (500, 300 - hop(i)), 130)] for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert chosen.size == 130


def test_people_who_cross_keep_their_shirts() -> None:
    seen = [
        [
            person(t, (300, 300 - hop(i))),
            person(t, (60 + 80 * i, 300), 100, GREEN),
        ]
        for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert all(tuple(s.colour) == BLUE for s in chosen.sightings)


def test_without_people_there_is_no_athlete() -> None:
    assert choose_athlete([[], [], []]) is None


def test_the_same_person_found_twice_counts_once() -> None:
    twice = [person(0, (300, 300)), person(0, (306, 310), 95), person(0, (700, 300))]
    assert len(drop_duplicate_people(twice)) == 2


def test_the_path_of_a_person_is_extrapolated_a_little_beyond_the_sightings() -> None:
    path = PersonTrack([person(t, (100 * t, 300)) for t in (1.0, 1.2, 2.0, 2.2)])
    assert path.place_at(1.6).tolist() == pytest.approx([160, 300])
    assert path.place_at(0.8)[0] == pytest.approx(80)
    assert path.place_at(-5.0)[0] == pytest.approx(60)
