"""The framing check: a figure that is well framed, and the one thing that is wrong otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from kickform.live.framing import Picture, check_framing, first_wrong, picture_of
from kickform.pose.track import PoseTrack
from tests.live_tracks import sample_track

LUMA = 120.0


@pytest.fixture
def standing() -> PoseTrack:
    """A second of standing, well framed."""
    track, _ = sample_track("pogo_side_60fps")
    return part(track, 0, 30)


def part(track: PoseTrack, a: int, b: int) -> PoseTrack:
    return PoseTrack(
        track.time_s[a:b], track.xy_px[a:b], track.world_m[a:b], track.visibility[a:b], track.width_px,
        track.height_px,
    )  # fmt: skip


def moved(track: PoseTrack, scale: float = 1.0, down: float = 0.0) -> PoseTrack:
    """The same figure larger or smaller about the picture's middle, and lower by a share of its height."""
    middle = np.array([track.width_px, track.height_px]) / 2
    xy = (track.xy_px - middle) * scale + middle + np.array([0.0, down * track.height_px])
    return PoseTrack(track.time_s, xy, track.world_m, track.visibility, track.width_px, track.height_px)


def wrong(track: PoseTrack, luma: float = LUMA, pictures: tuple[Picture, Picture] | None = None) -> str:
    earlier, later = pictures or (None, None)
    check = first_wrong(check_framing(track, luma, earlier, later))
    return check.code if check else ""


def scene(shift: int = 0, person: int = 100) -> np.ndarray:
    """A picture with structure all over, moved sideways, and somebody in it."""
    rng = np.random.default_rng(5)
    blocks = np.kron(rng.integers(40, 220, (30, 40)), np.ones((16, 16))).astype(np.uint8)
    picture = np.roll(np.repeat(blocks[:, :, None], 3, axis=2), shift, axis=1)
    picture[150:400, person : person + 60] = (20, 60, 200)
    return np.ascontiguousarray(picture)


def test_a_well_framed_athlete_passes_all_checks(standing: PoseTrack) -> None:
    checks = check_framing(standing, LUMA, None, None)
    assert all(check.holds for check in checks), [c.code for c in checks if not c.holds]
    assert len({check.code for check in checks}) == len(checks) == 8


@pytest.mark.parametrize(
    ("scale", "down", "code"),
    [
        (0.45, 0.0, "near"),
        (1.25, 0.0, "feet"),
        (1.0, 0.25, "feet"),
        (1.0, -0.25, "head"),
        (1.2, -0.17, "head"),
    ],
)
def test_bad_position_or_size_fails_its_check(
    standing: PoseTrack, scale: float, down: float, code: str
) -> None:
    assert wrong(moved(standing, scale, down)) == code


def test_darkness_is_reported_first(standing: PoseTrack) -> None:
    assert wrong(standing, luma=20.0) == "light"


def test_an_empty_picture_fails_the_person_check(standing: PoseTrack) -> None:
    empty = PoseTrack(
        standing.time_s, np.full_like(standing.xy_px, np.nan), np.full_like(standing.world_m, np.nan),
        np.zeros_like(standing.visibility), standing.width_px, standing.height_px,
    )  # fmt: skip
    assert wrong(empty) == "person"


def test_facing_the_camera_fails_the_side_check(standing: PoseTrack) -> None:
    turned = standing.world_m.copy()
    turned[..., [0, 2]] = standing.world_m[..., [2, 0]]
    xy = standing.xy_px.copy()
    unit = (xy[:, 27, 1] - xy[:, 0, 1]).mean() / 1.6
    xy[..., 0] = standing.width_px / 2 + turned[..., 0] * unit
    front = PoseTrack(standing.time_s, xy, turned, standing.visibility, standing.width_px, standing.height_px)
    assert wrong(front) == "side"


def test_a_moving_camera_fails_and_a_moving_person_passes(standing: PoseTrack) -> None:
    still = picture_of(scene())
    assert wrong(standing, pictures=(still, picture_of(scene(person=180)))) == ""
    assert wrong(standing, pictures=(still, picture_of(scene(shift=14)))) == "still"


def test_every_instruction_says_what_to_do(standing: PoseTrack) -> None:
    for check in check_framing(standing, LUMA, None, None):
        assert check.title[0].isupper()
        assert check.words.endswith(".")
