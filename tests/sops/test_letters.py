"""A canned response as people read it, and what its checks look at."""

from __future__ import annotations

from sops import letters

SOURCE = (
    "<p>Hello!</p><p>Thank you &amp; welcome. Write to partnerships@2i2c.org or "
    '<a href="https://calendly.com/colliand/25-minute-zoom-meeting">schedule a virtual meeting</a>.</p>'
    "<p>Best regards,<br>2i2c's Partnerships Team</p>"
)


def test_it_reads_as_paragraphs_with_links() -> None:
    assert letters.as_mrkdwn(SOURCE) == (
        "Hello!\n\nThank you &amp; welcome. Write to partnerships@2i2c.org or "
        "<https://calendly.com/colliand/25-minute-zoom-meeting|schedule a virtual meeting>.\n\n"
        "Best regards,\n2i2c's Partnerships Team"
    )


def test_links_written_out_count_once() -> None:
    body = '<a href="https://calendly.com/a/b">https://calendly.com/a/b</a> https://calendly.com/a/c.'
    assert letters.links(body) == ["https://calendly.com/a/b", "https://calendly.com/a/c"]


def test_hostile_html_mentions_nobody_and_links_nowhere() -> None:
    body = '<script>alert(1)</script><a href="javascript:x">click</a> &lt;!channel&gt;'
    assert letters.as_mrkdwn(body) == "click &lt;!channel&gt;"


def test_known_placeholders_are_filled_and_escaped() -> None:
    body = "Dear {{ticket.requester.name}}, {{ ticket.url }}"
    filled = letters.fill(body, {"ticket.requester.name": "Ada <b>"})
    assert filled == "Dear Ada &lt;b&gt;, {{ ticket.url }}"
    assert letters.unfilled(filled) == ["{{ ticket.url }}"]


def test_template_tags_count_as_unfilled() -> None:
    assert letters.unfilled("{% if x %} hello {{") == ["{% if x %}", "{{"]
