"""Requests in the matching schema."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.capacity import Seat
from services.matching.domain.kinds import Role
from services.matching.domain.request import Aim, Request, RequestNotFoundError, RequestStatus, other_roles
from services.matching.storage.tables import requests

_HOLD = text(
    """
    select id from requests
     where organization_id = :organization_id and status = 'open' and person_id = any(:person_ids)
     order by id
       for update
    """
)


def _closing(condition: str) -> Any:
    return text(
        f"""
        with ended as (
            select request.id from requests request
             where request.organization_id = :organization_id and request.status = 'open' and {condition}
             order by request.id
               for update
        )
        update requests set status = :status, version = version + 1, updated_at = :now
          from ended where requests.organization_id = :organization_id and requests.id = ended.id
        """  # noqa: S608 - conditions of our own, below
    )


_OF_PEOPLE = "request.person_id = any(:person_ids)"
_CLOSE_OF_PEOPLE = _closing(_OF_PEOPLE)
_CLOSE_OF_PROGRAM = _closing("request.program_id = :program_id")
_CLOSE_OF_PART = _closing(f"request.program_id = :program_id and {_OF_PEOPLE}")
_CLOSE_OF_FULL = _closing(
    """exists (select from unnest(cast(:person_ids as text[]), cast(:roles as text[])) as full_now (person_id, role)
                where full_now.person_id = request.person_id and full_now.role = any(request.roles))"""
)
_EXPIRE = _closing("request.expires_at <= :now")
_OPEN_PROPOSAL = text(
    """
    select id from proposals
     where organization_id = :organization_id and request_id = :request_id
       and status in ('offered', 'partly_accepted')
     order by id desc
     limit 1
    """
)
_IS_ASKED = text(
    """
    select exists (select from proposals
                    where organization_id = :organization_id and request_id = :request_id
                      and status in ('offered', 'partly_accepted') and declined_at is null)
    """
)
# Whoever has a place in every role that is asked of them, and nothing with whoever asks: neither something open, nor an
# engagement, nor a no that was said in this program.
_MAY_BE_ASKED = text(
    """
    select exists (
        select from people person
          join participations part
            on part.organization_id = :organization_id and part.program_id = :program_id
           and part.person_id = person.id and part.paused is null and part.roles @> cast(:roles as text[])
         where person.organization_id = :organization_id and person.id = :chosen_id and person.active
           and (person.paused_until is null or person.paused_until <= :today)
           and not exists (
               select from unnest(cast(:roles as text[])) as asked (role)
                where (select count(*) from seats taken
                        where taken.organization_id = :organization_id and taken.person_id = person.id
                          and taken.role = asked.role and taken.released_at is null)
                      >= case asked.role when 'teacher' then person.teaching_capacity else person.learning_capacity end)
           and not exists (
               select from proposal_participants theirs
                 join proposals proposal
                   on proposal.organization_id = :organization_id and proposal.id = theirs.proposal_id
                where theirs.organization_id = :organization_id and theirs.person_id = person.id
                  and exists (
                      select from jsonb_to_recordset(proposal.tracks) as track (teacher_id text, learner_id text)
                       where (track.teacher_id, track.learner_id)
                             in ((person.id, :person_id), (:person_id, person.id)))
                  and (proposal.status in ('offered', 'partly_accepted')
                       or (theirs.decision = 'declined' and proposal.program_id = :program_id)
                       or (proposal.status = 'accepted' and exists (
                           select from seats taken
                            where taken.organization_id = :organization_id and taken.proposal_id = proposal.id
                              and taken.person_id = person.id and taken.released_at is null)))))
    """
)


class RequestRepository:
    """The requests of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, request: Request) -> None:
        """Store a new request."""
        await self._connection.execute(
            insert(requests).values(organization_id=self._organization_id, id=request.id, **_columns(request))
        )

    async def program_of(self, request_id: str) -> str:
        """The program of the request, which never changes."""
        found = await self._connection.scalar(select(requests.c.program_id).where(self._is(request_id)))
        if found is None:
            raise RequestNotFoundError
        return str(found)

    async def get(self, request_id: str) -> Request:
        """The request, locked for a change."""
        found = await self._connection.execute(select(requests).where(self._is(request_id)).with_for_update())
        row = found.mappings().first()
        if row is None:
            raise RequestNotFoundError
        return _to_request(row)

    async def save(self, request: Request) -> None:
        """Store its new state."""
        await self._connection.execute(update(requests).where(self._is(request.id)).values(**_columns(request)))

    async def count_open(self, program_id: str, person_id: str) -> int:
        """How many requests the person has open in the program."""
        columns = requests.c
        counted = await self._connection.scalar(
            select(func.count()).where(
                columns.organization_id == self._organization_id,
                columns.program_id == program_id,
                columns.person_id == person_id,
                columns.status == RequestStatus.OPEN,
            )
        )
        return int(counted or 0)

    async def hold_open(self, person_ids: Collection[str]) -> None:
        """Hold every open request of these people for a change."""
        await self._run(_HOLD, person_ids=sorted(person_ids))

    async def find_open_proposal(self, request_id: str) -> str | None:
        """The proposal with which the request asks at present, by id."""
        found = await self._run(_OPEN_PROPOSAL, request_id=request_id)
        proposal_id: str | None = found.scalar()
        return proposal_id

    async def is_asked(self, request_id: str) -> bool:
        """Whether somebody has been asked who can still say yes."""
        return bool((await self._run(_IS_ASKED, request_id=request_id)).scalar())

    async def may_be_asked(self, request: Request, chosen_id: str, now: datetime) -> bool:
        """Whether this can be asked of the chosen person now, but for what people keep to themselves."""
        found = await self._run(
            _MAY_BE_ASKED,
            program_id=request.program_id,
            person_id=request.person_id,
            chosen_id=chosen_id,
            roles=sorted(other_roles(request.roles)),
            today=now.date(),
        )
        return bool(found.scalar())

    async def close_of_people(self, person_ids: Collection[str], now: datetime) -> None:
        """End the open requests of people who have left."""
        await self._close(_CLOSE_OF_PEOPLE, now, person_ids=sorted(person_ids))

    async def close_of_program(self, program_id: str, now: datetime) -> None:
        """End the open requests of a program that closes."""
        await self._close(_CLOSE_OF_PROGRAM, now, program_id=program_id)

    async def close_of_participant(self, program_id: str, person_id: str, now: datetime) -> None:
        """End the open requests of somebody who leaves a program."""
        await self._close(_CLOSE_OF_PART, now, program_id=program_id, person_ids=[person_id])

    async def close_of_full(self, full: Iterable[Seat], now: datetime) -> None:
        """End the open requests of people who have no place left for them."""
        seats = sorted(full, key=lambda seat: (seat.person_id, seat.role))
        person_ids, roles = [seat.person_id for seat in seats], [str(seat.role) for seat in seats]
        await self._close(_CLOSE_OF_FULL, now, person_ids=person_ids, roles=roles)

    async def expire(self, now: datetime) -> None:
        """End the open requests all of whose clocks are over."""
        await self._run(_EXPIRE, status=RequestStatus.EXPIRED, now=now)

    async def _close(self, statement: Any, now: datetime, **arguments: Any) -> None:
        await self._run(statement, status=RequestStatus.CLOSED, now=now, **arguments)

    async def _run(self, statement: Any, **arguments: Any) -> Any:
        return await self._connection.execute(statement, {"organization_id": self._organization_id, **arguments})

    def _is(self, request_id: str) -> Any:
        return (requests.c.organization_id == self._organization_id) & (requests.c.id == request_id)


def _columns(request: Request) -> dict[str, Any]:
    return {
        "program_id": request.program_id,
        "person_id": request.person_id,
        "aim": request.aim,
        "roles": sorted(request.roles),
        "choices": list(request.choices),
        "competency_id": request.competency_id,
        "message": request.message,
        "discreet": request.discreet,
        "answer_within_days": request.answer_within_days,
        "status": request.status,
        "tried": request.tried,
        "expires_at": request.expires_at,
        "version": request.version,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
    }


def _to_request(row: RowMapping) -> Request:
    names = _FIELDS - {"aim", "roles", "choices", "status"}
    return Request(
        **{name: row[name] for name in names},
        aim=Aim(row["aim"]),
        roles=frozenset(map(Role, row["roles"])),
        choices=tuple(row["choices"]),
        status=RequestStatus(row["status"]),
    )


_FIELDS = {column.name for column in requests.c} - {"organization_id"}
