"""The Drive client against the pretended Google Drive: what is made, found, shared, and in how many calls."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.google import seed
from services.errors import Busy, OutcomeUnknown, Refused, Unreachable
from services.google_drive import GoogleDrive, Role, Shared, Template, quoted
from tests.services.google_running import Google

NASTY = ["O'Reilly \\ Lab", "\\' or name != '", '<!channel> "X" 🎉', "PartnerX", "a" * 200, "Foo / Bar", "\\"]
MAIL = "Running notes of Uni and 2i2c"


@pytest.fixture
def drive(google: Google) -> GoogleDrive:
    return google.drive


def folder(google: Google, name: str = "Uni") -> str:
    [id] = google.drive.generate_ids(1)
    return google.drive.create_folder(seed.AGREEMENTS, name, id, {"pa.lead": "l1", "pa.kind": "folder"}).id


def notes(google: Google) -> str:
    marks = {"pa.lead": "l1", "pa.kind": "notes"}
    return google.drive.copy(seed.NOTES_TEMPLATE, folder(google), "Running notes -- Uni + 2i2c", marks).id


def inbox(google: Google, address: str) -> list[str]:
    told = httpx.get(google.sandbox.url(f"/inbox/{address}")).json()["mails"]
    return [str(mail) for mail in told]


def test_running_notes_take_the_fewest_calls(google, drive):
    people = ["ada@uni.example", "bo@uni.example", "cy@uni.example"]
    [id] = drive.generate_ids(1)
    before = len(google.calls())
    made = drive.create_folder(seed.AGREEMENTS, "Uni", id, {"pa.lead": "l1"})
    copied = drive.copy(seed.NOTES_TEMPLATE, made.id, "Running notes -- Uni + 2i2c", {"pa.lead": "l1"})
    assert google.docs.replace_all(copied.id, {"PartnerX": "Uni"}, "pa:filled", fresh=True)
    results = [drive.share(copied.id, person, Role.WRITER, MAIL) for person in people]
    assert [each.outcome for each in results] == [Shared.SHARED] * 3
    assert len(google.calls()) - before == 3 + len(people)
    assert (made.id, made.parent, copied.parent) == (id, seed.AGREEMENTS, made.id)
    assert copied.link.endswith(f"/document/d/{copied.id}/edit")
    assert google.words(copied.id)[0] == "Running notes -- Uni + 2i2c"
    assert "PartnerX" not in google.docs.text(copied.id)
    for person in people:
        [mail] = inbox(google, person)
        assert MAIL in mail


@pytest.mark.parametrize("name", NASTY)
def test_a_folder_of_any_name_is_made_once_and_found_by_its_name(google, drive, name):
    assert drive.find_folders(seed.AGREEMENTS, name) == []
    made = folder(google, name)
    [found] = drive.find_folders(seed.AGREEMENTS, name.upper() if name.isascii() else name)
    assert (found.id, found.name, found.properties["pa.lead"]) == (made, name, "l1")


def test_two_folders_of_one_name_are_both_told_the_older_first(google, drive):
    by_a_person = google.person("/folders", name="Uni", parent=seed.AGREEMENTS)["id"]
    ours = folder(google)
    assert [each.id for each in drive.find_folders(seed.AGREEMENTS, "uni")] == [by_a_person, ours]
    google.person(f"/docs/{by_a_person}/trash")
    assert [each.id for each in drive.find_folders(seed.AGREEMENTS, "uni")] == [ours]


def test_a_folder_made_again_under_its_id_is_the_same_even_when_people_renamed_it(google, drive):
    [id] = drive.generate_ids(1)
    drive.create_folder(seed.AGREEMENTS, "Uni", id, {})
    google.person(f"/docs/{id}/rename", name="University")
    again = drive.create_folder(seed.AGREEMENTS, "Uni", id, {})
    assert (again.id, again.name, again.trashed) == (id, "University", False)
    google.person(f"/docs/{id}/trash")
    assert drive.create_folder(seed.AGREEMENTS, "Uni", id, {}).trashed


@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "500", "502"])
def test_a_folder_whose_answer_is_lost_exists_once(google, drive, kind):
    google.fault("POST /drive/v3/files", kind)
    made = folder(google)
    assert [each.id for each in drive.find_folders(seed.AGREEMENTS, "Uni")] == [made]


@pytest.mark.parametrize(("kind", "copies"), [("lost_before", 0), ("lost_after", 1)])
def test_a_copy_whose_answer_is_lost_is_looked_for_and_not_made_again(google, drive, kind, copies):
    parent = folder(google)
    google.switch(lag_seconds=3600)
    google.fault("POST *copy", kind)
    with pytest.raises(OutcomeUnknown):
        drive.copy(seed.NOTES_TEMPLATE, parent, "Notes", {"pa.kind": "notes"})
    assert len(drive.find_by_property_in(parent, "pa.kind", "notes")) == copies
    assert drive.find_by_property_in(parent, "pa.kind", "contract") == []
    assert sum("copy" in call for call in google.calls()) == 1


def test_the_oldest_of_several_copies_comes_first(google, drive):
    parent = folder(google)
    made = [drive.copy(seed.NOTES_TEMPLATE, parent, "Notes", {"pa.kind": "notes"}).id for _ in range(3)]
    assert [each.id for each in drive.find_by_property_in(parent, "pa.kind", "notes")] == made


def test_a_template_is_what_its_shortcut_leads_to_now(google, drive):
    [template] = drive.resolve_template(seed.TEMPLATES, seed.AGREEMENT_NAME)
    assert (template.id, template.by_shortcut) == (seed.AGREEMENT_TEMPLATE, True)
    [plain] = drive.resolve_template(seed.TEMPLATES, seed.NOTES_NAME)
    assert plain == Template(seed.NOTES_TEMPLATE, seed.NOTES_NAME, plain.kind, by_shortcut=False)
    with pytest.raises(Refused, match="shortcut"):
        drive.copy(seed.AGREEMENT_SHORTCUT, seed.AGREEMENTS, "Agreement", {})


def test_a_missing_template_is_none_and_two_of_a_name_are_two(google, drive):
    assert drive.resolve_template(seed.TEMPLATES, "[Template] Other") == []
    twin = google.person("/documents", name=seed.AGREEMENT_NAME, parent=seed.TEMPLATES)["id"]
    found = drive.resolve_template(seed.TEMPLATES, seed.AGREEMENT_NAME)
    assert {each.id for each in found} == {seed.AGREEMENT_TEMPLATE, twin}
    google.person(f"/docs/{twin}/trash")
    same = {"name": seed.AGREEMENT_NAME, "parent": seed.TEMPLATES, "target": seed.AGREEMENT_TEMPLATE}
    google.person("/shortcuts", **same)
    assert len(drive.resolve_template(seed.TEMPLATES, seed.AGREEMENT_NAME)) == 1


def test_a_copy_carries_neither_comments_nor_sharing(google, drive):
    agreement = drive.copy(seed.AGREEMENT_TEMPLATE, folder(google), "Agreement", {}).id
    assert google.docs.comments_and_suggestions(seed.AGREEMENT_TEMPLATE).open_comments
    assert google.docs.comments_and_suggestions(agreement).comments == ()
    assert "ada@uni.example" not in {each.address for each in drive.permissions(agreement)}


def test_who_can_open_it_already_is_neither_asked_for_nor_mailed_again(google, drive):
    document = notes(google)
    drive.share(document, "ada@uni.example", Role.COMMENTER, MAIL)
    present = drive.permissions(document)
    assert (
        drive.share(document, "ADA@uni.example", Role.READER, MAIL, present=present).outcome is Shared.ALREADY
    )
    assert (
        drive.share(document, "damian@2i2c.org", Role.WRITER, MAIL, present=present).outcome is Shared.ALREADY
    )
    assert len(inbox(google, "ada@uni.example")) == 1
    assert (
        drive.share(document, "ada@uni.example", Role.WRITER, MAIL, present=present).outcome is Shared.SHARED
    )
    roles = {each.address: each.role for each in drive.permissions(document)}
    assert roles["ada@uni.example"] is Role.WRITER


def test_each_person_gets_their_own_result(google, drive):
    document = notes(google)
    nobody = drive.share(document, "bo@nogoogle.example", Role.WRITER, MAIL)
    assert (nobody.outcome, nobody.can_open) == (Shared.NO_GOOGLE_ACCOUNT, False)
    google.switch(visitors=True)
    quiet = drive.share(document, "bo@nogoogle.example", Role.WRITER, notify=False)
    assert (quiet.outcome, quiet.code) == (Shared.NO_GOOGLE_ACCOUNT, "invalidSharingRequest")
    assert drive.share(document, "bo@nogoogle.example", Role.WRITER, MAIL).outcome is Shared.SHARED
    for policy in ("domainPolicy", "invalidSharingRequest"):
        google.switch(policy=policy)
        blocked = drive.share(document, "cy@blocked.example", Role.WRITER, MAIL)
        assert (blocked.outcome, blocked.code, blocked.can_open) == (Shared.REFUSED_BY_POLICY, policy, False)
        assert "HTTP" not in blocked.words
    google.fault("POST *permissions", "shared_without_mail")
    unmailed = drive.share(document, "dy@uni.example", Role.WRITER, MAIL)
    assert (unmailed.outcome, unmailed.can_open) == (Shared.SHARED_WITHOUT_MAIL, True)
    assert inbox(google, "cy@blocked.example") == inbox(google, "dy@uni.example") == []
    assert drive.share(document, "ey@uni.example", Role.READER, notify=False).outcome is Shared.SHARED
    assert inbox(google, "ey@uni.example") == []


@pytest.mark.parametrize(
    ("switches", "words"), [({"domain_users_only": True}, "people of"), ({"members_only": True}, "members")]
)
def test_what_the_drive_itself_forbids_is_said_beforehand_and_when_sharing(google, drive, switches, words):
    document = notes(google)
    allowed = drive.drive_restrictions()
    assert (allowed.name, allowed.can_share, allowed.can_add_files) == ("2i2c Team Drive", True, True)
    assert not (allowed.organisation_only or allowed.members_only)
    google.switch(**switches)
    limited = drive.drive_restrictions()
    assert limited.organisation_only == ("domain_users_only" in switches)
    assert limited.members_only == ("members_only" in switches)
    refused = drive.share(document, "ada@uni.example", Role.WRITER, MAIL)
    assert refused.outcome is Shared.REFUSED_BY_POLICY
    assert words in refused.words


@pytest.mark.parametrize(("kind", "can_open"), [("lost_before", False), ("lost_after", True)])
def test_a_share_whose_answer_is_lost_is_looked_for_and_mails_once_at_most(google, drive, kind, can_open):
    document = notes(google)
    google.fault("POST *permissions", kind)
    with pytest.raises(OutcomeUnknown):
        drive.share(document, "ada@uni.example", Role.WRITER, MAIL)
    present = drive.permissions(document)
    assert ("ada@uni.example" in {each.address for each in present}) == can_open
    drive.share(document, "ada@uni.example", Role.WRITER, MAIL, present=present)
    assert len(inbox(google, "ada@uni.example")) == 1


def test_a_limit_on_sharing_stops_everybody_for_hours(google, drive):
    document = notes(google)
    google.fault("POST *permissions", "sharingRateLimitExceeded")
    with pytest.raises(Refused, match="some hours") as caught:
        drive.share(document, "ada@uni.example", Role.WRITER, MAIL)
    assert caught.value.code == "sharingRateLimitExceeded"


@pytest.mark.parametrize("kind", ["429", "userRateLimitExceeded", "rateLimitExceeded"])
def test_a_busy_google_is_waited_for_only_where_nothing_is_lost(google, drive, kind):
    document = notes(google)
    google.naps.clear()
    google.fault("GET *", kind)
    assert drive.file(document).id == document
    assert len(google.naps) == 1
    google.fault("POST *permissions", kind)
    with pytest.raises(Busy):
        drive.share(document, "ada@uni.example", Role.WRITER, MAIL)
    assert inbox(google, "ada@uni.example") == []


def test_a_rename_survives_a_lost_answer(google, drive):
    document = notes(google)
    google.fault("PATCH *", "lost_after")
    assert drive.rename(document, "O'Reilly \\ 🎉").name == "O'Reilly \\ 🎉"
    google.fault("PATCH *", "lost_before")
    assert drive.rename(document, "Uni").name == "Uni"
    assert drive.file(document).name == "Uni"


def test_a_document_is_exported_as_a_pdf(google, drive):
    document = notes(google)
    google.fault("GET *export", "lost_after")
    assert drive.export_pdf(document).startswith(b"%PDF-")


def test_what_is_not_there_or_not_for_us_is_named(google, drive):
    for act in (drive.file, drive.permissions, drive.export_pdf):
        with pytest.raises(Refused, match="cannot see it") as caught:
            act("1Nothing")
        assert caught.value.status == 404
    document = notes(google)
    google.person(f"/docs/{document}/limit")
    with pytest.raises(Refused):
        drive.rename(document, "Mine")
    assert google.sandbox.world.drive.state.files[document].name != "Mine"


def test_access_that_was_taken_away_says_what_to_do(google, drive):
    document = notes(google)
    google.person("/switches", revoked=True)
    for _ in range(2):
        with pytest.raises(Refused, match="grant it again") as caught:
            drive.share(document, "ada@uni.example", Role.WRITER, MAIL)
        assert (caught.value.status, caught.value.code) == (401, "revoked")
    google.person("/switches", revoked=False)
    assert drive.file(document).id == document
    assert inbox(google, "ada@uni.example") == []


def test_a_google_that_is_away_is_unreachable_for_reads(google, drive):
    google.fault("GET *", "500", times=0)
    with pytest.raises(Unreachable):
        drive.find_folders(seed.AGREEMENTS, "Uni")


def test_more_files_than_fit_on_a_page_are_all_found(google, drive):
    parent = folder(google)
    google.sandbox.world.on_loop(lambda: fill(google, parent, 1050))
    assert len(drive.find_by_property_in(parent, "pa.kind", "notes")) == 1050
    assert google.calls()[-2:] == ["GET /drive/v3/files"] * 2


def fill(google: Google, parent: str, count: int) -> None:
    world = google.sandbox.world
    above = world.drive.state.files[parent]
    for number in range(count):
        marks = {"pa.kind": "notes"}
        made = world.drive.new_file(
            f"n{number}", "text/plain", above, world.clock.now(), app_properties=marks
        )
        world.drive.add(made)


def test_what_cannot_be_asked_for_is_refused_here(drive):
    with pytest.raises(ValueError, match="1000"):
        drive.generate_ids(1001)
    with pytest.raises(ValueError, match="124 bytes"):
        drive.copy("t", "p", "n", {"pa.lead": "é" * 60})


def test_ids_come_in_hundreds(drive):
    assert len(set(drive.generate_ids(300))) == 300


@given(st.text())
def test_a_quoted_value_ends_where_it_ends(text):
    inner = quoted(text)[1:-1]
    assert inner.replace("\\\\", "").replace("\\'", "").count("'") == 0
    unescaped = iter(inner)
    assert "".join(next(unescaped) if letter == "\\" else letter for letter in unescaped) == text
