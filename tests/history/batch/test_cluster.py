"""The same on a dask.distributed cluster of two processes, one of which is killed at work."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kickform.errors import UsageError
from kickform.history.batch import ClipResult, run_batch
from kickform.history.store import Store
from tests.history.batch.work import put, ready, wait_until, work

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # the cluster's own, on shutting down in a hurry


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def test_a_killed_worker_loses_no_clip_and_doubles_none(tmp_path: Path, store: Store, cluster: Any) -> None:
    folder = tmp_path / "clips"
    put(folder, **{f"clip{i:02}": "slow" for i in range(10)}, bad="bad", bug="bug")
    with distributed.Client(cluster, set_as_default=False) as client:
        victim = min(client.run(ready).values())
    killed: list[int] = []

    def runners() -> set[int]:
        return {int(pid) for notes in folder.glob("clip*.runs") for pid in notes.read_text().split()}

    def kill_one(_done: int, _total: int, result: ClipResult) -> None:
        if not killed and result.status == "analyzed":
            wait_until(lambda: victim in runners())
            killed.append(victim)
            os.kill(victim, signal.SIGKILL)

    summary = run_batch(
        folder, store, athlete="Anna", scheduler=cluster.scheduler_address, work=work, on_clip=kill_one
    )
    assert killed == [victim]
    assert summary.count("analyzed") == 10
    assert [r.file for r in summary.results if r.status == "failed"] == ["bad.mp4", "bug.mp4"]
    assert sorted(s.clip_name for s in store.sessions()) == [f"clip{i:02}.mp4" for i in range(10)]
    assert victim in runners()
    assert runners() - {victim}
    again = run_batch(folder, store, athlete="Anna", scheduler=cluster.scheduler_address, work=work)
    assert again.count("skipped") == 10
    assert len(store.sessions()) == 10


def test_no_scheduler_there(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "clips", a="good")
    monkeypatch.setattr("kickform.history.workers._CONNECT_S", 1)
    with pytest.raises(UsageError, match="no scheduler answers"):
        run_batch(tmp_path / "clips", store, scheduler="tcp://127.0.0.1:9", work=work)
