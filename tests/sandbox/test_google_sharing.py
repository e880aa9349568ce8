"""Sharing as Google does it: the permission, the mail in somebody's inbox, and every refusal; comments too."""

from __future__ import annotations

import re

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.google_account import AGREEMENT, AGREEMENTS, ALL, NOTES, Account, reason

ADA = "ada@uni.example"


def roles(google: Account, file: str) -> dict[str, str]:
    """Who has access given on this very file."""
    fields = "permissions(emailAddress,role,permissionDetails(inherited))"
    listed = google.permissions.list(fileId=file, fields=fields, **ALL).execute()["permissions"]
    own = [each for each in listed if not each["permissionDetails"][0]["inherited"]]
    return {each["emailAddress"]: each["role"] for each in own}


def test_sharing_mails_a_link_that_opens_the_document(google):
    notes = google.notes()
    answer = google.share(notes, ADA, emailMessage="Dear Ada,\n<b>here</b> are our notes.")
    assert set(answer) == {"kind", "id", "type", "role"}
    [mail] = google.inbox(ADA)
    assert mail["from"] == "Google Drive <drive-shares-noreply@google.example>"
    assert mail["subject"] == 'Document shared with you: "Running notes -- Uni + 2i2c"'
    assert "Dear Ada," in mail["text"]
    assert "<b>here</b>" in mail["text"]
    address = re.search(r'href="([^"]+)"', mail["html"])
    opened = google.web.get(address[1].replace("&amp;", "&"))  # type: ignore[index]
    assert opened.status_code == 200
    assert "<h1>Running notes -- PartnerX + 2i2c</h1>" in opened.text
    assert "ada@uni.example · You can edit" in opened.text


def test_only_who_was_invited_can_open_it(google):
    notes = google.notes()
    url = google.sandbox.url(f"/google/document/d/{notes}/edit")
    google.share(notes, ADA, "reader", sendNotificationEmail=False)
    assert google.inbox(ADA) == []
    assert "You can view" in google.web.get(url, params={"as": ADA}).text
    assert google.web.get(url, params={"as": "bo@uni.example"}).status_code == 403
    assert google.web.get(url, params={"as": "<script>"}).text.count("<script>") == 0
    assert google.web.get(google.sandbox.url("/google/document/d/1Nowhere/edit")).status_code == 404


def test_hostile_words_are_shown_and_never_run(google):
    hostile = '<img src=x onerror=alert(1)> "&'
    document = google.blank(hostile, name=hostile)
    google.share(document, ADA, emailMessage=hostile)
    page = google.web.get(google.sandbox.url(f"/google/document/d/{document}/edit"), params={"as": ADA}).text
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3
    assert "<img" not in page + google.inbox(ADA)[0]["html"]
    assert hostile in google.inbox(ADA)[0]["text"]


def test_a_repeat_neither_doubles_nor_lowers_a_permission_but_mails_again(google):
    notes = google.notes()
    first = google.share(notes, ADA, "writer")
    again = google.share(notes, ADA.upper(), "reader")
    assert (again["id"], again["role"]) == (first["id"], "writer")
    assert roles(google, notes) == {ADA: "writer"}
    assert len(google.inbox(ADA)) == 2


def test_one_person_has_one_permission_id_on_every_file(google):
    one, two = google.notes("One"), google.notes("Two")
    assert google.share(one, ADA)["id"] == google.share(two, ADA, "reader")["id"]


def test_a_folders_sharing_reaches_what_lies_in_it(google):
    folder = google.folder("Uni")
    notes = google.notes(parent=folder)
    google.share(folder, ADA, "reader")
    fields = "permissions(emailAddress,role,permissionDetails)"
    listed = google.permissions.list(fileId=notes, fields=fields, **ALL).execute()["permissions"]
    [inherited] = [each for each in listed if each["emailAddress"] == ADA]
    assert inherited["permissionDetails"] == [
        {"permissionType": "file", "role": "reader", "inherited": True, "inheritedFrom": folder}
    ]
    assert {each["emailAddress"] for each in listed} >= {"damian@2i2c.org", "assistant@2i2c.org"}
    id = google.permissions.list(fileId=folder, fields="permissions(id,emailAddress)", **ALL).execute()[
        "permissions"
    ]
    own = next(each["id"] for each in id if each["emailAddress"] == ADA)
    with pytest.raises(HttpError) as refused:
        google.permissions.delete(fileId=notes, permissionId=own, **ALL).execute()
    assert reason(refused.value) == (403, "cannotModifyInheritedTeamDrivePermission")
    google.permissions.delete(fileId=folder, permissionId=own, **ALL).execute()
    assert roles(google, notes) == {}


