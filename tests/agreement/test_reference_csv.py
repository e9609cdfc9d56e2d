"""CSV files of a reference: what spreadsheets make of them, and one line for each way to get them wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kickform.agreement import TEMPLATE, Reference, read_reference
from kickform.agreement.reference import with_both_feet
from kickform.agreement.reference_csv import parse_reference
from kickform.errors import UsageError

PLAIN = "touchdown_s,takeoff_s\n1.25,1.44\n1.85,2.05\n"


def same(found: Reference) -> None:
    """The contacts of `PLAIN`."""
    assert found.kind == "events"
    assert [(c.touchdown_s, c.takeoff_s) for c in found.contacts] == [
        (pytest.approx(1.25), pytest.approx(1.44)),
        (pytest.approx(1.85), pytest.approx(2.05)),
    ]
    assert [c.contact_s for c in found.contacts] == [pytest.approx(0.19), pytest.approx(0.2)]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode("utf-8-sig"),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").replace(".", ",").encode("utf-8-sig"),
        PLAIN.replace(",", "\t").replace(".", ",").encode("utf-16"),
        b"sep=;\r\n" + PLAIN.replace(",", ";").replace(".", ",").encode(),
        b"# a mat in M\xfcnchen\n" + PLAIN.encode(),
        b"\n\ntouchdown_s,takeoff_s\n\n1.25,1.44\n,\n1.85,2.05\n\n",
        b'"Touchdown [s]","Take-off (s)"\n"1,25","1,44"\n"1,85","2,05"\n',
        b"touchdown_ms,toe_off_ms\n1250,1440\n1850,2050\n",
        b"number,takeoff_s,note,touchdown_s\n1,1.44,good,1.25\n2,2.05,,1.85\n",
        b"touchdown_s,contact_time_ms\n1.25,190\n1.85,200\n",
        b"touchdown_s,takeoff_s,contact_time_ms\n1.25,1.44,190\n1.85,2.05,200\n",
        "touchdown_s,takeoff_s\n1\u00a0.25,1.44\n1.85,2.05".encode(),
    ],
)
def test_spreadsheets_write_the_same_table_in_many_ways(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "mat.csv"
    path.write_bytes(data)
    same(read_reference(path))


def test_contact_and_flight_times_are_laid_end_to_end() -> None:
    found = parse_reference("T.Cont.[s];T.Flight[s]\n0,190;0,410\n0,200;0,400\n0,210;\n", "mat.csv")
    assert found.kind == "contact_and_flight_times"
    assert [c.touchdown_s for c in found.contacts] == [0.0, pytest.approx(0.6), pytest.approx(1.2)]
    assert [c.row for c in found.contacts] == [2, 3, 4]


def test_contact_times_alone_have_no_clock() -> None:
    for text in ("contact_time_ms\n190\n200\n", "contact_time_ms,flight_time_ms\n190,\n200,400\n"):
        found = parse_reference(text, "mat.csv")
        assert found.kind == "contact_times"
        assert [c.contact_s for c in found.contacts] == [pytest.approx(0.19), pytest.approx(0.2)]
        assert all(c.touchdown_s is None for c in found.contacts)


def test_the_first_take_off_and_the_last_landing_may_stand_alone() -> None:
    text = "touchdown_s,takeoff_s,jump_height_cm,side\n,0.8,20,\n1.25,1.44,21,both\n1.85,,,b\n"
    found = parse_reference(text, "mat.csv")
    assert [c.contact_s for c in found.contacts] == [None, pytest.approx(0.19), None]
    assert [c.jump_height_cm for c in found.contacts] == [20, 21, None]
    assert [c.side for c in found.contacts] == [None, "both", "both"]


def test_feet_that_land_together_make_one_contact_of_both() -> None:
    text = "touchdown_s,takeoff_s,foot\n1.25,1.44,L\n1.26,1.45,R\n1.85,2.05,right\n2.4,2.6,l\n2.45,2.58,r\n"
    contacts = with_both_feet(parse_reference(text, "plates.csv").contacts)
    assert [(c.side, c.touchdown_s, c.takeoff_s) for c in contacts] == [
        ("both", 1.25, 1.45), ("right", 1.85, 2.05), ("both", 2.4, 2.6)
    ]  # fmt: skip
    assert contacts[0].contact_s == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["mat.csv: has no header", "touchdown_s,takeoff_s"]),
        ("touchdown_s,takeoff_s\n", ["mat.csv: holds no contacts"]),
        (TEMPLATE, ["holds no contacts"]),
        ("a,b\n1,2\n", ["row 1", "names no contacts", "--template"]),
        ("touchdown,takeoff\n1,2\n", ["row 1", "'touchdown' has no unit", "touchdown_s or touchdown_ms"]),
        ("touchdown_s\n1.2\n", ["row 1", "names no contacts"]),
        ("touchdown_s,takeoff_s,takeoff_ms\n1,2,3\n", ["row 1", "'takeoff_s' and 'takeoff_ms' say the same"]),
        ("touchdown_s,takeoff_s\n1.2,1.4\n1.8,abc\n", ["row 3", "takeoff_s is 'abc'", "write a number"]),
        ("touchdown_s,takeoff_s\n1.2,nan\n", ["row 2", "takeoff_s is 'nan'"]),
        ("touchdown_s,takeoff_s\n1.2,1.2.3\n", ["row 2", "takeoff_s is '1.2.3'"]),
        ("touchdown_s;takeoff_s\n1.234,5;1.234,7\n", ["row 2", "touchdown_s is '1.234,5'"]),
        ("touchdown_s,takeoff_s\n1,25,1,44\n", ["row 2", "has 4 cells, the header 2", "semicolons"]),
        ("touchdown_s,takeoff_s\n1.4,1.2\n", ["row 2", "takeoff is not after touchdown"]),
        ("touchdown_s,takeoff_s\n1.2,1.4\n1.1,1.15\n", ["row 3", "begins before row 2", "sort the rows"]),
        ("touchdown_s,takeoff_s\n1.2,1.4\n1.3,1.5\n", ["row 3", "contact of row 2 ends", "column side"]),
        ("touchdown_s,takeoff_s,side\n1,1.2,up\n", ["row 2", "side is 'up'", "left, right or both"]),
        ("contact_time_ms\n0.19\n", ["row 2", "contact_time_ms", "unit"]),
        ("contact_time_s\n190\n", ["row 2", "contact_time_s makes 190 s", "unit"]),
        ("touchdown_s,takeoff_s\n1250,1440\n", ["row 2", "the contact lasts 190 s", "unit"]),
        ("touchdown_s,takeoff_s,contact_ms\n1,1.2,240\n", ["row 2", "is 200 ms, contact_ms says otherwise"]),
        ("touchdown_s,takeoff_s\n1.2,\n1.8,\n", ["mat.csv: has no contact with a known duration"]),
        ("touchdown_s,contact_ms\n1.2,190\n,200\n", ["row 3", "has a contact time and no event"]),
        ("touchdown_s,takeoff_s,height_cm\n1,1.2,2000\n", ["row 2", "height_cm makes 2000 cm"]),
        ("touchdown_s,takeoff_s\n1e300,1.2\n", ["row 2", "touchdown_s is 1e300", "begin near 0"]),
    ],
)
def test_a_bad_table_is_one_line_with_row_and_cure(text: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse_reference(text, "mat.csv")
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mat.csv"
    for make in (lambda: None, lambda: path.write_bytes(b"PK\x03\x04\0\0\0\0" * 40), path.mkdir):
        path.unlink(missing_ok=True)
        make()
        with pytest.raises(UsageError, match=r"mat\.csv: "):
            read_reference(path)


def read_or_refused(text: str) -> Reference | None:
    """Return what is read; None where it is refused with one line that names the file."""
    words = ""
    try:
        return parse_reference(text, "mat.csv")
    except UsageError as error:
        words = str(error)
    assert words.startswith("mat.csv")
    return None


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_or_refused(text)
    assert found is None or found.contacts


CELLS = st.sampled_from(["", "1.2", "1,4", "abc", "-3", "1e400", '"', "left", "200", "#", "\x00", "1 000"])


@given(
    st.lists(st.sampled_from(["touchdown_s", "takeoff_s", "contact_time_ms", "flight_time_ms", "side", "x"])),
    st.lists(st.lists(CELLS, max_size=5), max_size=5),
    st.sampled_from(",;\t"),
)
def test_any_table_is_read_or_refused(header: list[str], rows: list[list[str]], separator: str) -> None:
    text = "\n".join(separator.join(cells) for cells in [header, *rows])
    found = read_or_refused(text)
    if found is not None:
        assert all(c.contact_s is None or 0.0199 <= c.contact_s <= 30 for c in found.contacts)


@given(
    st.lists(st.tuples(st.integers(20, 900), st.integers(50, 900)), min_size=1, max_size=20),
    st.integers(0, 10**6),
    st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", ",")]),
    st.sampled_from(["s", "ms"]),
)
def test_what_was_written_is_read(
    lengths: list[tuple[int, int]], start_ms: int, style: tuple[str, str], unit: str
) -> None:
    events, clock = [], start_ms
    for contact, flight in lengths:
        events.append((clock, clock + contact))
        clock += contact + flight
    places, divide = (3, 1000) if unit == "s" else (1, 1)
    lines = [f"touchdown_{unit}{style[0]}takeoff_{unit}"]
    lines += [
        style[0].join(f"{t / divide:.{places}f}".replace(".", style[1]) for t in pair) for pair in events
    ]
    found = parse_reference("\n".join(lines), "mat.csv")
    told = [(c.touchdown_s, c.takeoff_s) for c in found.contacts]
    assert told == [(pytest.approx(a / 1000), pytest.approx(b / 1000)) for a, b in events]
