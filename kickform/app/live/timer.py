"""A timer for sets and rests. It runs in the browser, needs no network and beeps if sound is on.

Its state is kept in the browser's session storage: it goes on while another page is open, and is gone when
the tab is closed.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

__all__ = ["set_timer"]

_HTML = """
<div class="timer">
  <div class="face" role="timer" aria-live="off">
    <span class="what">Ready</span><span class="clock"></span>
  </div>
  <div class="bar" aria-hidden="true"><div class="fill"></div></div>
  <div class="said" role="status" aria-live="polite"></div>
  <div class="row">
    <button type="button" class="go">Start the first set</button>
    <button type="button" class="reset">Start over</button>
    <label><input type="checkbox" class="sound" checked> Sound</label>
  </div>
</div>
"""

_CSS = """
.timer { font-family: var(--st-font); color: var(--st-text-color); }
.face { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; flex-wrap: wrap; }
.what { font-size: 1.1rem; font-weight: 600; }
.clock { font-size: 2.6rem; font-weight: 700; font-variant-numeric: tabular-nums; line-height: 1.1; }
.bar {
  height: 10px; border-radius: 5px; background: var(--st-border-color); overflow: hidden; margin: 8px 0 6px;
}
.fill { height: 100%; width: 0; background: var(--st-primary-color); }
.said { min-height: 1.4em; font-size: 0.9rem; opacity: 0.85; }
.row { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; margin-top: 8px; }
button {
  font: inherit; cursor: pointer; min-height: 42px; padding: 6px 16px; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
}
button.go { background: var(--st-primary-color); border-color: var(--st-primary-color); color: #fff; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
label { display: flex; gap: 6px; align-items: center; min-height: 42px; }
"""

_JS = """
const timers = new WeakMap()
const STORED = "kickform_set_timer", FORGET_MS = 3 * 3600 * 1000

const recall = () => {
  const fresh = { set: 0, state: "ready", until: 0 }
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORED))
    return kept && Date.now() - kept.at < FORGET_MS ? { ...fresh, ...kept } : fresh
  } catch (error) { return fresh /* go on without storage */ }
}

const keep = ({ set, state, until }) => {
  try { sessionStorage.setItem(STORED, JSON.stringify({ set, state, until, at: Date.now() })) }
  catch (error) { /* the timer then lives only while the page is open */ }
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".timer")
  if (!root) return
  let own = timers.get(parentElement)
  if (!own) { own = recall(); timers.set(parentElement, own) }
  own.data = data
  const at = (name) => root.querySelector(`.${name}`)

  const beep = (times) => {
    if (!at("sound").checked) return
    try {
      own.audio = own.audio || new AudioContext()
      for (let i = 0; i < times; i += 1) {
        const tone = own.audio.createOscillator()
        const loud = own.audio.createGain()
        tone.frequency.value = 880
        loud.gain.value = 0.15
        tone.connect(loud).connect(own.audio.destination)
        tone.start(own.audio.currentTime + 0.25 * i)
        tone.stop(own.audio.currentTime + 0.25 * i + 0.15)
      }
    } catch (error) { /* go on without sound */ }
  }

  const words = (seconds) => {
    const whole = Math.max(0, Math.ceil(seconds))
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
  }

  const show = () => {
    const { sets, recovery_s } = own.data
    const left = (own.until - Date.now()) / 1000
    if (own.state === "rest" && left <= 0) {
      own.state = "ready"
      if (left > -2) beep(3)
    }
    // The number of sets may have changed meanwhile.
    if (own.state !== "work" && own.set) own.state = own.set >= sets ? "done" : own.state
    if (own.state === "done" && own.set < sets) own.state = "ready"
    const next = own.set + 1
    at("go").hidden = own.state === "done"
    if (own.state === "work") {
      at("what").textContent = `Set ${own.set} of ${sets}`
      at("clock").textContent = ""
      at("go").textContent = own.set < sets ? "Set done: rest" : "Set done: finish"
      at("said").textContent = "Take your time. Form comes first."
    } else if (own.state === "rest") {
      at("what").textContent = "Rest"
      at("clock").textContent = words(left)
      at("go").textContent = `Start set ${next} now`
      at("said").textContent = `Recover fully before set ${next}: walk, shake out, breathe.`
    } else if (own.state === "done") {
      at("what").textContent = "Done"
      at("clock").textContent = ""
      at("said").textContent = `${sets} set${sets === 1 ? "" : "s"}. That is enough for today.`
    } else {
      at("what").textContent = own.set ? "Rested" : "Ready"
      at("clock").textContent = own.set ? "0:00" : ""
      at("go").textContent = own.set ? `Start set ${next}` : "Start the first set"
      at("said").textContent = own.set ? "Go when you feel fresh." : sets === 1 ? "One set."
        : `${sets} sets, ${words(recovery_s)} min rest between them.`
    }
    const share = own.state === "rest" ? 1 - Math.max(0, left) / recovery_s : own.set / sets
    at("fill").style.width = `${100 * Math.min(1, own.state === "ready" && own.set ? 1 : share)}%`
  }

  at("go").onclick = () => {
    if (own.state === "work") {
      if (own.set >= own.data.sets) { own.state = "done"; beep(1) }
      else { own.state = "rest"; own.until = Date.now() + 1000 * own.data.recovery_s }
    } else { own.set += 1; own.state = "work"; beep(1) }
    keep(own)
    show()
  }
  at("reset").onclick = () => { own.set = 0; own.state = "ready"; keep(own); show() }
  own.show = show
  if (!own.timer) own.timer = setInterval(() => own.show(), 250)
  show()
  return () => { clearInterval(own.timer); own.timer = undefined }
}
"""

_TIMER = st.components.v2.component("kickform_set_timer", html=_HTML, css=_CSS, js=_JS)


def set_timer(sets: int, recovery_s: int, key: str = "set_timer") -> None:
    """Show the timer for `sets` sets with `recovery_s` seconds of rest between them."""
    data: dict[str, Any] = {"sets": sets, "recovery_s": recovery_s}
    _TIMER(data=data, key=f"{key}_{sets}_{recovery_s}")