def test_access_can_be_read_changed_and_taken_away(google):
    notes = google.notes()
    id = google.share(notes, ADA)["id"]
    where = {"fileId": notes, "permissionId": id, **ALL}
    google.permissions.update(**where, body={"role": "commenter"}).execute()
    assert google.permissions.get(**where, fields="role").execute() == {"role": "commenter"}
    google.permissions.delete(**where).execute()
    with pytest.raises(HttpError) as gone:
        google.permissions.get(**where).execute()
    assert reason(gone.value) == (404, "notFound")


def test_without_a_google_account_the_invitation_is_mandatory_and_may_be_forbidden(google):
    notes, who = google.notes(), "max@nogoogle.example"
    with pytest.raises(HttpError) as quiet:
        google.share(notes, who, sendNotificationEmail=False)
    assert reason(quiet.value) == (400, "invalidSharingRequest")
    assert 'you must check the "Notify people" box' in str(quiet.value)
    with pytest.raises(HttpError) as forbidden:
        google.share(notes, who)
    assert reason(forbidden.value) == (403, "cannotShareTeamDriveWithNonGoogleAccounts")
    assert roles(google, notes) == {}
    google.person("switches", visitors=True)
    google.share(notes, who)
    assert "no Google account" in google.inbox(who)[0]["text"]
    assert roles(google, notes) == {who: "writer"}


def test_a_policy_refuses_an_address_in_one_of_two_ways_and_mails_nobody(google):
    notes, who = google.notes(), "eve@blocked.example"
    with pytest.raises(HttpError) as refused:
        google.share(notes, who)
    assert reason(refused.value) == (403, "domainPolicy")
    google.person("switches", policy="invalidSharingRequest")
    with pytest.raises(HttpError) as worded:
        google.share(notes, who)
    assert reason(worded.value) == (400, "invalidSharingRequest")
    assert "ACL change not allowed." in str(worded.value)
    assert (roles(google, notes), google.inbox(who)) == ({}, [])


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ({"domain_users_only": True}, "teamDriveDomainUsersOnlyRestriction"),
        ({"members_only": True}, "teamDriveTeamMembersOnlyRestriction"),
        ({"assistant_role": "commenter"}, "insufficientFilePermissions"),
    ],
)
def test_the_drives_settings_refuse_outsiders(google, switch, expected):
    notes = google.notes()
    google.person("switches", **switch)
    with pytest.raises(HttpError) as refused:
        google.share(notes, ADA)
    assert reason(refused.value) == (403, expected)
    assert google.inbox(ADA) == []


def test_shared_although_the_mail_could_not_be_sent(google, sandbox):
    notes = google.notes()
    sandbox.world.faults.add("google", "POST */permissions", "shared_without_mail", match=ADA)
    with pytest.raises(HttpError) as refused:
        google.share(notes, ADA)
    assert reason(refused.value) == (400, "invalidSharingRequest")
    assert "successfully shared but emails could not be sent" in str(refused.value)
    assert (roles(google, notes), google.inbox(ADA)) == ({ADA: "writer"}, [])


