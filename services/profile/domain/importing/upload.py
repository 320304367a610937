"""The part of an uploaded file that is kept until its import has run: the mapped columns and nothing else.

The columns that are refused or not mapped are gone before anything is stored.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.profile.domain.importing.columns import FIELDS, Columns, map_columns
from services.profile.domain.importing.csv_file import ROW_PROBLEMS, CsvFile
from services.profile.domain.importing.rows import PersonRow, RowError, read_row


@dataclass(frozen=True, slots=True)
class Upload:
    """What was decided over the columns, the rows that are left, and how many there are."""

    columns: Columns
    content: bytes
    rows: int


def accept_upload(content: bytes, mapping: Mapping[str, str] | None) -> Upload:
    """Read a file once, keeping of every row its number, what is broken about it, and the mapped cells."""
    file = CsvFile(content)
    columns = map_columns(file.header, mapping)
    taken = [file.header.index(columns.mapping[field]) for field in _fields(columns.mapping)]
    kept = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape", newline="")
    writer = csv.writer(kept)
    rows = 0
    for row in file.rows():
        rows += 1
        writer.writerow((row.number, row.problem, *(row.cells[index] for index in taken if row.problem is None)))
    kept.flush()
    buffer = kept.detach()
    assert isinstance(buffer, io.BytesIO)
    return Upload(columns, buffer.getvalue(), rows)


def read_upload(content: bytes, columns: Mapping[str, str]) -> Iterator[PersonRow | list[RowError]]:
    """The rows that were kept, checked one by one; `columns` is the mapping that the upload was accepted with."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="surrogateescape", newline="")
    fields = _fields(columns)
    for number, problem, *cells in csv.reader(text):
        if problem:
            yield [RowError(int(number), None, problem, ROW_PROBLEMS[problem])]
        else:
            yield read_row(int(number), dict(zip(fields, cells, strict=True)), columns)


def _fields(mapping: Mapping[str, str]) -> list[str]:
    # The order of the kept cells must not hang on how a mapping was stored and read again.
    return [field for field in FIELDS if field in mapping]
