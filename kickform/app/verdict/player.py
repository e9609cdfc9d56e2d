"""The overlay video with its controls; a click on a rep moves the player there and pauses it.

`st.video(start_time=...)` starts at whole seconds only, so a small component sets the time of the page's
video element. Clicks on the rep buttons stay in the browser; other parts of the page (table, charts,
findings) move the player through `Seek`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from kickform.results.analysis import Analysis

__all__ = ["Seek", "player"]

_VIDEO_KEY = "kickform_player"
_PORTRAIT_WIDTH_PX = 420

_HTML = """
<div class="kf">
  <div class="row">
    <input type="range" min="0" max="1" step="0.001" value="0" aria-label="Position in the clip">
  </div>
  <div class="row" role="group" aria-label="Player controls">
    <button type="button" class="play" aria-label="Play"><svg viewBox="0 0 16 16"></svg></button>
    <button type="button" data-step="-1" title="One frame back" aria-label="One frame back">&#8249;</button>
    <button type="button" data-step="1" title="One frame forward"
      aria-label="One frame forward">&#8250;</button>
    <span class="clock">0.00 s</span>
    <span class="grow"></span>
    <button type="button" data-rate="1" title="Full speed">1&times;</button>
    <button type="button" data-rate="0.5" title="Half speed">&frac12;&times;</button>
    <button type="button" data-rate="0.25" title="Quarter speed">&frac14;&times;</button>
    <button type="button" class="full" title="Full screen" aria-label="Full screen">
      <svg viewBox="0 0 16 16"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>
    </button>
  </div>
  <div class="row reps" role="group" aria-label="Go to a rep"></div>
