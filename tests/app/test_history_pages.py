"""The history in the app: saving, sessions, one session, comparison, deletion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kickform.app.shared.record_wording import day_words
from kickform.app.shared.wording import plain
from kickform.errors import StoreError
from kickform.history.records import SessionRecord
from kickform.history.store import open_store
from kickform.report.key_frames import jpeg
from tests.app.steps import APP, check, open_page, texts, upload
from tests.history.store.made_up import analysis_of, day, sha

PNG = b"stands for a picture"


def saved(count: int = 1, **changes: Any) -> list[SessionRecord]:
    """Put sessions into the history behind the app's back, as the command line would."""
    import numpy as np

    still = jpeg(np.full((50, 40, 3), 90, np.uint8))
    with open_store() as store:
        who = store.athlete_named("Ada", 1.7, 60)
        return [
            store.save_session(
                analysis_of(f"clip{number}.mp4", **changes), athlete=who, clip_sha256=sha(str(number)),
                filmed_at=day(number), pictures={"rep_1": still, "finding_quick": still},
            )
            for number in range(count)
        ]  # fmt: skip


@pytest.mark.parametrize("page", ["sessions", "session", "compare"])
def test_an_empty_history_says_what_to_do(app: AppTest, page: str) -> None:
    open_page(app, page)
    assert app.info
    assert not app.dataframe


def test_a_verdict_is_saved_for_a_new_athlete_and_found_again(
    app: AppTest, clip: bytes, data_dir: Path
) -> None:
    upload(app, "set.mp4", clip)
    app.number_input(key="option_height").set_value(180.0).run()
    check(app)
    app.text_input(key="save_name").input("Zoë").run()
    app.button(key="save").click().run()
    assert not app.exception
    assert "Saved for Zoë" in texts(app)
    with open_store() as store:
        (session,) = store.sessions()
        kept = store.session(session.id)
        athlete = store.athlete("Zoë")
    assert (session.clip_name, session.athlete) == ("set.mp4", "Zoë")
    assert athlete.height_m == pytest.approx(1.8)
    assert kept.track is not None
    assert {"rep_1", "finding_quick", "finding_long_contact"} <= set(kept.pictures)
    assert session.video is None, "videos are kept only where asked for"

    open_page(app, "sessions")
    assert list(app.dataframe[0].value["Clip"]) == ["set.mp4"]
    shown = app.session_state["kickform"].outcome.analysis
    open_page(app, "session", session=session.id)
    assert "Pogo jumps" in app.title[0].value
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Contact time"] == f"{shown.summary.metrics['contact_time_ms'].value:.0f} ms"
    assert "Think of the ground as hot" in texts(app)
    assert len(app.dataframe[0].value) == len(shown.reps)
    assert {"download_pdf", "download_html", "download_csv"} <= {b.key for b in app.get("download_button")}


def test_a_bad_name_shows_an_error_and_keeps_the_result(app: AppTest, clip: bytes) -> None:
    check(upload(app, "set.mp4", clip))
    app.text_input(key="save_name").input("   ").run()
    app.button(key="save").click().run()
    assert "the name must have" in app.error[0].value
    assert app.metric, "the verdict stays"
    app.text_input(key="save_name").input("Ada").run()
    app.button(key="save").click().run()
    assert "Saved for Ada" in texts(app)


def test_saving_a_clip_twice_gives_one_session(app: AppTest, clip: bytes) -> None:
    for _ in range(2):
        check(upload(app, "set.mp4", clip))
        if "save_name" in [field.key for field in app.text_input]:
            app.text_input(key="save_name").input("Ada").run()
        app.button(key="save").click().run()
        assert "Saved for Ada" in texts(app)
        app.button(key="next").click().run()
    with open_store() as store:
        assert len(store.sessions()) == 1


def test_the_video_and_a_changed_day_are_saved(app: AppTest, clip: bytes) -> None:
    from datetime import date

    check(upload(app, "set.mp4", clip))
    app.text_input(key="save_name").input("Ada").run()
    app.date_input(key="save_day").set_value(date(2025, 5, 6)).run()
    app.checkbox(key="save_video").check().run()
    app.button(key="save").click().run()
    with open_store() as store:
        (session,) = store.sessions()
    assert session.video is not None
    assert session.video.read_bytes() == clip
    assert session.filmed_at.astimezone().date() == date(2025, 5, 6)
    assert session.filmed_at_source == "user"
    open_page(app, "session", session=session.id)
    assert app.button(key="watch")


def test_height_and_mass_come_from_the_athlete(app: AppTest, clip: bytes, monkeypatch: Any) -> None:
    import kickform.pipeline.analyze as core
    from tests.app.fake import fake_analyze

    said: dict[str, Any] = {}

    def listen(path: Path, **options: Any) -> Any:
        said.update(options)
        return fake_analyze(path, **options)

    monkeypatch.setattr(core, "analyze", listen)
    saved()
    open_page(app, "check")
    check(upload(app, "set.mp4", clip))
    assert (said["height_m"], said["mass_kg"]) == (1.7, 60)
    assert app.selectbox(key="save_athlete").value == app.session_state["kickform"].options.athlete_id


