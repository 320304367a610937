import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.importing import csv_file
from services.profile.domain.importing.csv_file import CsvFile, CsvRow, TooManyRowsError, UnreadableFileError


def rows(content: bytes | str) -> list[CsvRow]:
    return list(CsvFile(content.encode() if isinstance(content, str) else content).rows())


def cells(content: bytes | str) -> list[list[str]]:
    return [row.cells for row in rows(content)]


def problems(content: bytes | str) -> list[tuple[int, str | None]]:
    return [(row.number, row.problem) for row in rows(content)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_files_of_every_making_are_read(delimiter: str, end: str, mark: bytes) -> None:
    lines = [["id", "full name"], ["1", "Ken Sánchez"], ["2", f"Duffy{delimiter} Terri"], ["3", 'the "Rob"']]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(lines)
    content = mark + buffer.getvalue().encode()
    assert CsvFile(content).header == lines[0]
    assert cells(content) == lines[1:]


def test_a_cell_may_have_several_lines() -> None:
    assert cells('id,note\n1,"a\nb"\n2,c\n') == [["1", "a\nb"], ["2", "c"]]


def test_empty_rows_are_no_rows_but_count_in_a_spreadsheet() -> None:
    assert problems("id,name\n\n1,a\n,\n   \n2,b\n") == [(3, None), (6, None)]


def test_an_open_quotation_mark_spoils_its_own_row_only() -> None:
    content = 'id,name\n1,a\n2,"b\n3,c\n4,"d, e"\n5,f\n'
    assert problems(content) == [(2, None), (3, "broken-quotes"), (4, None), (5, None), (6, None)]
    assert cells(content)[3] == ["4", "d, e"]


def test_quotation_marks_that_pair_up_across_rows_swallow_none() -> None:
    content = 'id,name\n1,"a\n2,b\n3,c"\n4,d\n'
    assert [row for row in rows(content) if row.problem is None][-1].cells == ["4", "d"]


def test_a_row_with_other_cells_than_the_header_is_told() -> None:
    assert problems("id,name\n1\n2,b,c\n3,d\n") == [
        (2, "wrong-number-of-cells"),
        (3, "wrong-number-of-cells"),
        (4, None),
    ]


def test_a_row_without_end_is_told() -> None:
    content = "id,name\n1," + "x" * 100_000 + "\n2,b\n"
    assert problems(content) == [(2, "row-too-long"), (3, None)]


def test_bytes_that_are_no_utf8_stay_in_their_row() -> None:
    content = b"id,name\n1,S\xe1nchez\n2,Duffy\n"
    assert cells(content)[1] == ["2", "Duffy"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        "id,name\n1,Ken\n".encode("utf-16"),
        b"PK\x03\x04\x00\x00",
        b'"id,name\n1,Ken\n',
        b"id,n\xe1me\n1,Ken\n",
        b"x" * 70_000,
        (",".join(["a"] * 501)).encode(),
    ],
)
def test_what_is_no_csv_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        CsvFile(content)


def test_a_file_has_a_largest_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_ROWS", 2)
    assert len(rows("id\n1\n2\n")) == 2
    with pytest.raises(TooManyRowsError):
        rows("id\n1\n2\n3\n")


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.tuples(text.filter(str.strip), text), max_size=20), st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_what_is_read(table: list[tuple[str, str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerows([("id", "name"), *table])
    wanted = [list(row) for row in table if "".join(row).strip(' ,;\t"')]
    assert cells(buffer.getvalue()) == wanted


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    for row in rows(b"id,name\n" + content):
        assert row.problem in {None, *csv_file.ROW_PROBLEMS}
        assert row.problem is not None or len(row.cells) == 2


@given(st.text('ab",\n', max_size=60), st.integers(0, 3))
def test_a_broken_row_loses_no_row_after_it(broken: str, good: int) -> None:
    lines = [f"g{number},x" for number in range(good + 60)]
    content = "id,name\n" + broken.replace("\n", "") + "\n" + "\n".join(lines) + "\n"
    found = [row.cells[0] for row in rows(content) if row.problem is None]
    assert found[-len(lines) :] == [f"g{number}" for number in range(good + 60)]
