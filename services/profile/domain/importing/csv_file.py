"""Reading a CSV file of unknown making, row by row, so that a broken row spoils no other.

RFC 4180 in UTF-8, with or without byte order mark, with `,` `;` or tab between the cells. Bytes that are not UTF-8
survive as lone surrogates, for the row's own check to find.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kit.errors import InvalidError, TooLargeError
from services.profile.domain.importing.columns import MAX_COLUMN_NAME, MAX_COLUMNS

MAX_ROWS = 500_000
MAX_ROW_LENGTH = 64 * 1024
MAX_LINES_OF_ROW = 50
_DELIMITERS = ",;\t"
_BLANK = _DELIMITERS + '" \r\n'

ROW_PROBLEMS = {
    "broken-quotes": "A quotation mark is not closed, or text follows one.",
    "wrong-number-of-cells": "The row has more or fewer cells than the header.",
    "row-too-long": "The row is too long.",
}


class UnreadableFileError(InvalidError):
    """The file as a whole cannot be read as CSV."""

    code = "unreadable-file"
    title = "The file cannot be read as CSV"


class TooManyRowsError(TooLargeError):
    """The file has more rows than one import takes."""

    code = "too-many-rows"
    title = "The file has too many rows"


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it, and either its cells or why they cannot be told apart."""

    number: int
    cells: list[str]
    problem: str | None = None


class CsvFile:
    """A CSV file: its header at once, its rows on the way through."""

    def __init__(self, content: bytes) -> None:
        text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._lines = _Lines(iter(text))
        self._delimiter, self.header = self._read_header()

    def rows(self) -> Iterator[CsvRow]:
        """The rows below the header; empty ones are left out."""
        number, count = 1, 0
        while (line := self._lines.take()) is not None:
            number += 1
            if not line.strip(_BLANK):
                continue
            count += 1
            if count > MAX_ROWS:
                raise TooManyRowsError(f"Split the file: one import takes at most {MAX_ROWS:,} rows.")
            yield self._row(number, line)

    def _read_header(self) -> tuple[str, list[str]]:
        line = self._lines.take()
        if line is None or not line.strip():
            raise UnreadableFileError("The first row must have the names of the columns.")
        if len(line) > MAX_ROW_LENGTH:
            raise UnreadableFileError("The first row is too long to be a header.")
        candidates = {delimiter: self._split(line, delimiter, None) for delimiter in _DELIMITERS}
        delimiter = max(candidates, key=lambda each: len(candidates[each] or ()))
        cells = candidates[delimiter]
        if cells is None:
            raise UnreadableFileError("The quotation marks of the first row do not match.")
        header = [cell.strip() for cell in cells]
        if len(header) > MAX_COLUMNS or any(len(name) > MAX_COLUMN_NAME for name in header):
            raise UnreadableFileError(f"A header has at most {MAX_COLUMNS} names of {MAX_COLUMN_NAME} characters.")
        if not all(name.isprintable() for name in header):
            raise UnreadableFileError("Save the file as CSV in UTF-8; this is another encoding or no text at all.")
        return delimiter, header

    def _row(self, number: int, line: str) -> CsvRow:
        if len(line) > MAX_ROW_LENGTH:
            return CsvRow(number, [], "row-too-long")
        if '"' not in line:
            cells: list[str] | None = line.rstrip("\r\n").split(self._delimiter)
        else:
            cells = self._split(line, self._delimiter, len(self.header))
        if cells is None:
            return CsvRow(number, [], "broken-quotes")
        if len(cells) != len(self.header):
            return CsvRow(number, [], "wrong-number-of-cells")
        return CsvRow(number, cells)

    def _split(self, line: str, delimiter: str, width: int | None) -> list[str] | None:
        """The cells of the row that begins with this line; with a known width it may go on over further lines."""
        reader = csv.reader(self._lines.following(line), delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        if reader.line_num > 1:
            # A quotation mark left open swallows what follows until the next one: that is no row of this file.
            if len(cells) != width:
                return None
            self._lines.skip(reader.line_num - 1)
        return cells


class _Lines:
    """Lines that can be looked at before they are taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[str] = deque()

    def take(self) -> str | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._waiting.popleft()

    def following(self, line: str) -> Iterator[str]:
        """The line and those after it, as far as one row may reach."""
        yield line
        length = len(line)
        for index in range(MAX_LINES_OF_ROW - 1):
            if index >= len(self._waiting):
                self._waiting.extend(islice(self._lines, 1))
            if index >= len(self._waiting):
                return
            length += len(self._waiting[index])
            if length > MAX_ROW_LENGTH:
                return
            yield self._waiting[index]
