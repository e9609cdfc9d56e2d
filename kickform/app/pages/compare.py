"""The page *Compare*: two sessions side by side, or the best and the worst rep of one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kickform.app.routes import address_number, link
from kickform.app.services.history import sessions_of, stored_session
from kickform.app.shared.record_wording import day_words, session_words
from kickform.app.shared.svg import draw
from kickform.app.shared.wording import plain
from kickform.app.verdict.pose_compare import overlay_skeletons
from kickform.history.compare import (
    ComparedNumber,
    best_and_worst,
    compare_reps,
    compare_sets,
    comparison_caveats,
    posture_at,
)
from kickform.history.records import SessionRecord, StoredSession
from kickform.report.key_frames import rep_name
from kickform.report.overlay.video import drill_title
from kickform.results.findings import RepResult

__all__ = ["compare_page"]


def compare_page() -> None:
    """Show the session in the address next to another one, or its best rep next to its worst."""
    first = stored_session(address_number("session") or 0)
    if first is None:
        st.title("Compare")
        st.info("This session is not in your history. It may have been deleted.", icon=":material/info:")
        link("sessions", "All sessions", icon=":material/list:")
        return
    st.title(f"Compare: {drill_title(first.analysis)}")
    link(
        "session",
        f"Back to {session_words(first.record)}",
        icon=":material/arrow_back:",
        session=first.record.id,
    )
    second = _other(first.record)
    if second is None:
        _own_reps(first)
    else:
        earlier, later = sorted((first, second), key=lambda one: one.record.filmed_at)
        _two(earlier, later)


def _other(record: SessionRecord) -> StoredSession | None:
    """Show a choice of sessions to compare with; return one, or None for the session's own reps."""
    others = [
        s for s in reversed(sessions_of(record.athlete_id)) if s.drill == record.drill and s.id != record.id
    ]
    ids = [None, *(other.id for other in others)]
    wanted = address_number("with")
    names = {other.id: session_words(other) for other in others}
    chosen = st.selectbox(
        "Compare with", ids, index=ids.index(wanted) if wanted in ids else 0, width=420, key="compare_with",
        format_func=lambda one: "Best and worst rep of this session" if one is None else names[one],
    )  # fmt: skip
    return None if chosen is None else stored_session(chosen)


def _own_reps(session: StoredSession) -> None:
    pair = best_and_worst(session.analysis)
    if pair is None:
        st.info(
            "This session has fewer than two scored reps, so there is nothing to compare.",
            icon=":material/info:",
        )
        return
    left, right = _choose_reps(session, session, pair)
    names = tuple(
        f"the {word}" if rep == wanted else "your choice"
        for rep, wanted, word in ((left, pair[0], "best"), (right, pair[1], "worst"))
    )
    _side_by_side(session, left, session, right, (names[0], names[1]))
    st.subheader("Numbers side by side", anchor=False)
    rows = compare_reps(session.analysis, left, session.analysis, right)
    _numbers(rows, f"Rep {left.number}", f"Rep {right.number}")


def _two(first: StoredSession, second: StoredSession) -> None:
    for reason in comparison_caveats(first.record, second.record):
        st.warning(f"Compare with care: {plain(reason)}.", icon=":material/warning:")
    names = _days(first.record, second.record)
    st.subheader("Numbers side by side", anchor=False)
    _numbers(compare_sets(first.analysis, second.analysis), *names)
    pairs = [best_and_worst(one.analysis) for one in (first, second)]
    best = [
        pair[0] if pair else one.analysis.reps[0] for pair, one in zip(pairs, (first, second), strict=True)
    ]
    left, right = _choose_reps(first, second, (best[0], best[1]))
    _side_by_side(first, left, second, right, names)


def _days(first: SessionRecord, second: SessionRecord) -> tuple[str, str]:
    """Return the days of two sessions, with the time if both are on one day."""
    days = [day_words(one.filmed_at) for one in (first, second)]
    if days[0] == days[1]:
        days = [
            f"{day}, {one.filmed_at.astimezone():%H:%M}"
            for day, one in zip(days, (first, second), strict=True)
        ]
    return days[0], days[1]