def test_a_session_shows_its_day_and_saves_its_note(app: AppTest) -> None:
    (session,) = saved()
    open_page(app, "session", session=session.id)
    assert "2 Mar 2026" in texts(app)
    app.text_input(key=f"note_{session.id}").input("soft track").run()
    assert not app.exception
    with open_store() as store:
        assert store.session(session.id).record.note == "soft track"
    open_page(app, "sessions")
    assert list(app.dataframe[0].value["Note"]) == ["soft track"]


def test_the_newest_session_is_first_and_drills_can_be_filtered(app: AppTest) -> None:
    saved(3)
    with open_store() as store:
        store.save_session(
            analysis_of("hop.mp4", drill="single_leg_hop", variant="left"), athlete=store.athlete("Ada"),
            clip_sha256=None, filmed_at=day(9),
        )  # fmt: skip
    open_page(app, "sessions")
    assert list(app.dataframe[0].value["Clip"]) == ["hop.mp4", "clip2.mp4", "clip1.mp4", "clip0.mp4"]
    app.session_state["sessions_drill"] = ["single_leg_hop"]
    app.run()
    assert list(app.dataframe[0].value["Clip"]) == ["hop.mp4"]


def test_a_session_of_an_uninstalled_drill_is_shown(app: AppTest) -> None:
    (session,) = saved(drill="moon_walk", variant="")
    open_page(app, "sessions")
    assert "Moon walk" in list(app.dataframe[0].value["Drill"])
    open_page(app, "session", session=session.id)
    assert app.title[0].value == "Moon walk"


def test_best_and_worst_rep_stand_side_by_side(app: AppTest) -> None:
    (session,) = saved()
    open_page(app, "compare", session=session.id)
    table = app.dataframe[0].value
    assert list(table["Number"])[:2] == ["Score", "Contact time"]
    reps = sorted(analysis_of().reps, key=lambda rep: rep.score or 0)
    assert f"Rep {reps[-1].number}" in table.columns
    assert f"Rep {reps[0].number}" in table.columns
    app.slider(key="compare_phase").set_value(80).run()
    assert not app.exception


def test_without_a_picture_the_skeleton_is_drawn_if_poses_were_saved(app: AppTest) -> None:
    with open_store() as store:
        who = store.athlete_named("Ada")
        bare = [
            store.save_session(one, athlete=who, clip_sha256=sha(str(number)), filmed_at=day(number))
            for number, one in enumerate([analysis_of(), replace(analysis_of(), motion=None)])
        ]
    open_page(app, "session", session=bare[0].id)
    assert "so you see its skeleton" in texts(app)
    open_page(app, "session", session=bare[1].id)
    assert "no saved video and no pictures of its reps" in texts(app)
    open_page(app, "compare", session=bare[0].id)
    assert "No picture of this rep was saved" not in texts(app)


def test_two_sessions_are_compared_with_a_warning_if_filmed_differently(app: AppTest) -> None:
    first, second = saved(2)
    with open_store() as store:
        plain_one = analysis_of("slow.mp4")
        slow = replace(plain_one, video=replace(plain_one.video, mean_fps=30.0))
        other = store.save_session(slow, athlete=first.athlete_id, clip_sha256=None, filmed_at=day(5))
    open_page(app, "compare", session=first.id, **{"with": second.id})
    assert not app.warning
    assert list(app.dataframe[0].value["Change"])[1] == "0 ms"
    open_page(app, "compare", session=second.id, **{"with": first.id})
    app.selectbox(key="compare_with").select(first.id).run()
    # The earlier one stands on the left, wherever one comes from: the change is read forward in time.
    assert list(app.dataframe[0].value.columns)[1:3] == [day_words(s.filmed_at) for s in (first, second)]
    open_page(app, "compare", session=first.id, **{"with": other.id})
    app.selectbox(key="compare_with").select(other.id).run()
    assert "30" in app.warning[0].value


def test_a_session_is_deleted_only_after_asking(app: AppTest) -> None:
    first, second = saved(2)
    open_page(app, "session", session=first.id)
    app.button(key="delete_session").click().run()
    with open_store() as store:
        assert len(store.sessions()) == 2, "asked first"
    app.button(key="delete_for_good").click().run()
    with open_store() as store:
        assert [session.id for session in store.sessions()] == [second.id]
    open_page(app, "session", session=first.id)
    assert "not in your history" in app.info[0].value


def test_a_broken_history_gives_one_sentence(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "kickform.db").write_bytes(b"not a database at all, but long enough to look at" * 40)
    with pytest.raises(StoreError) as told:
        open_store()
    at = AppTest.from_file(APP, default_timeout=60).run()
    assert not at.exception
    assert [error.value for error in at.error] == [plain(str(told.value))]
    open_page(at, "about")
    assert "Your video stays here" in texts(at), "pages that need no history work"
