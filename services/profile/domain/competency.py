"""Competencies: the entries of an organization's taxonomy, official or proposed in free text."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from kit.errors import ConflictError, NotFoundError

CompetencyStatus = Literal["candidate", "approved", "retired"]
CompetencySource = Literal["organization", "esco"]

MAX_LABEL = 200
MAX_DESCRIPTION = 4000


class CompetencyNotFoundError(NotFoundError):
    """There is no such competency in the organization."""

    code = "competency-not-found"
    title = "No such competency"


class CompetencyExistsError(ConflictError):
    """The label, written this way or another, is there already."""

    code = "competency-exists"
    title = "There is a competency with this label"


class CompetencyRetiredError(ConflictError):
    """A retired competency stays where people already named it, and takes no part in anything new."""

    code = "competency-retired"
    title = "The competency is retired"


@dataclass(frozen=True, slots=True)
class Competency:
    """One entry of the taxonomy."""

    id: str
    label: str
    description: str | None
    category: str | None
    source: CompetencySource
    source_id: str | None
    status: CompetencyStatus
    version: int


def label_key(label: str) -> str:
    """What two labels share that differ only in case, spacing or Unicode form."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def propose(competency_id: str, label: str, description: str | None) -> Competency:
    """A competency in somebody's own words, to be looked at by an administrator."""
    return Competency(competency_id, " ".join(label.split()), description, None, "organization", None, "candidate", 1)


def approve(competency: Competency) -> Competency:
    """The competency as an official entry; a retired one comes back."""
    return _in_status(competency, "approved")


def retire(competency: Competency) -> Competency:
    """The competency out of use; people who named it keep it."""
    return _in_status(competency, "retired")


def _in_status(competency: Competency, status: CompetencyStatus) -> Competency:
    if competency.status == status:
        return competency
    return replace(competency, status=status, version=competency.version + 1)
