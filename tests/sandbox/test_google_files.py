"""Drive's files: searching, ids given out in advance, copies, shortcuts, the trash, uploads and exports."""

from __future__ import annotations

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload
from hypothesis import given
from hypothesis import strategies as st

from sandbox.google.problems import Problem
from sandbox.google.queries import parsed, starts_words
from tests.sandbox.google_account import (
    AGREEMENT,
    AGREEMENTS,
    ALL,
    ASSETS,
    NOTES,
    SEARCH,
    SHORTCUT,
    TEAM_DRIVE,
    TEMPLATES,
    G,
    insert,
    reason,
)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def test_the_tree_is_the_procedures(google):
    assert google.names(f"'{TEAM_DRIVE}' in parents and name = 'partnerships'") == ["Partnerships"]
    inside = google.names("'1SandboxPartnerships' in parents", orderBy="name")
    assert inside == ["Agreements", "Assets", "Invoices", "Templates"]
    templates = google.names(f"'{TEMPLATES}' in parents", orderBy="name desc")
    assert templates == ["[Template] Running Notes", "[TEMPLATE] Outbound Services Agreement"]


@pytest.mark.parametrize("name", ["O'Reilly \\ Lab", '"Quoted" & <b>', "Ünïversität 🎉", "a\\'b", "\\", "'"])
def test_a_name_with_odd_letters_is_found_when_escaped(google, name):
    google.folder(name)
    assert google.names(f"name = {quoted(name)} and trashed = false") == [name]


@pytest.mark.parametrize(
    "q",
    [
        "", " ", "name", "name =", "name = Uni", 'name = "Uni"', "name = 'O'Reilly'", "name = 'a\\b'",
        "name = 'a' and", "and name = 'a'", "(name = 'a'", "name = 'a')", "name == 'a'", "title = 'a'",
        "trashed = 'false'", "trashed = FALSE", "'x' in parent", "name > 'a'", "name = 'a' name = 'b'",
        "modifiedTime > 'yesterday'", "appProperties has { key='a' }", "not", "name = 'a'; drop", "mimeType contains",
    ],
)  # fmt: skip
def test_a_query_outside_the_grammar_is_refused(google, q):
    with pytest.raises(HttpError) as refused:
        google.names(q)
    assert reason(refused.value) == (400, "invalid")


def test_conditions_combine_from_left_to_right_and_not_binds_tightest(google):
    one, two = google.folder("One"), google.folder("Two")
    google.files.update(fileId=one, body={"trashed": True}, **ALL).execute()
    own = f"'{AGREEMENTS}' in parents and mimeType = '{G}folder'"
    assert google.names(f"{own} and not trashed = true") == ["Two"]
    assert google.names(f"name = 'Two' or name = 'One' and trashed = true and {own}") == ["One"]
    assert google.names(f"name = 'Two' or (name = 'One' and trashed = true) and {own}") == ["Two", "One"]
    assert google.names(f"{own} and not (name = 'One' or name = 'Three')") == ["Two"]
    assert google.names(f"{own} and name != 'one'") == ["Two"]
    later = "2020-01-01T00:00:00"
    assert google.names(f"{own} and createdTime > '{later}' and modifiedTime >= '{later}Z'") == ["Two", "One"]
    assert two


def test_properties_are_found_by_key_and_value_and_are_not_told_by_default(google):
    made = google.folder("Uni", appProperties={"pa.lead": "l1", "pa.kind": "folder"})
    assert google.names("appProperties has { key='pa.lead' and value='l1' }") == ["Uni"]
    assert google.names("appProperties has { key='pa.lead' and value='l2' }") == []
    body = {"appProperties": {"pa.lead": None, "pa.more": "x"}}
    kept = google.files.update(fileId=made, body=body, fields="appProperties", **ALL).execute()
    assert kept == {"appProperties": {"pa.kind": "folder", "pa.more": "x"}}
    with pytest.raises(HttpError) as refused:
        google.folder("Long", appProperties={"key": "ä" * 61})
    assert reason(refused.value) == (403, "propertyTooLong")


