"""The timeline of a lead: all that happened, page by page, newest first, and as a text file."""

from __future__ import annotations

from commands import views
from commands.act import Act, View
from commands.registry import action
from sops import blocks, said, status_update, timeline_text
from sops.blocks import Block, escape
from sops.status_update import shared_plan
from sops.status_update_retraction import take_back_button
from sops.timeline_text import happened
from store.lead import Event, Lead

_TITLE = "Timeline"
_ON_A_PAGE = 15
_LENGTH = 600
_AUDIENCES = {
    "team": ":lock: team only",
    "notes": ":outbox_tray: also in the running notes",
}


@action("lead_timeline")
def timeline(act: Act) -> None:
    act.ack()
    views.open_over(act, views.loading(_TITLE, "Reading all that happened…"))
    act.show(_page(act, act.context.store.get(act.value), 1))


@action("timeline_newer")
@action("timeline_older")
def turn(act: Act) -> None:
    """The value is the lead's id and the page to show, counted from 1."""
    act.ack()
    act.stay()
    lead_id, _, page = act.value.partition(" ")
    act.show(_page(act, act.context.store.get(lead_id), int(page)))


@action("timeline_file")
def file(act: Act) -> None:
    """Everything as a text file, into the person's own messages with the assistant."""
    act.ack()
    act.stay()
    lead_id, _, page = act.value.partition(" ")
    lead = act.context.store.get(lead_id)
    lines = happened(act.context, lead.id)
    act.context.services.slack.send_file(
        act.user,
        timeline_text.file_name(lead),
        timeline_text.as_text(act.context, lead, lines).encode(),
        f"The timeline of {escape(blocks.cut(lead.organisation, 200))}",
    )
    told = f":page_facing_up: It is in your messages with me, with all {len(lines)} lines. For the team only."
    act.show(_page(act, lead, int(page), told))


def _page(act: Act, lead: Lead, wanted: int, told: str = "") -> View:
    """Page `wanted`, or the last one where there are fewer."""
    lines = happened(act.context, lead.id)
    pages = max(1, -(-len(lines) // _ON_A_PAGE))
    page = min(max(wanted, 1), pages)
    newest_first = lines[::-1][(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    name = escape(blocks.cut(lead.organisation, 200))
    shown = [
        blocks.section(
            told or f"*{name}* · {_counted(len(lines), page, pages)}, newest first · for the team only"
        ),
        blocks.divider(),
        *(_line(line) for line in newest_first),
        blocks.actions(*_ways(lead, page, pages)),
    ]
    return views.modal(_TITLE, shown, metadata={"channel": act.channel, "lead_id": lead.id})


def _counted(lines: int, page: int, pages: int) -> str:
    number = f"{lines} line{'s' if lines != 1 else ''}"
    return number if pages == 1 else f"page {page} of {pages} · {number}"


def _line(line: Event) -> Block:
    """When, in the reader's own time zone (Slack: date formatting), who, for whom where that is told of an update or
    shared, and what: a mail that went out is no secret of the team's."""
    parts = [blocks.moment(line.at, "{date_num} {time}")]
    if timeline_text.is_person(line.by):
        parts.append(f"<@{line.by}>")
    if line.audience != "team" or line.kind in (status_update.KIND, said.KIND):
        parts.append(_AUDIENCES.get(line.audience, escape(line.audience)))
    words = f"{' · '.join(parts)}\n{escape(blocks.cut(line.text, _LENGTH))}"
    shared = shared_plan(line)
    return blocks.section(words, accessory=take_back_button(shared) if shared else None)


def _ways(lead: Lead, page: int, pages: int) -> list[Block]:
    ways = []
    if page > 1:
        ways.append(blocks.button("← Newer", "timeline_newer", f"{lead.id} {page - 1}"))
    if page < pages:
        ways.append(blocks.button("Older →", "timeline_older", f"{lead.id} {page + 1}"))
    ways.append(blocks.button("As a text file", "timeline_file", f"{lead.id} {page}"))
    return ways
