from kit.testing.api import ok, problem
from services.sessions.tests.conftest import Organization, ids


async def test_a_private_note_is_its_authors_alone(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    created = await pair.junior.post(path, {"text": "Ask about the budget"})
    note = ok(created, 201)
    assert note["visibility"] == "private"
    assert created.headers["location"] == f"/v1/notes/{note['id']}"
    assert ok(await pair.junior.get(path))["items"] == [note]
    one = f"/v1/notes/{note['id']}"
    assert ok(await pair.junior.get(one)) == note
    assert ok(await pair.executive.get(path))["items"] == []
    for other in (pair.executive, organization.coordinator):
        problem(await other.get(one), 404, "note-not-found")
        problem(await other.change("PATCH", one, {"text": "x"}, version=1), 404, "note-not-found")
        problem(await other.change("DELETE", one, version=1), 404, "note-not-found")
    problem(await organization.coordinator.get(path), 403, "participant-required")


async def test_a_shared_note_is_read_by_all_and_changed_by_its_author(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    note = ok(await pair.junior.post(path, {"text": "Book the room", "visibility": "shared"}), 201)
    one = f"/v1/notes/{note['id']}"
    assert ok(await pair.executive.get(one)) == note
    assert ok(await pair.executive.get(path))["items"] == [note]
    problem(await pair.executive.change("PATCH", one, {"text": "x"}, version=1), 403, "author-required")
    problem(await pair.executive.change("DELETE", one, version=1), 403, "author-required")
    for coordinator in (organization.coordinator, organization.caller(roles=("org_admin",))):
        assert coordinator.http is not pair.junior.http
        problem(await coordinator.get(path), 403, "participant-required")
        problem(await coordinator.get(one), 404, "note-not-found")


async def test_its_author_changes_and_deletes_a_note(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    note = ok(await pair.junior.post(path, {"text": "Book the room", "visibility": "shared"}), 201)
    one, change = f"/v1/notes/{note['id']}", pair.junior.change
    problem(await change("PATCH", one, {"text": "x"}, version=None), 428, "if-match-missing")
    problem(await change("PATCH", one, {"text": "x"}, version=2), 412, "stale-version")
    problem(await change("PATCH", one, {"author_id": pair.executive_id}, version=1), 422, "invalid")
    problem(await change("PATCH", one, {"text": None}, version=1), 422, "invalid")
    changed = ok(await change("PATCH", one, {"visibility": "private"}, version=1))
    assert (changed["text"], changed["visibility"], changed["version"]) == ("Book the room", "private", 2)
    problem(await pair.executive.get(one), 404, "note-not-found")
    problem(await change("DELETE", one, version=None), 428, "if-match-missing")
    problem(await change("DELETE", one, version=1), 412, "stale-version")
    assert (await change("DELETE", one, version=2)).status_code == 204
    problem(await pair.junior.get(one), 404, "note-not-found")
    assert ok(await pair.junior.get(path))["items"] == []


async def test_notes_come_in_pages(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    made = [ok(await pair.junior.post(path, {"text": f"Note {n}"}), 201)["id"] for n in range(3)]
    ok(await pair.executive.post(path, {"text": "Not for you"}), 201)
    first = ok(await pair.junior.get(path, limit=2))
    second = ok(await pair.junior.get(path, limit=2, cursor=first["next_cursor"]))
    assert [note["id"] for note in first["items"] + second["items"]] == made
    assert second["next_cursor"] is None


async def test_to_others_it_is_not_there(organization: Organization, other_organization: Organization) -> None:
    pair, stranger = await organization.active_pair(), await other_organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    note = ok(await pair.junior.post(path, {"text": "Book the room", "visibility": "shared"}), 201)
    one = f"/v1/notes/{note['id']}"
    colleague = organization.caller(person_id=ids.new("per"))
    for caller in (stranger.junior, other_organization.coordinator, colleague):
        problem(await caller.get(path), 404, "mentoring-session-not-found")
        problem(await caller.post(path, {"text": "Hello"}), 404, "mentoring-session-not-found")
        problem(await caller.get(one), 404, "note-not-found")
        problem(await caller.change("DELETE", one, version=1), 404, "note-not-found")
    assert ok(await pair.executive.get(path))["items"] == [note]


async def test_wrong_input_is_named(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/notes"
    problem(await pair.junior.post(path, {"text": "x"}, key=None), 400, "idempotency-key-missing")
    for body in ({}, {"text": ""}, {"text": "a\x00b"}, {"text": "x" * 10_001}, {"text": "x", "visibility": "public"}):
        problem(await pair.junior.post(path, body), 422, "invalid")
