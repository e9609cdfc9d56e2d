"""Errors are one line for people, tell their kind by class, and survive the way back from a worker."""

from __future__ import annotations

import pickle

import pytest

from kickform import errors
from kickform.errors import Cancelled, KickFormError

KINDS = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_a_kickform_error_and_names_thing_fault_and_cure(kind: type[KickFormError]) -> None:
    error = kind("pogo.mov", "no jumps found in it", "film three in a row")
    assert isinstance(error, KickFormError)
    assert str(error) == "pogo.mov: no jumps found in it; film three in a row"


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_stays_on_one_line(kind: type[KickFormError]) -> None:
    assert "\n" not in str(kind("odd\nname.mp4", "two\nlines", "mend\nit"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_from_a_worker_process_whole(kind: type[KickFormError]) -> None:
    error = kind("a.mp4", "fault", "cure")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.subject, back.fault, back.cure, str(back)) == ("a.mp4", "fault", "cure", str(error))


def test_cancelled_says_so_by_itself() -> None:
    assert str(Cancelled("a.mp4")) == "a.mp4: stopped; start it again"


def test_the_kinds_are_told_apart() -> None:
    siblings = [kind for kind in KINDS if kind is not KickFormError]
    assert len(siblings) == 6
    for kind in siblings:
        assert not any(issubclass(kind, other) for other in siblings if other is not kind)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__
    for kind in KINDS:
        assert kind.__name__ in errors.__doc__
