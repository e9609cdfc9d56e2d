"""About KickForm: what it measures, how far to trust it, and that nothing leaves the machine."""

from __future__ import annotations

import streamlit as st

from kickform._version import __version__

__all__ = ["about_page"]

_PRIVACY = """
- Your video is read, judged and drawn **on the machine that runs KickForm**. It is sent nowhere: there
  are no accounts, no cloud and no usage statistics, and the page loads nothing from other sites.
- What you upload lies in a temporary folder of that machine. It is removed when you take another clip,
  a few minutes after you close the page, and when KickForm is stopped.
- What you **save** (numbers, the skeleton, pictures of single frames; the video only if you say so) lies in
  your data folder; *Settings* says where, exports it and deletes it. What you download is yours.
"""

_NUMBERS = """
- **±** is the 95 % interval: the true value lies inside it 19 times out of 20, as far as the measurement
  goes. How you differ from day to day comes on top.
- **Contact time** runs from the first instant a foot bears on the ground to the last; **flight time** from
  there to the next touchdown. In slow-motion clips, times are given in real time.
- **Reps and numbers** are those of the drill, which KickForm tells from the movement; name it in the options
  where that goes wrong. Left and right are the athlete's own.
- **Joint angles** are measured in a side view only. Those of the leg away from the camera are less certain.
- **Score** (0 to 100) is a coaching convention, not a medical finding. The ranges called *good* come
  from published measurements and from coaches.
- What a clip cannot show is **left out, with the reason**. It is not guessed.
"""


def about_page() -> None:
    """Show the privacy promise and what the numbers mean."""
    st.title("About KickForm")
    st.markdown(
        "KickForm checks the form of plyometric drills from a phone video: contact times, reps, angles, a "
        "score, and what to think of next time."
    )
    st.header("Your video stays here")
    st.markdown(_PRIVACY)
    st.header("What the numbers mean")
    st.markdown(_NUMBERS)
    st.caption(f"KickForm {__version__}. KickForm is a training aid, not a medical device.")
