"""How a proposal looks to one reader: $1 is the organization, $2 the reader, `p` the proposal.

Everybody's no but the reader's own looks like silence: it moves neither status, version nor time of change. A
coordinator who has no part in the proposal is told that it was declined, never by whom or why. Whoever asks with a
request does not see its proposals before one is accepted, and a discreet request does not say before who asks.
"""

# `mine` is the reader's part, `asked` the request. Who is not in a group that came about sees what silence comes to.
MINE = """proposal_participants mine
    on mine.organization_id = $1 and mine.proposal_id = p.id and mine.person_id = $2::text
    and p.offered_at is not null
left join requests asked on asked.organization_id = $1 and asked.id = p.request_id
cross join lateral (
    select case
            when mine.person_id is null and p.declined_at is not null
                and p.status in ('offered', 'partly_accepted', 'expired') then 'declined'
            when mine.person_id is null then p.status
            when mine.decision = 'declined' then 'declined'
            when mine.decision = 'out' or p.status in ('declined', 'withdrawn', 'superseded') then 'closed'
            when p.status = 'accepted' and mine.decision <> 'accepted' then 'expired'
            else p.status
        end as status,
        case
            when mine.person_id is null then p.declined_at
            when mine.decision = 'declined' then mine.decided_at
        end as declined_at,
        case when asked.discreet and p.status <> 'accepted' then asked.person_id end as withheld_id
) seen
cross join lateral (
    select seen.status, seen.withheld_id,
        p.version + (seen.declined_at is not null)::int as version,
        greatest(p.updated_at, seen.declined_at) as updated_at
) shown
where p.organization_id = $1
    and (asked.person_id is null or asked.person_id is distinct from $2::text or p.status = 'accepted')"""

PARTICIPANTS = """(
        select json_agg(json_build_object(
            'person_id', nullif(part.person_id, shown.withheld_id),
            'roles', part.roles,
            'decision', case
                when part.person_id = mine.person_id and part.decision <> 'out' then part.decision
                when part.decision = 'accepted' and shown.status in ('offered', 'partly_accepted', 'accepted')
                    then 'accepted'
                else 'pending'
            end
        ) order by nullif(part.person_id, shown.withheld_id))
        from proposal_participants part
        where part.organization_id = $1 and part.proposal_id = p.id
    )"""

TRACKS = """(
        select json_agg(json_build_object(
            'id', track.value ->> 'id',
            'teacher_id', nullif(track.value ->> 'teacher_id', shown.withheld_id),
            'learner_id', nullif(track.value ->> 'learner_id', shown.withheld_id),
            'competency_id', case when told.subject then track.value ->> 'competency_id' end,
            'competency_label', case when told.subject then track.value ->> 'competency_label' end,
            'discreet', (track.value ->> 'discreet')::boolean
        ) order by track.ordinality)
        from jsonb_array_elements(p.tracks) with ordinality as track
        cross join lateral (
            select not (track.value ->> 'discreet')::boolean
                or track.value ->> 'learner_id' is not distinct from mine.person_id
                or (track.value ->> 'teacher_id' is not distinct from mine.person_id
                    and (shown.status = 'accepted' or p.request_id is not null)) as subject
        ) told
    )"""

MESSAGE = "case when mine.person_id is not null then asked.message end"
