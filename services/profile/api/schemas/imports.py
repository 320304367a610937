"""Bodies of the imports' operations."""

from typing import Annotated

from fastapi import UploadFile
from pydantic import ConfigDict, Field, Json

from kit.ids import id_of
from kit.schemas import Input, Output, Text, UtcDatetime, Version, integer
from services.profile.domain.importing.columns import MAX_COLUMN_NAME, ImportField
from services.profile.domain.importing.record import ImportStatus

MAX_FILE_BYTES = 50 * 1024 * 1024
_LARGEST_COUNT = 1_000_000

ImportId = Annotated[str, id_of("imp")]
Count = Annotated[int, integer(0, _LARGEST_COUNT)]
ColumnName = Annotated[str, Text(MAX_COLUMN_NAME)]
Mapping = Annotated[
    dict[ImportField, ColumnName],
    Field(
        description="Our field to the column's name. `row_key` is the column whose values `manager_external_id` refers "
        "to, where that is not `external_id`.",
        examples=[{"external_id": "employee_id", "display_name": "name", "manager_external_id": "manager_id"}],
    ),
]


class ImportIn(Input):
    """A file of an HR system."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[UploadFile, Field(description="CSV in UTF-8, with a header; at most 50 MiB and 500,000 rows.")]
    mapping: Annotated[
        Json[Mapping] | None,
        Field(description="JSON object: our field to the column's name. Without it, well-known names are recognized."),
    ] = None
    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = True

    def columns(self) -> dict[str, str] | None:
        """The mapping, as the rules know it."""
        return None if self.mapping is None else {str(field): name for field, name in self.mapping.items()}


class CountsOut(Output):
    """How many rows there were, and what became of them."""

    rows: Count
    created: Count
    updated: Count
    unchanged: Count
    refused_rows: Count
    pending_managers: Annotated[
        int, integer(0, _LARGEST_COUNT, description="People whose manager is not here yet; resolved on arrival.")
    ]


class ImportOut(Output):
    """An import."""

    id: ImportId
    status: ImportStatus
    dry_run: bool
    progress: Annotated[float, Field(ge=0, le=1)]
    counts: CountsOut
    mapping: Mapping
    ignored_columns: Annotated[list[str], Field(description="Columns that were not mapped; nothing of them is stored.")]
    refused_columns: Annotated[
        list[str], Field(description="Columns that are never taken, such as birth dates; nothing of them is stored.")
    ]
    failure: str | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime
    finished_at: UtcDatetime | None


class ImportsPage(Output):
    """A page of imports."""

    items: list[ImportOut]
    next_cursor: str | None


class ImportErrorOut(Output):
    """What is wrong with a row."""

    row: Annotated[
        int, integer(1, _LARGEST_COUNT, description="As a spreadsheet shows it: the header is row 1.", examples=[12])
    ]
    column: Annotated[str | None, Field(examples=["manager_id"])]
    code: Annotated[str, Field(examples=["manager-cycle"])]
    message: str


class ImportErrorsPage(Output):
    """A page of what is wrong with the rows of an import."""

    items: list[ImportErrorOut]
    next_cursor: str | None
