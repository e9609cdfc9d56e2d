"""How to film: the page, and the short form that stands beside the upload and beside every refusal."""

from __future__ import annotations

import streamlit as st

from kickform.app.shared.svg import draw, filming
from kickform.drills import all_drills

__all__ = ["filming_card", "filming_page"]

_SHORT = """
- **Side on, phone still**: on a tripod or a bench at hip height, 3–4 m away. For hops, skips and the ladder
  stand back 5–8 m, and turn on the spot to follow.
- **Head to feet in the picture**, with room above for the jump. One athlete.
- **60 frames a second or more**; 120 or 240 is better, above all for the ladder. Good light.
"""

_LONG = """
1. **Put the phone down.** A tripod, a bench, a shoe against a bottle: it must not move. Hip height.
2. **Stand it 3–4 m away, at a right angle** to the way the athlete faces. From the side joint angles can be
   trusted; from an angle only times and counts can.
3. **Where the drill travels** (hops, skips, the ladder), stand back 5–8 m with the phone sideways. Follow by
   turning on the spot; do not walk along. For hops film the hopping leg's side.
4. **Keep the whole body in the picture**, the feet above all, with room above the head for the jump.
5. **Film at 60 frames a second or more.** Contact times get sharper with every step: 30 is coarse and too
   little for the ladder, 120 or 240 (slow motion) is best. On iPhone: *Settings, Camera, Record Video*; on
   Android: in the camera's video settings.
6. **Light matters.** Daylight or a bright hall lets the phone use a short shutter (1/500 s), and the
   feet stay sharp.
7. **One athlete, plain background**, shoes that stand out from the floor.
8. **Start standing still, do the set, stand still again.** KickForm leaves out standing and walking by
   itself. One drill a clip is best.
"""


def filming_card() -> None:
    """Show the drawing with the three points that matter most."""
    with st.container(border=True):
        st.markdown("##### How to film it")
        draw(filming(), "filming_card")
        st.markdown(_SHORT)


def filming_page() -> None:
    """Show everything about filming, and each drill with what it asks for."""
    st.title("How to film")
    st.markdown("A good clip takes a minute to set up, and no clip can be judged beyond what it shows.")
    picture, points = st.columns([2, 3], gap="large")
    with picture:
        draw(filming(), "filming_page")
    with points:
        st.markdown(_LONG)
    st.header("The drills")
    for drill in all_drills().values():
        with st.container(border=True):
            st.subheader(drill.title)
            st.markdown(f"**How to do it.** {drill.how_to}")
            st.markdown(f"**How to film it.** {drill.how_to_film}")
            st.markdown(f"**Think of this.** {drill.cue}")
