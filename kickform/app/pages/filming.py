"""How to film: the page, and the short card next to the upload and next to errors."""

from __future__ import annotations

import streamlit as st

from kickform.app.shared.svg import draw, filming
from kickform.drills import all_drills

__all__ = ["filming_card", "filming_page"]

_SHORT = """
- **Side on, phone still**: on a tripod or bench at hip height, 3–4 m away. For hops, skips and the ladder,
  go back to 5–8 m and turn on the spot to follow.
- **Head to feet in the picture**, with room above for the jump. One athlete only.
- **60 fps or more** in good light. Use 120 or 240 fps if you can, above all for the ladder.
"""

_LONG = """
1. **Put the phone down** at hip height, on a tripod, a bench or against a bottle. It must not move.
2. **Film from the side, 3–4 m away**, at a right angle to the way the athlete faces. From any other angle
   you get times and counts, but no joint angles.
3. **For hops, skips and the ladder**, stand 5–8 m back and hold the phone sideways. Turn on the spot to
   follow; do not walk along. For hops, film from the side of the hopping leg.
4. **Keep the whole body in the picture**, above all the feet, with room above the head for the jump.
5. **Film at 60 fps or more.** At 30 fps contact times are rough, and the ladder cannot be timed. 120 or
   240 fps (slow motion) is best. iPhone: *Settings, Camera, Record Video*. Android: video settings of the
   camera.
6. **Use good light.** In daylight or a bright hall the shutter is short (1/500 s) and the feet stay sharp.
7. **One athlete, plain background**, and shoes that stand out from the floor.
8. **Stand still, do the set, stand still again.** KickForm leaves out standing and walking. One drill per
   clip works best.
"""


def filming_card() -> None:
    """Show the drawing and the three most important points."""
    with st.container(border=True):
        st.markdown("##### How to film it")
        draw(filming(), "filming_card")
        st.markdown(_SHORT)


def filming_page() -> None:
    """Show the full guide to filming, and each drill with its own advice."""
    st.title("How to film")
    st.markdown("A good clip takes a minute to set up and makes every number better.")
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
            st.markdown(f"**Cue.** {drill.cue}")