def test_a_search_by_words_finds_beginnings_only(google):
    google.folder("HelloWorld of Ümlaut-Labs")
    assert [google.names(f"name contains '{q}'") != [] for q in ("hello", "World", "of üml", "labs", "f Ü")] == [
        True, False, True, True, False,
    ]  # fmt: skip


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_name_is_found_by_its_escaped_self_and_no_query_breaks_the_parser(name, other):
    try:
        parsed(f"name = {quoted(name)} and (not name contains {quoted(other)} or trashed = false)")
        parsed(other)
    except Problem as problem:
        assert problem.status in (400, 501)
    assert starts_words(f"x {name}", name) or not any(c.isalnum() or c == "_" for c in name)


def test_shared_drives_are_searched_only_with_both_flags(google):
    assert google.files.list(q="name = 'Templates'").execute()["files"] == []
    wrong = (
        {"corpora": "drive"},
        {"driveId": TEAM_DRIVE},
        {"corpora": "drive", "driveId": TEAM_DRIVE, **ALL},
        {"corpora": "drive", "driveId": "0AElsewhere", "includeItemsFromAllDrives": True, **ALL},
        {"corpora": "everything"},
    )
    statuses = []
    for asked in wrong:
        with pytest.raises(HttpError) as refused:
            google.files.list(**asked).execute()
        statuses.append(reason(refused.value)[0])
    assert statuses == [400, 400, 403, 404, 400]


def test_what_lies_in_a_folder_that_does_not_exist_is_an_error(google):
    with pytest.raises(HttpError) as refused:
        google.names("'1Nowhere' in parents")
    assert reason(refused.value) == (404, "notFound")


def test_pages_follow_each_other_and_a_token_belongs_to_its_query(google):
    for number in range(7):
        google.folder(f"Folder {number}")
    seen, asked = (
        [],
        {"q": f"'{AGREEMENTS}' in parents and mimeType = '{G}folder'", "orderBy": "name", "pageSize": 3},
    )
    request = google.files.list(**asked, **SEARCH, fields="nextPageToken,files(name)")
    while request is not None:
        page = request.execute()
        seen.append([each["name"][-1] for each in page["files"]])
        request = google.files.list_next(request, page)
    assert seen == [["0", "1", "2"], ["3", "4", "5"], ["6"]]
    token = google.files.list(**asked, **SEARCH).execute()["nextPageToken"]
    for wrong in ("abc", token[:-4], token):
        with pytest.raises(HttpError) as refused:
            google.files.list(**asked | {"pageSize": 4}, pageToken=wrong, **SEARCH).execute()
        assert reason(refused.value) == (400, "invalid")


def test_a_search_by_name_lags_and_one_by_parent_does_not(google, sandbox):
    google.person("switches", lag_seconds=60)
    google.folder("Just made", appProperties={"a": "b"})
    assert google.names("name = 'Just made'") == []
    assert google.names(f"'{AGREEMENTS}' in parents and name = 'Just made'") == []
    assert google.names("appProperties has { key='a' and value='b' }") == []
    assert "Just made" in google.names(f"'{AGREEMENTS}' in parents and trashed = false")
    sandbox.world.clock.advance(61)
    assert google.names("name = 'Just made'") == ["Just made"]


def test_an_id_given_out_in_advance_makes_one_folder_only(google):
    first, second = google.drive.files().generateIds(count=2).execute()["ids"]
    assert google.folder("Uni", id=first) == first
    with pytest.raises(HttpError) as again:
        google.folder("Uni", id=first)
    assert reason(again.value) == (409, "fileIdInUse")
    with pytest.raises(HttpError) as invented:
        google.folder("Uni", id="1Invented")
    assert reason(invented.value) == (400, "invalid")
    with pytest.raises(HttpError) as copied:
        google.files.copy(fileId=NOTES, body={"id": second, "parents": [AGREEMENTS]}, **ALL).execute()
    assert reason(copied.value) == (403, "insufficientFilePermissions")
    assert "Generated IDs are not supported for Docs Editors formats." in str(copied.value)
    assert google.names("name = 'Uni'") == ["Uni"]
    assert len(google.files.generateIds(count=5000).execute()["ids"]) == 1000