def test_too_many_invitations_are_refused_for_hours(google, sandbox):
    sandbox.world.faults.add("google", "*", "sharingRateLimitExceeded", times=0)
    with pytest.raises(HttpError) as refused:
        google.share(google.notes(), ADA)
    assert reason(refused.value) == (403, "sharingRateLimitExceeded")
    assert google.inbox(ADA) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "user", "role": "writer"}, (400, "invalid")),
        ({"type": "user", "role": "writer", "emailAddress": "nobody"}, (400, "invalid")),
        ({"type": "user", "role": "editor", "emailAddress": ADA}, (400, "invalid")),
        ({"type": "robot", "role": "writer", "emailAddress": ADA}, (400, "invalid")),
        ({"type": "user", "role": "owner", "emailAddress": ADA}, (403, "ownerOnTeamDriveItemNotSupported")),
        (
            {"type": "user", "role": "organizer", "emailAddress": ADA},
            (403, "organizerOnNonTeamDriveItemNotSupported"),
        ),
        ({"type": "anyone", "role": "reader"}, (501, "notImplemented")),
    ],
)
def test_a_permission_that_cannot_be_is_refused(google, body, expected):
    notes = google.notes()
    with pytest.raises(HttpError) as refused:
        google.permissions.create(fileId=notes, body=body, **ALL).execute()
    assert reason(refused.value) == expected
    assert roles(google, notes) == {}


def test_a_file_hidden_from_the_assistant_is_not_found_by_either_api(google):
    notes = google.notes()
    google.person(f"docs/{notes}/limit")
    for call in (google.files.get(fileId=notes, **ALL), google.docs.get(documentId=notes)):
        with pytest.raises(HttpError) as refused:
            call.execute()
        assert reason(refused.value)[0] == 404
    assert "Running notes -- Uni + 2i2c" not in google.names(f"'{AGREEMENTS}' in parents")
    google.person(f"docs/{notes}/limit", limited=False)
    assert google.files.get(fileId=notes, **ALL).execute()["id"] == notes


def test_comments_of_people_are_read_answered_and_resolved(google):
    notes = google.notes()
    google.person(f"docs/{notes}/share", address=ADA, role="commenter")
    made = google.person(
        f"docs/{notes}/comment", text="<b>Which</b> day?", quote="newest entry first", **{"as": ADA}
    )["made"]
    comments, where = google.drive.comments(), {"fileId": notes, "commentId": made}
    fields = "comments(author(displayName,emailAddress),content,htmlContent,quotedFileContent,resolved)"
    [comment] = comments.list(fileId=notes, fields=fields).execute()["comments"]
    assert comment == {
        "author": {"displayName": "Ada"},
        "content": "<b>Which</b> day?",
        "htmlContent": "&lt;b&gt;Which&lt;/b&gt; day?",
        "quotedFileContent": {"mimeType": "text/html", "value": "newest entry first"},
        "resolved": False,
    }
    replies = google.drive.replies()
    with pytest.raises(HttpError) as empty:
        replies.create(**where, body={}, fields="id").execute()
    assert reason(empty.value) == (400, "invalid")
    replies.create(**where, body={"content": "Monday"}, fields="id").execute()
    replies.create(**where, body={"action": "resolve"}, fields="id").execute()
    seen = comments.get(**where, fields="resolved,replies(content,action)").execute()
    assert seen == {
        "resolved": True,
        "replies": [{"content": "Monday"}, {"content": "", "action": "resolve"}],
    }
    with pytest.raises(HttpError) as anothers:
        comments.delete(**where).execute()
    assert reason(anothers.value) == (403, "insufficientFilePermissions")


def test_a_comment_of_the_assistant_can_be_changed_and_deleted(google):
    comments = google.drive.comments()
    made = comments.create(fileId=NOTES, body={"content": "First"}, fields="id").execute()["id"]
    where = {"fileId": NOTES, "commentId": made}
    comments.update(**where, body={"content": "Second"}, fields="id").execute()
    assert comments.get(**where, fields="content").execute() == {"content": "Second"}
    comments.delete(**where).execute()
    assert comments.list(fileId=NOTES, fields="comments(id)").execute() == {"comments": []}
    gone = comments.list(fileId=NOTES, includeDeleted=True, fields="comments(deleted,content)").execute()
    assert gone == {"comments": [{"deleted": True}]}


def test_the_template_has_a_comment_no_lead_should_see(google):
    [comment] = (
        google.drive.comments().list(fileId=AGREEMENT, fields="comments(content)").execute()["comments"]
    )
    assert "do not say so to the partner" in comment["content"]
