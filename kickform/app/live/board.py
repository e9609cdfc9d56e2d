"""The board of a live set, readable from four metres, with a beep or a spoken count.

The browser makes the sounds. Voices that need the network are not used.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

__all__ = ["show_board"]

_HTML = """
<div class="board" role="status" aria-live="polite">
  <div class="top"><span class="title"></span><span class="score"></span></div>
  <div class="count" aria-label="Reps">0</div>
  <div class="number">
    <div class="line"><span class="label"></span><span class="value"></span></div>
    <div class="bar"><i class="zone"></i><b class="mark"></b></div>
    <div class="small mean"></div>
    <div class="small precision"></div>
  </div>
  <div class="cue"></div>
  <div class="small frames"></div>
</div>
"""

_CSS = """
.board { font-family: var(--st-font); color: var(--st-text-color); display: flex; flex-direction: column;
  gap: 0.4rem; container-type: inline-size; }
.top { display: flex; justify-content: space-between; gap: 1rem; font-size: 1.3rem; font-weight: 600; }
.count { font-size: min(62cqw, 20rem); line-height: 0.95; font-weight: 750; text-align: center;
  font-variant-numeric: tabular-nums; }
.count.go { color: var(--st-primary-color); }
.line { display: flex; justify-content: space-between; align-items: baseline; gap: 0.8rem; }
.label { font-size: 1.3rem; }
.value { font-size: min(17cqw, 5.5rem); line-height: 1; font-weight: 700; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.value.good { color: var(--st-green-color); }
.value.poor { color: var(--st-orange-color); }
.bar { position: relative; height: 1.5rem; margin: 0.5rem 0; border-radius: 0.75rem;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); }
.zone { position: absolute; top: 0; bottom: 0; border-radius: 0.75rem; background: var(--st-green-color);
  opacity: 0.55; }
.mark { position: absolute; top: -0.35rem; bottom: -0.35rem; width: 0.55rem; margin-left: -0.27rem;
  border-radius: 0.3rem; background: var(--st-text-color); transition: left 0.15s; }
.small { font-size: 1rem; min-height: 1.4em; opacity: 0.85; }
.cue { font-size: min(8cqw, 2.3rem); line-height: 1.2; font-weight: 650; min-height: 2.4em; }
[hidden] { display: none !important; }
"""

_JS = """
const boards = new WeakMap()

// One sound source for the page; browsers allow sound only after a click.
let audio = null
const beep = (pitch, length) => {
  try {
    audio = audio || new AudioContext()
    if (audio.state === "suspended") audio.resume()
    const tone = audio.createOscillator(), volume = audio.createGain(), now = audio.currentTime
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.25, now)
    volume.gain.exponentialRampToValueAtTime(0.001, now + length)
    tone.connect(volume).connect(audio.destination)
    tone.start(now)
    tone.stop(now + length)
  } catch (error) { /* go on without sound */ }
}

// Voices that are not local would send the words away, so without a local voice it beeps.
const say = (words) => {
  const voices = window.speechSynthesis ? speechSynthesis.getVoices() : []
  const local = voices.filter((one) => one.localService)
  const voice = local.find((one) => one.lang.startsWith("en")) || local[0]
  if (!voice) return false
  const speech = new SpeechSynthesisUtterance(words)
  speech.voice = voice
  speech.rate = 1.3
  speechSynthesis.cancel()
  speechSynthesis.speak(speech)
  return true
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".board")
  if (!root) return
  let own = boards.get(parentElement)
  if (!own) { own = { count: data.count, left: -1 }; boards.set(parentElement, own) }
  const set = (name, words) => {
    const part = root.querySelector("." + name)
    if (part.textContent !== String(words)) part.textContent = words
    return part
  }

  const waiting = data.phase === "countdown"
  set("title", data.title)
  set("score", data.score === null ? "" : `Score ${data.score}`)
  set("count", waiting ? data.left : data.count).classList.toggle("go", waiting)
  set("cue", waiting ? "Stand still, side on" : data.cue).hidden = !data.cue && !waiting
  set("frames", data.frames)
  const number = data.number
  root.querySelector(".number").hidden = !number || waiting
  if (number) {
    set("label", number.label)
    const value = set("value", number.value === null ? "\\u2013" : number.value)
    value.classList.toggle("good", number.is_good === true)
    value.classList.toggle("poor", number.is_good === false)
    set("mean", number.mean)
    set("precision", number.precision)
    const zone = root.querySelector(".zone"), mark = root.querySelector(".mark")
    zone.style.left = `${100 * number.good[0]}%`
    zone.style.width = `${100 * (number.good[1] - number.good[0])}%`
    mark.hidden = number.place === null
    if (number.place !== null) mark.style.left = `${100 * number.place}%`
  }

  if (data.sound !== "off") {
    if (waiting && data.left !== own.left) beep(data.left > 0 ? 520 : 880, 0.15)
    if (data.phase === "running" && own.phase === "countdown") beep(880, 0.5)
    if (data.count > own.count && data.phase === "running") {
      if (data.sound !== "spoken" || !say(String(data.count))) beep(700, 0.12)
    }
  }
  own.count = Math.max(data.count, waiting ? 0 : own.count)
  own.left = data.left
  own.phase = data.phase
}
"""

_BOARD = st.components.v2.component("kickform_live_board", html=_HTML, css=_CSS, js=_JS)


def show_board(data: dict[str, Any]) -> None:
    """Show the board with the values of `kickform.app.live.wording.board_data`."""
    _BOARD(data=data, key="kickform_live_board")