def test_a_shortcut_leads_to_its_target_and_cannot_be_copied(google):
    [found] = google.files.list(
        q="name = '[TEMPLATE] Outbound Services Agreement'",
        fields="files(id,mimeType,shortcutDetails)",
        **SEARCH,
    ).execute()["files"]
    assert found["shortcutDetails"] == {"targetId": AGREEMENT, "targetMimeType": f"{G}document"}
    with pytest.raises(HttpError) as refused:
        google.files.copy(fileId=found["id"], body={"name": "Contract"}, **ALL).execute()
    assert reason(refused.value) == (403, "cannotCopyFile")
    where = google.files.get(fileId=AGREEMENT, fields="parents", **ALL).execute()["parents"]
    assert where != [TEMPLATES]
    body = {"name": "To the logo", "mimeType": f"{G}shortcut", "parents": [ASSETS]}
    with pytest.raises(HttpError) as empty:
        google.files.create(body=body, **ALL).execute()
    assert reason(empty.value) == (400, "required")
    made = google.files.create(
        body=body | {"shortcutDetails": {"targetId": "1SandboxLogo"}}, fields="shortcutDetails", **ALL
    ).execute()
    assert made["shortcutDetails"]["targetMimeType"] == "image/svg+xml"


def test_a_copy_has_the_words_but_neither_the_sharing_nor_the_comments(google):
    google.share(AGREEMENT, "jane@lawyers.example")
    body = {"name": "Uni + 2i2c/CS&S - Services Agreement 2026-11-22", "parents": [AGREEMENTS]}
    copied = google.files.copy(
        fileId=AGREEMENT, body=body, copyComments=False, fields="id,parents", **ALL
    ).execute()
    assert copied["parents"] == [AGREEMENTS]
    view = google.view(copied["id"])
    assert view["text"] == google.view(AGREEMENT)["text"]
    assert view["comments"] == []
    assert not any(run["comments"] for line in view["lines"] for run in line["runs"])
    assert "jane@lawyers.example" not in [each["address"] for each in view["readers"]]
    with_comments = google.files.copy(fileId=AGREEMENT, body=body, copyComments=True, **ALL).execute()
    assert [each["quote"] for each in google.view(with_comments["id"])["comments"]] == ["60 days"]


def test_a_copy_carries_the_sources_properties_unless_cleared(google):
    google.files.update(fileId=NOTES, body={"appProperties": {"pa.mark": "template"}}, **ALL).execute()
    body = {"parents": [AGREEMENTS], "appProperties": {"pa.lead": "l1"}}
    kept = google.files.copy(fileId=NOTES, body=body, fields="name,appProperties", **ALL).execute()
    own = {"pa.mark": "template", "pa.lead": "l1"}
    assert kept == {"name": "Copy of [Template] Running Notes", "appProperties": own}
    body["appProperties"] = {"pa.lead": "l1", "pa.mark": None}
    cleared = google.files.copy(fileId=NOTES, body=body, fields="appProperties", **ALL).execute()
    assert cleared == {"appProperties": {"pa.lead": "l1"}}


def test_a_trashed_folder_takes_its_files_along(google):
    folder = google.folder("Uni")
    notes = google.notes(parent=folder)
    google.files.update(fileId=folder, body={"trashed": True}, **ALL).execute()
    flags = "trashed,explicitlyTrashed"
    assert google.files.get(fileId=notes, fields=flags, **ALL).execute() == {
        "trashed": True,
        "explicitlyTrashed": False,
    }
    assert google.names(f"'{folder}' in parents and trashed = false") == []
    with pytest.raises(HttpError) as refused:
        google.notes(parent=folder)
    assert reason(refused.value) == (403, "parentIsTrashed")
    google.files.update(fileId=folder, body={"trashed": False}, **ALL).execute()
    assert len(google.names(f"'{folder}' in parents and trashed = false")) == 1


def test_a_file_has_one_parent_and_moves_by_losing_it(google):
    for parents, expected in (
        (["root", ASSETS], "multipleParentsNotSupported"),
        ([NOTES], "parentNotAFolder"),
    ):
        with pytest.raises(HttpError) as refused:
            google.files.create(body={"name": "x", "parents": parents}, **ALL).execute()
        assert reason(refused.value) == (403, expected)
    notes = google.notes()
    with pytest.raises(HttpError) as added:
        google.files.update(fileId=notes, addParents=ASSETS, **ALL).execute()
    assert reason(added.value) == (403, "teamDrivesParentLimit")
    moved = google.files.update(
        fileId=notes,
        addParents=ASSETS,
        removeParents=AGREEMENTS,
        body={"name": "Moved"},
        fields="name,parents",
        **ALL,
    ).execute()
    assert moved == {"name": "Moved", "parents": [ASSETS]}


