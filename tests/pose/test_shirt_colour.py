"""The shirt colour is read from the trunk."""

from __future__ import annotations

from kickform.pose.shirt_colour import shirt_colour
from tests.figures import (
    BLUE,
    Figure,
    draw_figures,
    stick_pose,
)


def test_the_shirt_is_read_between_shoulders_and_hips() -> None:
    picture = draw_figures([Figure((640, 360), 200)])
    assert tuple(shirt_colour(stick_pose((640, 360), 200).xy_px, picture)) == BLUE
