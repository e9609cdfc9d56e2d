"""Files that are written whole or not at all, and one line where they cannot be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kickform.errors import UsageError
from kickform.files import atomic_file, write_atomically


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_atomically(file, "old")
    with atomic_file(file) as partial:
        partial.write_text("new", encoding="utf-8")
        assert file.read_text("utf-8") == "old"
    assert file.read_text("utf-8") == "new"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, r"^a\.pdf: cannot be written \(no room is left\); free some space$"),
        (errno.EACCES, r"^a\.pdf: cannot be written \(Permission denied\); name a file elsewhere$"),
    ],
)
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, number: int, told: str) -> None:
    file = tmp_path / "a.pdf"
    write_atomically(file, b"old")

    def half() -> None:
        with atomic_file(file) as partial:
            partial.write_bytes(b"ne")
            raise OSError(number, os.strerror(number))

    with pytest.raises(UsageError, match=told):
        half()
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_other_failures_leave_nothing_either(tmp_path: Path) -> None:
    def stopped() -> None:
        with atomic_file(tmp_path / "a") as partial:
            partial.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        write_atomically(pipe, "words")
        assert os.read(reader, 100) == b"words"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
