"""What goes into the store comes out of it again, and goes away when it is told to."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from kickform.errors import StoreError, UsageError
from kickform.history.records import DayRecord, LiveRecord, Preferences
from kickform.history.store import Store, open_store
from tests.history.store.made_up import analysis_of, day, hops, sha


def test_a_session_comes_back_whole(store: Store) -> None:
    analysis = analysis_of()
    anna = store.add_athlete("Anna", 1.7, 60, "left ankle")
    pictures = {"long_contact": b"\xff\xd8 one \xff\xd9", "rep_3": b"\xff\xd8 two \xff\xd9"}
    saved = store.save_session(
        analysis,
        athlete=anna,
        clip_sha256=sha("a"),
        filmed_at=day(0),
        filmed_at_source="container",
        pictures=pictures,
        note="after the intervals",
    )
    back = store.session(saved.id)
    assert back.record == saved
    assert back.analysis.to_dict() == analysis.to_dict()
    assert back.pictures == pictures
    assert back.live is None
    assert (saved.athlete, saved.drill, saved.variant, saved.filmed_at) == ("Anna", "pogo", "stiff", day(0))
    assert (saved.filmed_at_source, saved.note, saved.kind) == ("container", "after the intervals", "file")
    assert saved.faults == ("long_contact",)
    assert saved.findings == ("quick", "long_contact")
    assert saved.fps == pytest.approx(60)
    number = saved.metric("contact_time_ms")
    assert number is not None
    assert number.value == pytest.approx(analysis.summary.metrics["contact_time_ms"].value)
    assert [m.name for m in saved.metrics] == list(analysis.summary.metrics)


def test_a_damaged_picture_counts_as_none(store: Store) -> None:
    whole = b"\xff\xd8 whole \xff\xd9"
    saved = store.save_session(
        analysis_of(),
        athlete=store.add_athlete("Anna"),
        clip_sha256=sha("a"),
        filmed_at=day(0),
        pictures={"cut": whole[:-3], "overwritten": b"\x00" + whole[1:], "rep_1": whole},
    )
    assert store.session(saved.id).pictures == {"rep_1": whole}


def test_the_pose_track_comes_back_with_its_gap(store: Store) -> None:
    analysis = analysis_of()
    assert analysis.motion is not None
    track = analysis.motion.track
    saved = store.save_session(
        analysis, athlete=store.add_athlete("A"), clip_sha256=sha("a"), filmed_at=day(0)
    )
    back = store.session(saved.id).track
    assert back is not None
    assert np.array_equal(back.time_s, track.time_s)
    assert np.array_equal(back.found, track.found)
    assert not track.found.all()
    assert (back.width_px, back.height_px) == (640, 480)
    assert np.nanmax(np.abs(back.xy_px - track.xy_px)) <= 0.026
    assert np.nanmax(np.abs(back.world_m - track.world_m)) <= 0.00011
    assert np.max(np.abs(back.visibility - track.visibility)) <= 0.003


def test_each_side_has_its_own_number(store: Store) -> None:
    saved = store.save_session(
        hops(210, 240), athlete=store.add_athlete("A"), clip_sha256=sha("a"), filmed_at=day(0)
    )
    values = {m.side: m.value for m in saved.metrics if m.name == "contact_time_ms"}
    assert values == {"both": 225.5, "left": 210.5, "right": 240.5}
    left = saved.metric("contact_time_ms", "left")
    assert left is not None
    assert left.n == 4
    assert left.sd is not None
    assert 6.0 / 4**0.5 <= left.sd <= 6.0
    assert saved.metric("limb_symmetry_pct", "left") is None


def test_the_same_clip_saved_twice_is_one_session(store: Store) -> None:
    anna = store.add_athlete("Anna")
    first = store.save_session(
        analysis_of(),
        athlete=anna,
        clip_sha256=sha("a"),
        filmed_at=day(0),
        pictures={"one": b"\xff\xd8 1 \xff\xd9"},
        note="mine",
    )
    shorter = analysis_of()
    shorter = replace(shorter, reps=shorter.reps[:3], motion=None)
    again = store.save_session(shorter, athlete=anna, clip_sha256=sha("a"), filmed_at=day(0))
    assert again.id == first.id
    assert [s.id for s in store.sessions()] == [first.id]
    assert again.reps == 3
    assert store.counts() == {"athletes": 1, "sessions": 1, "reps": 3}
    back = store.session(first.id)
    assert back.pictures == {"one": b"\xff\xd8 1 \xff\xd9"}
    assert back.track is not None
    assert back.record.note == "mine"


def test_another_athlete_drill_or_clip_is_another_session(store: Store) -> None:
    anna, ben = store.add_athlete("Anna"), store.add_athlete("Ben")
    ids = {
        store.save_session(what, athlete=who, clip_sha256=clip, filmed_at=day(0)).id
        for what, who, clip in [
            (analysis_of(), anna, sha("a")),
            (analysis_of(), ben, sha("a")),
            (hops(200, 200), anna, sha("a")),
            (analysis_of(), anna, sha("b")),
            (analysis_of(), anna, None),
            (analysis_of(), anna, None),
        ]
    }
    assert len(ids) == 6
    assert len(store.sessions(anna)) == 5
    assert [s.drill for s in store.sessions(anna, "single_leg_hop")] == ["single_leg_hop"]
    found = store.find_session(athlete=ben, clip_sha256=sha("a"))
    assert found is not None
    assert found.athlete == "Ben"
    assert store.find_session(athlete=ben, clip_sha256=sha("b")) is None


def test_sessions_come_in_the_order_they_were_filmed(store: Store) -> None:
    anna = store.add_athlete("Anna")
    for number in (5, 1, 3):
        store.save_session(analysis_of(), athlete=anna, clip_sha256=sha(str(number)), filmed_at=day(number))
    assert [s.filmed_at for s in store.sessions(anna)] == [day(1), day(3), day(5)]


def test_names_are_the_same_in_any_case(store: Store) -> None:
    anna = store.add_athlete("  Anna Żak ", 1.7)
    assert store.athlete("anna  żAK") == anna
    assert store.athlete_named("ANNA ŻAK", 1.9) == anna
    with pytest.raises(UsageError, match="taken"):
        store.add_athlete("anna żak")
    assert store.athlete_named("Ben", 1.8).height_m == 1.8
    assert [a.name for a in store.athletes()] == ["Anna Żak", "Ben"]


@pytest.mark.parametrize(
    ("name", "height_m", "mass_kg"), [("", None, None), ("A", 17.0, None), ("A", None, 2)]
)
def test_an_impossible_athlete_is_refused(
    store: Store, name: str, height_m: float | None, mass_kg: float | None
) -> None:
    with pytest.raises(UsageError):
        store.add_athlete(name, height_m, mass_kg)
    assert store.athletes() == []


def test_an_athlete_can_be_changed(store: Store) -> None:
    anna, _ = store.add_athlete("Anna"), store.add_athlete("Ben")
    changed = store.update_athlete(replace(anna, name="Anne", height_m=1.72, notes="n"))
    assert store.athlete(anna.id) == changed
    assert (changed.name, changed.height_m, changed.notes) == ("Anne", 1.72, "n")
    with pytest.raises(UsageError, match="taken"):
        store.update_athlete(replace(anna, name="ben"))


def test_deleting_an_athlete_deletes_what_hangs_on_it(store: Store, data_dir: Path, tmp_path: Path) -> None:
    anna, ben = store.add_athlete("Anna"), store.add_athlete("Ben")
    clip = tmp_path / "clip.MP4"
    clip.write_bytes(b"film")
    for who in (anna, ben):
        store.save_session(
            analysis_of(),
            athlete=who,
            clip_sha256=sha(who.name),
            filmed_at=day(0),
            video_path=clip,
            live=LiveRecord(24.0, 3, 9),
        )
        store.set_day(DayRecord(who.id, date(2026, 3, 2), "hard", 0))
    assert len(list((data_dir / "videos").iterdir())) == 2
    store.delete_athlete(anna.id)
    assert [s.athlete for s in store.sessions()] == ["Ben"]
    assert [p.name for p in (data_dir / "videos").iterdir()] == [f"{sha('Ben')}.mp4"]
    assert rows_in(store) == {"athletes": 1, "sessions": 1, "live": 1, "days": 1, "attachments": 2}
    with pytest.raises(UsageError, match="no such athlete"):
        store.athlete("Anna")


def rows_in(store: Store) -> dict[str, int]:
    """Rows by table, of those in which one athlete with one session has few."""
    names = ("athletes", "sessions", "live", "days", "attachments")
    with store._engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() or 0 for name in names
        }


def test_a_deleted_session_leaves_nothing_and_its_number_is_not_given_again(store: Store) -> None:
    anna = store.add_athlete("Anna")
    first = store.save_session(analysis_of(), athlete=anna, clip_sha256=sha("a"), filmed_at=day(0))
    store.delete_session(first.id)
    assert store.counts() == {"athletes": 1, "sessions": 0, "reps": 0}
    assert rows_in(store)["attachments"] == 0
    second = store.save_session(analysis_of(), athlete=anna, clip_sha256=sha("a"), filmed_at=day(0))
    assert second.id != first.id
    with pytest.raises(UsageError, match="no such session"):
        store.session(first.id)


def test_a_video_is_kept_only_when_asked_and_as_long_as_a_session_needs_it(
    store: Store, data_dir: Path, tmp_path: Path
) -> None:
    anna, ben = store.add_athlete("Anna"), store.add_athlete("Ben")
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"film")
    plain = store.save_session(analysis_of(), athlete=anna, clip_sha256=sha("b"), filmed_at=day(0))
    assert plain.video is None
    assert not (data_dir / "videos").exists()
    kept = [
        store.save_session(
            analysis_of(), athlete=who, clip_sha256=sha("a"), filmed_at=day(0), video_path=clip
        )
        for who in (anna, ben)
    ]
    clip.unlink()
    assert kept[0].video is not None
    assert kept[0].video.read_bytes() == b"film"
    store.delete_session(kept[0].id)
    assert kept[1].video is not None
    assert kept[1].video.exists()
    store.delete_session(kept[1].id)
    assert list((data_dir / "videos").iterdir()) == []


def test_a_live_session_keeps_what_was_shown(store: Store) -> None:
    shown = LiveRecord(23.8, 4, 9, 214.0, 5.5)
    saved = store.save_session(
        analysis_of(),
        athlete=store.add_athlete("A"),
        clip_sha256=None,
        filmed_at=day(0),
        kind="live",
        live=shown,
    )
    assert saved.kind == "live"
    assert store.session(saved.id).live == shown


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="time zone"):
        store.save_session(
            analysis_of(),
            athlete=store.add_athlete("A"),
            clip_sha256=None,
            filmed_at=datetime(2026, 3, 2),
        )


def test_saving_for_an_unknown_athlete_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="no such athlete"):
        store.save_session(analysis_of(), athlete=7, clip_sha256=None, filmed_at=day(0))
    assert store.counts()["sessions"] == 0


def test_a_session_of_a_drill_that_is_not_installed_is_still_there(store: Store) -> None:
    strange = replace(hops(200, 220), drill="line_jump")
    saved = store.save_session(
        strange, athlete=store.add_athlete("A"), clip_sha256=sha("a"), filmed_at=day(0)
    )
    assert store.session(saved.id).analysis.drill == "line_jump"
    assert {m.side for m in saved.metrics if m.name == "contact_time_ms"} == {"both", "left", "right"}


def test_days_and_pain(store: Store) -> None:
    anna = store.add_athlete("Anna")
    store.set_day(DayRecord(anna.id, date(2026, 3, 3), "easy", 2, "calf"))
    store.set_day(DayRecord(anna.id, date(2026, 3, 2), "hard"))
    store.set_day(DayRecord(anna.id, date(2026, 3, 3), "rest", 4))
    assert store.days(anna.id) == [
        DayRecord(anna.id, date(2026, 3, 2), "hard", None, ""),
        DayRecord(anna.id, date(2026, 3, 3), "rest", 4, ""),
    ]
    with pytest.raises(UsageError, match="pain"):
        store.set_day(DayRecord(anna.id, date(2026, 3, 3), "rest", 11))


def test_preferences_last(store: Store) -> None:
    assert store.preferences == Preferences()
    mine = Preferences("imperial", True, 3)
    store.set_preferences(mine)
    with open_store() as again:
        assert again.preferences == mine


def test_export_and_import_bring_everything_elsewhere(store: Store, tmp_path: Path) -> None:
    anna = store.add_athlete("Anna", 1.7, 60, "n")
    store.set_day(DayRecord(anna.id, date(2026, 3, 2), "hard", 1, "ok"))
    store.set_preferences(Preferences(units="imperial"))
    for number, what in enumerate([analysis_of(), hops(200, 220)]):
        store.save_session(
            what,
            athlete=anna,
            clip_sha256=sha("a"),
            filmed_at=day(number),
            pictures={"one": b"\xff\xd8\x00\xff\xd9"},
            live=LiveRecord(24.0, 0, 4) if number else None,
            note=f"note {number}",
        )
    text = "".join(store.export_all())
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        came = other.import_all(text)
        assert (came.athletes, came.sessions, came.known) == (1, 2, 0)
        again = other.import_all(text)
        assert (again.athletes, again.sessions, again.known) == (0, 0, 2)
        assert other.preferences == store.preferences
        assert other.athlete("Anna") == anna
        assert other.days(1) == store.days(anna.id)
        for here, there in zip(store.sessions(), other.sessions(), strict=True):
            one, two = store.session(here.id), other.session(there.id)
            assert one.record == two.record
            assert one.analysis == two.analysis
            assert one.pictures == two.pictures
            assert one.live == two.live
            assert one.track is not None
            assert two.track is not None
            assert np.array_equal(one.track.xy_px, two.track.xy_px, equal_nan=True)


def test_an_import_that_fails_half_way_leaves_nothing(store: Store, tmp_path: Path) -> None:
    anna = store.add_athlete("Anna")
    for name in "ab":
        store.save_session(analysis_of(), athlete=anna, clip_sha256=sha(name), filmed_at=day(0))
    document = json.loads("".join(store.export_all()))
    del document["athletes"][0]["sessions"][1]["analysis"]
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        with pytest.raises(UsageError, match="damaged"):
            other.import_all(json.dumps(document), "history.json")
        assert other.counts() == {"athletes": 0, "sessions": 0, "reps": 0}


def test_an_import_checks_what_it_brings(store: Store) -> None:
    store.add_athlete("Anna")
    document = json.loads("".join(store.export_all()))
    document["athletes"][0] |= {"name": "Ben", "height_m": 17.0}
    with pytest.raises(UsageError, match="out of range"):
        store.import_all(json.dumps(document))
    assert len(store.athletes()) == 1


def test_a_session_whose_analysis_is_spoilt_says_so(store: Store) -> None:
    saved = store.save_session(
        analysis_of(), athlete=store.add_athlete("A"), clip_sha256=sha("a"), filmed_at=day(0)
    )
    for statement, fault in (
        ("UPDATE attachments SET data = substring(data from 1 for 9) WHERE kind = 'analysis'", "damaged"),
        ("DELETE FROM attachments WHERE kind = 'analysis'", "missing"),
    ):
        with store._writer.begin() as connection:
            if connection.dialect.name == "sqlite":
                statement = statement.replace("data from 1 for 9", "data, 1, 9")
            connection.exec_driver_sql(statement)
        with pytest.raises(StoreError, match=fault):
            store.session(saved.id)


def test_several_threads_share_one_store(store: Store) -> None:
    anna = store.add_athlete("Anna")
    analysis = analysis_of()

    def save(number: int) -> int:
        saved = store.save_session(
            analysis, athlete=anna, clip_sha256=sha(str(number % 9)), filmed_at=day(number % 9)
        )
        return len(store.session(saved.id).analysis.reps)

    with ThreadPoolExecutor(6) as pool:
        reps = list(pool.map(save, range(18)))
    assert set(reps) == {len(analysis.reps)}
    assert len(store.sessions()) == 9
    assert store.session_counts() == {anna.id: 9}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("no json", "not a KickForm history"),
        ("{}", "not a KickForm history"),
        ('{"kickform_history": 9}', "format 9"),
    ],
)
def test_a_file_that_is_not_an_export_is_refused(store: Store, text: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        store.import_all(text, "x.json")


def test_delete_all(store: Store, data_dir: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"film")
    store.save_session(
        analysis_of(), athlete=store.add_athlete("A"), clip_sha256=sha("a"), filmed_at=day(0), video_path=clip
    )
    store.set_preferences(Preferences(units="imperial"))
    store.delete_all()
    assert store.counts() == {"athletes": 0, "sessions": 0, "reps": 0}
    assert rows_in(store)["attachments"] == 0
    assert store.preferences == Preferences()
    assert list((data_dir / "videos").iterdir()) == []
