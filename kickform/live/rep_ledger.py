"""Which reps of a live session count:

every judging of the last seconds proposes, the ledger decides. Each judging sees the reps of its window
afresh. A rep counts once
judgings agree for a moment on where it ends (or once it ended a while ago); what later judgings say of it
replaces the numbers until it is old; one that later judgings do not find again is taken back. After that it
is final, so that what slides out of the window changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kickform.results.findings import RepResult

__all__ = ["Changes", "RepLedger"]

_SETTLE_S = 0.09
"""A rep that ended less than this ago may still be going on."""
_SURE_S = 0.30
"""One that ended this long ago counts at first sight."""
_SAME_END_S, _AGREED_S = 0.07, 0.1
"""How far judgings may differ on a rep's end and agree, and for how long they must have: noise is short."""
_SEEN_S = 0.04
"""An end nearer to the newest frame than this is where the sight ends: there is nothing to agree on yet."""
_FINAL_S = 2.6
_EDGE_S = 0.25
_MISSED_S = 0.2
"""One that judgings have not found for so long is taken back."""
_TAKEN_BACK_S = 1.6
"""One that ended longer ago is not taken back: its set slides out of the window, and the drill with it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one judging changed: the reps that count from now on, and how many were taken back."""

    counted: tuple[RepResult, ...] = ()
    withdrawn: int = 0


@dataclass(slots=True)
class _LedgerEntry:
    rep: RepResult
    counted: bool = False
    final: bool = False
    missed_s: float | None = None
    agreed_s: float = math.inf


class RepLedger:
    """The reps of one live session, numbered from 1.

    Attributes:
        most_kept: how many reps are kept whole; of earlier ones only their number is.
    """

    def __init__(self, most_kept: int = 2000) -> None:
        self.most_kept = most_kept
        self._entries: list[_LedgerEntry] = []
        self._dropped = 0

    @property
    def reps(self) -> tuple[RepResult, ...]:
        """The reps that count, in order, with their numbers."""
        counted = [entry.rep for entry in self._entries if entry.counted]
        return tuple(replace(rep, number=self._dropped + i) for i, rep in enumerate(counted, start=1))

    @property
    def count(self) -> int:
        """How many reps there are."""
        return self._dropped + sum(entry.counted for entry in self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._dropped = 0

    def settle(self, proposed: Sequence[RepResult], window_s: tuple[float, float], *, cut: bool) -> Changes:
        """Take what a judging found.

        Args:
            proposed: the reps it found, in order.
            window_s: times of the first and the last frame it saw.
            cut: whether there was something before the window that it did not see.
        """
        start_s, now_s = window_s
        self._finish(now_s)
        open_entries = [entry for entry in self._entries if not entry.final]
        closed_until_s = max((e.rep.end_s for e in self._entries if e.final), default=-float("inf"))
        counted: list[RepResult] = []
        matched: set[int] = set()
        for rep in proposed:
            if cut and rep.start_s < start_s + _EDGE_S:
                continue
            entry, age_s = _like(rep, open_entries), now_s - rep.end_s
            if entry is None:
                if (rep.start_s + rep.end_s) / 2 <= closed_until_s:
                    continue
                entry = _LedgerEntry(rep)
                self._entries.append(entry)
            elif abs(entry.rep.end_s - rep.end_s) > _SAME_END_S:
                entry.agreed_s = math.inf
            if age_s >= _SEEN_S:
                entry.agreed_s = min(entry.agreed_s, now_s)
            entry.rep = _better(entry.rep, rep)
            matched.add(id(entry))
            entry.missed_s = None
            steady = now_s - entry.agreed_s >= _AGREED_S
            if not entry.counted and (age_s >= _SURE_S or (steady and age_s >= _SETTLE_S)):
                entry.counted = True
                counted.append(entry.rep)
        withdrawn = self._miss(open_entries, matched, now_s)
        self._entries.sort(key=lambda entry: entry.rep.start_s)
        self._trim()
        return Changes(tuple(counted), withdrawn)

    def _finish(self, now_s: float) -> None:
        for entry in self._entries:
            entry.final = entry.final or (entry.counted and now_s - entry.rep.end_s > _FINAL_S)

    def _miss(self, entries: Sequence[_LedgerEntry], matched: set[int], now_s: float) -> int:
        """Note who was not found again; return how many counted reps are taken back."""
        withdrawn = 0
        for entry in entries:
            if id(entry) in matched or (entry.counted and now_s - entry.rep.end_s > _TAKEN_BACK_S):
                continue
            if entry.missed_s is None:
                entry.missed_s = now_s
            if now_s - entry.missed_s >= _MISSED_S or not entry.counted:
                withdrawn += entry.counted
                self._entries.remove(entry)
        return withdrawn

    def _trim(self) -> None:
        while len(self._entries) > self.most_kept and self._entries[0].final:
            self._entries.pop(0)
            self._dropped += 1


def _like(rep: RepResult, entries: Sequence[_LedgerEntry]) -> _LedgerEntry | None:
    """Return the entry that shares most time with `rep`, if that is half of the shorter of the two."""
    best, most = None, 0.5
    for entry in entries:
        shared = min(rep.end_s, entry.rep.end_s) - max(rep.start_s, entry.rep.start_s)
        shorter = min(rep.end_s - rep.start_s, entry.rep.end_s - entry.rep.start_s)
        if shorter > 0 and shared / shorter > most:
            best, most = entry, shared / shorter
    return best


def _better(old: RepResult, new: RepResult) -> RepResult:
    """Return the later reading, unless it knows less: the window may have cut the rep's first part."""
    return new if len(new.metrics) >= len(old.metrics) else replace(old, end_s=new.end_s)
