"""Temporary files: kept during the session, removed after it."""

from __future__ import annotations

import gc
import io
import os
import time

from kickform.app.services.workspace import Workspace, remove_stale_folders


def test_the_folder_goes_with_the_session():
    workspace = Workspace()
    folder = workspace.folder
    assert workspace.store_file("clip", "set.mp4", io.BytesIO(b"film")).read_bytes() == b"film"
    del workspace
    gc.collect()
    assert not folder.exists()


def test_a_second_clip_replaces_the_first():
    workspace = Workspace()
    first = workspace.store_file("clip", "one.mp4", io.BytesIO(b"1"))
    second = workspace.store_file("clip", "two.mp4", io.BytesIO(b"2"))
    assert not first.exists()
    assert second.exists()
    workspace.close()
    assert not workspace.folder.exists()


def test_only_folders_older_than_a_day_are_removed(tmp_path):
    old, young, other = (tmp_path / name for name in ("kickform-old", "kickform-young", "else"))
    for folder in (old, young, other):
        folder.mkdir()
    yesterday = time.time() - 25 * 3600
    for folder in (old, other):
        os.utime(folder, (yesterday, yesterday))
    assert remove_stale_folders(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["else", "kickform-young"]


def test_the_folder_goes_after_the_grace_time_and_stops_the_job():
    stopped = []
    workspace = Workspace(grace_s=0.05)
    workspace.stop_on_removal(lambda: stopped.append(True))
    workspace.remove_later()
    until = time.monotonic() + 10
    while workspace.folder.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not workspace.folder.exists()
    assert stopped == [True]
    assert workspace.empty_folder("clip").is_dir(), "who comes back all the same finds a folder"
    workspace.close()


def test_the_folder_stays_if_the_page_comes_back():
    workspace = Workspace(grace_s=0.1)
    workspace.remove_later()
    workspace.cancel_removal()
    time.sleep(0.3)
    assert workspace.folder.is_dir()
    workspace.close()
