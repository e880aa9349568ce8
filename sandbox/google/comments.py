"""Drive's comments and replies; the same threads are in the Docs API's documents."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

from sandbox.google.answers import moment, user
from sandbox.google.call import Call, Handler
from sandbox.google.drive import new_id
from sandbox.google.problems import Problem, invalid, no_permission
from sandbox.google.records import ASSISTANT, Comment, Reply

LONGEST = 4_096
ACTIONS = ("resolve", "reopen")
DEFAULT_PAGE = 20


def list_comments(call: Call) -> dict[str, Any]:
    """All threads, the newest first; deleted ones only when asked for."""
    file = call.file()
    found = call.drive.state.comments.get(file.id, [])
    shown = [each for each in reversed(found) if call.query["includeDeleted"] or not each.deleted]
    return {
        "kind": "drive#commentList",
        **call.page(shown, comment_as_json, "comments", call.query.get("pageSize", DEFAULT_PAGE)),
    }


def get_comment(call: Call) -> dict[str, Any]:
    return comment_as_json(_comment(call))


def create_comment(call: Call) -> dict[str, Any]:
    """Drive: a comment made here is on the whole document, whatever it quotes."""
    file = call.file(role="commenter")
    quoted = call.body.inside("quotedFileContent")
    quoted.get("mimeType")
    comment = Comment(new_id(), ASSISTANT, _content(call), call.now, call.now, quoted.get("value", ""))
    return comment_as_json(call.drive.put_comment(file.id, comment))


def update_comment(call: Call) -> dict[str, Any]:
    comment = replace(_own(_comment(call)), content=_content(call), modified=call.now)
    return comment_as_json(call.drive.put_comment(call.file().id, comment))


def delete_comment(call: Call) -> None:
    gone = replace(_own(_comment(call)), content="", deleted=True, modified=call.now)
    call.drive.put_comment(call.file().id, gone)


def list_replies(call: Call) -> dict[str, Any]:
    call.query.get("includeDeleted")
    size = call.query.get("pageSize", DEFAULT_PAGE)
    return {"kind": "drive#replyList", **call.page(_comment(call).replies, reply_as_json, "replies", size)}


def create_reply(call: Call) -> dict[str, Any]:
    """An answer, and with `action` the end or the new start of a discussion."""
    file, comment = call.file(role="commenter"), _comment(call)
    action = call.body.get("action", "")
    if action and action not in ACTIONS:
        raise invalid("Invalid Value", "action", "other")
    content = _content(call) if "content" in call.body or not action else ""
    reply = Reply(new_id(), ASSISTANT, content, call.now, call.now, action)
    call.drive.put_comment(file.id, answered(comment, reply))
    return reply_as_json(reply)


HANDLERS: dict[str, Handler] = {
    "drive.comments.list": list_comments,
    "drive.comments.get": get_comment,
    "drive.comments.create": create_comment,
    "drive.comments.update": update_comment,
    "drive.comments.delete": delete_comment,
    "drive.replies.list": list_replies,
    "drive.replies.create": create_reply,
}


def answered(comment: Comment, reply: Reply) -> Comment:
    """A thread with one more reply, resolved or opened by it."""
    resolved = {"resolve": True, "reopen": False}.get(reply.action, comment.resolved)
    return replace(comment, replies=(*comment.replies, reply), resolved=resolved, modified=reply.created)


def comment_as_json(comment: Comment) -> dict[str, Any]:
    """Drive's `Comment`. The author's address is not told."""
    told: dict[str, Any] = {
        "kind": "drive#comment",
        "id": comment.id,
        "createdTime": moment(comment.created),
        "modifiedTime": moment(comment.modified),
        "deleted": comment.deleted,
        "resolved": comment.resolved,
        "author": _author(comment.author),
        "replies": [reply_as_json(each) for each in comment.replies],
    }
    if comment.quote:
        told["quotedFileContent"] = {"mimeType": "text/html", "value": html.escape(comment.quote)}
    if comment.anchor:
        told["anchor"] = comment.anchor
    if not comment.deleted:
        told |= {"content": comment.content, "htmlContent": html.escape(comment.content)}
    return told


def reply_as_json(reply: Reply) -> dict[str, Any]:
    """Drive's `Reply`."""
    return {
        "kind": "drive#reply",
        "id": reply.id,
        "createdTime": moment(reply.created),
        "modifiedTime": moment(reply.modified),
        "deleted": reply.deleted,
        "author": _author(reply.author),
        "content": reply.content,
        "htmlContent": html.escape(reply.content),
        **({"action": reply.action} if reply.action else {}),
    }


def _author(address: str) -> dict[str, Any]:
    told = user(address)
    return {name: told[name] for name in ("kind", "displayName", "me")}


def _comment(call: Call) -> Comment:
    file, id = call.file(), call.path["commentId"]
    for comment in call.drive.state.comments.get(file.id, []):
        if comment.id == id and (not comment.deleted or call.query.get("includeDeleted", False)):
            return comment
    raise Problem(404, "notFound", f"Comment not found: {id[:50]}.", "commentId")


def _own(comment: Comment) -> Comment:
    if comment.author != ASSISTANT:
        raise no_permission()
    return comment


def _content(call: Call) -> str:
    content = call.body.get("content", "")
    if not content or len(content) > LONGEST:
        raise invalid(f"The content must have 1 to {LONGEST} characters.", "content", "other")
    return str(content)