</div>
"""

_CSS = """
.kf { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.9rem; }
.row { display: flex; flex-wrap: wrap; gap: 5px; align-items: center; margin-bottom: 8px; }
.grow { flex: 1 1 0; }
.label { opacity: 0.75; margin-right: 2px; }
.clock { font-variant-numeric: tabular-nums; min-width: 3.6em; padding-left: 2px; }
input {
  flex: 1; margin: 6px 0 2px; height: 10px; cursor: pointer; appearance: none; -webkit-appearance: none;
  background: var(--st-border-color); border-radius: 5px;
}
input::-webkit-slider-thumb {
  -webkit-appearance: none; width: 20px; height: 20px; border-radius: 50%; border: 0;
  background: var(--st-primary-color);
}
input::-moz-range-thumb {
  width: 20px; height: 20px; border-radius: 50%; border: 0; background: var(--st-primary-color);
}
svg { width: 16px; height: 16px; vertical-align: -3px; fill: none; stroke: currentColor; stroke-width: 2; }
.reps button { min-width: 38px; }
.play svg { fill: currentColor; stroke: none; }
button {
  font: inherit; color: inherit; cursor: pointer; min-width: 34px; min-height: 36px; padding: 4px 6px;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); font-variant-numeric: tabular-nums;
}
button:hover { border-color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button[aria-pressed="true"], button[aria-current="true"] {
  background: var(--st-primary-color); border-color: var(--st-primary-color); color: #fff;
}
"""

_JS = """
const players = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".kf")
  if (!root) return
  let own = players.get(parentElement)
  if (!own) { own = { seen: 0, wish: 0 }; players.set(parentElement, own) }
  own.data = data

  const slider = root.querySelector("input")
  const find = () => document.querySelector(`.st-key-${own.data.video_key} video`)

  // Run `act` once the video is loaded and knows its length; a newer request replaces an older one.
  const withVideo = (act) => {
    const wish = ++own.wish
    const until = performance.now() + 10000
    const look = () => {
      if (wish !== own.wish || performance.now() > until) return
      const video = find()
      if (video && video.readyState >= 1) act(video)
      else setTimeout(look, 60)
    }
    look()
  }

  // The first frame at or after a time: a rep's first frame, not the last one of the rep before.
  const frameAt = (time) => own.data.frame_times.find((one) => one >= time - 0.002) ?? time

  const goTo = (time, show) => withVideo((video) => {
    video.pause()
    // Half a millisecond into the frame: at its edge a rounding error would show the frame before.
    video.currentTime = Math.max(0, Math.min(time + 0.0005, video.duration || time))
    refresh()
    if (!show) return
    // The clicked element may take the focus and stop a smooth scroll half way, so scroll again later.
    setTimeout(() => reveal(video, "smooth"), 100)
    setTimeout(() => reveal(video, "auto"), 700)
  })

  const reveal = (video, behavior) => {
    const box = video.getBoundingClientRect()
    const hidden = box.top < 50 || box.bottom > window.innerHeight
    if (hidden) video.scrollIntoView({ block: "center", behavior })
  }

  const step = (direction) => withVideo((video) => {
    const times = own.data.frame_times
    if (!times.length) return
    let now = 0
    while (now + 1 < times.length && times[now + 1] <= video.currentTime + 0.0001) now += 1
    goTo(times[Math.max(0, Math.min(times.length - 1, now + direction))], false)
  })

  const toggle = () => withVideo((video) => {
    if (video.paused) video.play().catch(() => {})
    else video.pause()
  })

  // The browser's own controls would cover the contact bar, so they show in full screen only.
  const tame = (video) => {
    video.controls = document.fullscreenElement === video
    if (video.dataset.kickform) return
    video.dataset.kickform = "yes"
    video.style.cursor = "pointer"
    video.addEventListener("click", () => { if (!video.controls) toggle() })
  }

  const refresh = () => {
    const video = find()
    if (!video) return
    tame(video)
    const now = video.currentTime
    root.querySelector(".clock").textContent = `${now.toFixed(2)} s`
    const play = root.querySelector(".play")
    const action = video.paused ? "Play" : "Pause"
    if (play.title !== action) {
      play.title = action
      play.setAttribute("aria-label", action)
      const shape = video.paused ? "M4 2l10 6-10 6z" : "M3 2h4v12H3zM9 2h4v12H9z"
      play.innerHTML = `<svg viewBox="0 0 16 16"><path d="${shape}"/></svg>`
    }
    if (video.duration) {
      slider.max = video.duration
      if (!own.dragging) slider.value = now
    }
    for (const button of root.querySelectorAll("[data-rate]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === video.playbackRate))
    }
    let current = -1
    own.data.reps.forEach((rep, place) => { if (now >= rep.time_s - 0.001) current = place })
    root.querySelectorAll("[data-rep]").forEach((button, place) => {
      button.setAttribute("aria-current", String(place === current))
    })
  }

  const label = document.createElement("span")
  label.className = "label"
  label.textContent = "Rep"
  root.querySelector(".reps").replaceChildren(label, ...data.reps.map((rep) => {
    const button = document.createElement("button")
    button.type = "button"
    button.dataset.rep = rep.number
    button.textContent = rep.number
    button.title = `Rep ${rep.number}, at ${rep.time_s.toFixed(2)} s`
    button.setAttribute("aria-label", button.title)
    return button
  }))

  slider.oninput = () => { own.dragging = true; goTo(Number(slider.value), false) }
  slider.onchange = () => { own.dragging = false }

  root.onclick = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    if (button.classList.contains("play")) toggle()
    if (button.classList.contains("full")) {
      withVideo((video) => {
        if (video.requestFullscreen) video.requestFullscreen().catch(() => {})
        else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen()
      })
    }
    if (button.dataset.step) step(Number(button.dataset.step))
    if (button.dataset.rate) withVideo((video) => { video.playbackRate = Number(button.dataset.rate) })
    if (button.dataset.rep) {
      const rep = own.data.reps.find((one) => String(one.number) === button.dataset.rep)
      if (rep) goTo(frameAt(rep.time_s), true)
    }
  }

  if (data.seek && data.seek.count !== own.seen) {
    own.seen = data.seek.count
    goTo(frameAt(data.seek.time_s), true)
  }
  own.refresh = refresh
  if (!own.timer) own.timer = setInterval(() => own.refresh(), 80)
  refresh()
  return () => { clearInterval(own.timer); own.timer = undefined; own.wish += 1 }
}
"""

_CONTROLS = st.components.v2.component("kickform_player_controls", html=_HTML, css=_CSS, js=_JS)


@dataclass(frozen=True, slots=True)
class Seek:
    """A request to show one time of the clip; `count` tells a new request from a repeated one."""

    time_s: float
    count: int


def player(analysis: Analysis, overlay: Path, seek: Seek | None, frame_times: Sequence[float]) -> None:
    """Show the overlay video with frame steps, speeds and a button per rep; go to `seek` if it is new."""
    portrait = analysis.video.height > analysis.video.width
    words = f"Video with skeleton, knee angle and contact bar; {len(analysis.reps)} reps."
    with st.container(key=_VIDEO_KEY, horizontal_alignment="center"):
        st.video(str(overlay), alt=words, width=_PORTRAIT_WIDTH_PX if portrait else "stretch")
    data: dict[str, Any] = {
        "video_key": _VIDEO_KEY,
        "reps": [{"number": rep.number, "time_s": rep.start_s} for rep in analysis.reps],
        "frame_times": [round(time_s, 5) for time_s in frame_times],
        "seek": None if seek is None else {"time_s": seek.time_s, "count": seek.count},
    }
    _CONTROLS(data=data, key="kickform_controls")