def test_nobody_but_a_manager_deletes_for_good(google):
    notes = google.notes()
    with pytest.raises(HttpError) as refused:
        google.files.delete(fileId=notes, **ALL).execute()
    assert reason(refused.value) == (403, "insufficientFilePermissions")
    google.person("switches", assistant_role="organizer")
    assert google.files.delete(fileId=notes, **ALL).execute() == ""
    assert google.names(f"'{AGREEMENTS}' in parents and name contains 'Running'") == []


def test_a_lesser_role_may_less_and_none_sees_nothing(google):
    notes = google.notes()
    asked = {"fileId": notes, "fields": "capabilities(canEdit,canShare,canTrash,canComment)", **ALL}
    seen = {}
    for role in ("fileOrganizer", "writer", "commenter", "reader"):
        google.person("switches", assistant_role=role)
        able = google.files.get(**asked).execute()["capabilities"]
        seen[role] = [name for name, value in able.items() if value]
    assert seen == {
        "fileOrganizer": ["canEdit", "canComment", "canShare", "canTrash"],
        "writer": ["canEdit", "canComment", "canShare"],
        "commenter": ["canComment"],
        "reader": [],
    }
    with pytest.raises(HttpError) as refused:
        google.files.update(fileId=notes, body={"name": "x"}, **ALL).execute()
    assert reason(refused.value) == (403, "insufficientFilePermissions")
    google.person("switches", assistant_role="")
    with pytest.raises(HttpError) as unseen:
        google.files.get(**asked).execute()
    assert reason(unseen.value) == (404, "notFound")


def test_an_upload_is_kept_and_comes_back_byte_for_byte(google):
    data = b"%PDF-1.4\r\n\x00\xff--x\r\n--" + bytes(range(256))
    media = MediaInMemoryUpload(data, mimetype="application/pdf")
    body = {"name": "Signed.pdf", "parents": [ASSETS]}
    made = google.files.create(body=body, media_body=media, fields="id,name,mimeType,size", **ALL).execute()
    assert (made["name"], made["mimeType"], made["size"]) == ("Signed.pdf", "application/pdf", str(len(data)))
    assert google.files.get_media(fileId=made["id"], **ALL).execute() == data
    with pytest.raises(HttpError) as refused:
        google.files.get_media(fileId=NOTES, **ALL).execute()
    assert reason(refused.value) == (403, "fileNotDownloadable")


def test_a_document_is_exported_as_pdf_and_as_text(google):
    pdf = google.files.export(fileId=NOTES, mimeType="application/pdf").execute()
    assert pdf.startswith(b"%PDF-1.4")
    assert b"(Running notes -- PartnerX + 2i2c)" in pdf
    text = google.files.export(fileId=NOTES, mimeType="text/plain").execute().decode("utf-8-sig")
    assert text.splitlines()[0] == "Running notes -- PartnerX + 2i2c"
    for file, kind, expected in (
        (NOTES, "image/gif", (400, "badRequest")),
        ("1SandboxLogo", "application/pdf", (403, "fileNotExportable")),
        (SHORTCUT, "application/pdf", (403, "fileNotExportable")),
    ):
        with pytest.raises(HttpError) as refused:
            google.files.export(fileId=file, mimeType=kind).execute()
        assert reason(refused.value) == expected


def test_a_document_above_ten_megabytes_is_not_exported(google):
    document = google.blank()
    google.edit(document, *(insert(1, "x" * 950_000) for _ in range(11)))
    with pytest.raises(HttpError) as refused:
        google.files.export(fileId=document, mimeType="text/plain").execute()
    assert reason(refused.value) == (403, "exportSizeLimitExceeded")


def test_the_drive_says_what_the_assistant_may_and_what_is_restricted(google):
    google.person("switches", domain_users_only=True)
    asked = {"driveId": TEAM_DRIVE, "fields": "name,capabilities(canShare),restrictions(domainUsersOnly)"}
    assert google.drive.drives().get(**asked).execute() == {
        "name": "2i2c Team Drive",
        "capabilities": {"canShare": True},
        "restrictions": {"domainUsersOnly": True},
    }
    listed = google.drive.drives().list().execute()["drives"]
    assert [each["id"] for each in listed] == [TEAM_DRIVE]
    me = google.drive.about().get(fields="user(emailAddress)").execute()
    assert me == {"user": {"emailAddress": "assistant@2i2c.org"}}
    with pytest.raises(HttpError) as refused:
        google.drive.drives().get(driveId="0AElsewhere").execute()
    assert reason(refused.value) == (404, "notFound")