def _choose_reps(
    first: StoredSession, second: StoredSession, wanted: tuple[RepResult, RepResult]
) -> tuple[RepResult, RepResult]:
    """Show a choice of rep for each side and return both reps."""
    chosen = []
    key = f"{first.record.id}_{second.record.id}"
    with st.container(horizontal=True):
        for side, session, rep in (("left", first, wanted[0]), ("right", second, wanted[1])):
            reps = session.analysis.reps
            number = st.selectbox(
                f"Rep on the {side}", [one.number for one in reps], index=reps.index(rep), width=180,
                key=f"compare_{side}_{key}",
            )  # fmt: skip
            chosen.append(next(one for one in reps if one.number == number))
    return chosen[0], chosen[1]


def _side_by_side(
    first: StoredSession, left: RepResult, second: StoredSession, right: RepResult, names: tuple[str, str]
) -> None:
    """Show the key frame of each rep, and both skeletons at one phase of the movement."""
    sides = (
        (first, left, names[0], ":orange[:material/person:]"),
        (second, right, names[1], ":blue[:material/person:]"),
    )
    pictures, skeletons = st.columns([1, 1], gap="large")
    with pictures:
        st.subheader("Key frames", anchor=False)
        with st.grid(2, min_column_width=140):
            for place, (session, rep, name, mark) in enumerate(sides):
                with st.container():
                    st.markdown(f"{mark} **Rep {rep.number}**, {plain(name)}")
                    _picture(session, rep, place)
        st.caption("One picture is saved for each rep. Use the skeletons to see any other moment.")
    with skeletons:
        _skeletons(first, left, second, right, names)


def _picture(session: StoredSession, rep: RepResult, place: int) -> None:
    still = session.pictures.get(rep_name(rep.number))
    words = f"Rep {rep.number} of {session_words(session.record)}, key frame"
    if still is not None:
        st.image(still, width="stretch", alt=words)
    elif session.track is not None:
        posture = posture_at(session.track, rep, 0.5)
        left, right = (posture, None) if place == 0 else (None, posture)
        draw(overlay_skeletons(left, right, f"{words}, as a skeleton"), f"compare_figure_{place}")
    else:
        st.caption("No picture of this rep was saved.")


@st.fragment
def _skeletons(
    first: StoredSession, left: RepResult, second: StoredSession, right: RepResult, names: tuple[str, str]
) -> None:
    st.subheader("Skeletons on top of each other", anchor=False)
    if first.track is None or second.track is None:
        st.caption("One of the two sessions has no saved skeleton.")
        return
    phase = st.slider(
        "Phase of the rep", 0, 100, 50, format="%d %%", key="compare_phase",
        help="0 % is the start of the rep, 50 % its key frame, 100 % its end.",
    )  # fmt: skip
    postures = [
        posture_at(session.track, rep, phase / 100)
        for session, rep in ((first, left), (second, right))
        if session.track is not None
    ]
    solid, dashed = f"rep {left.number} solid", f"rep {right.number} dashed"
    alt = f"Two skeletons at {phase} % of the rep: {solid}, {dashed}"
    draw(overlay_skeletons(postures[0], postures[1], alt), "compare_skeletons")
    st.caption(
        f":orange[**Solid**]: rep {left.number}, {plain(names[0])}. :blue[**Dashed**]: rep {right.number}, "
        f"{plain(names[1])}. Scaled to the same height."
    )


def _numbers(rows: list[ComparedNumber], first: str, second: str) -> None:
    """Show two columns of numbers and what differs."""
    frame = pd.DataFrame(
        [
            {"Number": row.label, first: row.first, _distinct(first, second): row.second,
             "Change": row.change, "Real difference?": _sure_words(row)}
            for row in rows
        ]
    )  # fmt: skip
    columns: dict[str, Any] = {"Number": st.column_config.TextColumn(pinned=True)}
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_config=columns,
        alt=f"Numbers of {first} and {second}",
    )
    st.caption(
        "Real difference: yes if the change is larger than the 95 % interval of both numbers together."
    )


def _distinct(first: str, second: str) -> str:
    return second if second != first else f"{second} (2)"


def _sure_words(row: ComparedNumber) -> str:
    return "" if row.is_sure is None else "yes" if row.is_sure else "no"
