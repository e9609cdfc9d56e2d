"""Decides which reps of a live set count.

Each judgement proposes the reps that it finds in its window. A rep counts once several judgements agree on
its end, or once it ended a while ago. Later judgements update its numbers until it is final; a rep that they
do not find again is withdrawn. A final rep no longer changes when it leaves the window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kickform.results.findings import RepResult

__all__ = ["Changes", "RepLedger"]

_SETTLE_S = 0.09
"""A rep that ended less than this ago may not be over."""
_SURE_S = 0.30
"""A rep that ended this long ago counts at once."""
_SAME_END_S, _AGREED_S = 0.07, 0.1
"""How far judgements may differ on a rep's end, and for how long they must agree: noise is short."""
_SEEN_S = 0.04
"""An end closer to the newest frame than this is the end of the window, not of the rep."""
_FINAL_S = 2.6
_EDGE_S = 0.25
_MISSED_S = 0.2
"""A rep that judgements have not found for this long is withdrawn."""
_WITHDRAWN_S = 1.6
"""A rep that ended longer ago is not withdrawn: its set is leaving the window, and the drill with it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one judgement: the reps that now count, and how many were withdrawn."""

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
        most_kept: how many reps are kept in full; earlier ones are only counted.
    """

    def __init__(self, most_kept: int = 2000) -> None:
        self.most_kept = most_kept
        self._entries: list[_LedgerEntry] = []
        self._dropped = 0

    @property
    def reps(self) -> tuple[RepResult, ...]:
        """The reps that count, in order and numbered."""
        counted = [entry.rep for entry in self._entries if entry.counted]
        return tuple(replace(rep, number=self._dropped + i) for i, rep in enumerate(counted, start=1))

    @property
    def count(self) -> int:
        """The number of reps that count."""
        return self._dropped + sum(entry.counted for entry in self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._dropped = 0

    def settle(self, proposed: Sequence[RepResult], window_s: tuple[float, float], *, cut: bool) -> Changes:
        """Take the reps of a judgement and return what changed.

        Args:
            proposed: the reps found, in order.
            window_s: times of the first and the last frame of the window, seconds.
            cut: whether earlier frames were cut off before the window.
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
            entry, age_s = _match(rep, open_entries), now_s - rep.end_s
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
        """Note the reps that were not found again; return how many counted reps are withdrawn."""
        withdrawn = 0
        for entry in entries:
            if id(entry) in matched or (entry.counted and now_s - entry.rep.end_s > _WITHDRAWN_S):
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


def _match(rep: RepResult, entries: Sequence[_LedgerEntry]) -> _LedgerEntry | None:
    """Return the entry that overlaps most with `rep`, by more than half of the shorter one; or None."""
    best, most = None, 0.5
    for entry in entries:
        shared = min(rep.end_s, entry.rep.end_s) - max(rep.start_s, entry.rep.start_s)
        shorter = min(rep.end_s - rep.start_s, entry.rep.end_s - entry.rep.start_s)
        if shorter > 0 and shared / shorter > most:
            best, most = entry, shared / shorter
    return best


def _better(old: RepResult, new: RepResult) -> RepResult:
    """Return the newer reading, unless it has fewer metrics: the window may have cut the rep."""
    return new if len(new.metrics) >= len(old.metrics) else replace(old, end_s=new.end_s)
