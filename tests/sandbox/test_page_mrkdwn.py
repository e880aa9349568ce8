"""mrkdwn to HTML: Slack's formatting as people see it, and nothing a stranger typed becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from sandbox.page.addresses import followed, place_asked
from sandbox.page.mail_html import framed
from sandbox.page.mrkdwn import Directory, mrkdwn, plain

WHO = Directory({"U1": "Ada", "U2": '<b>Eve</b> "x"'}, {"C1": "partnerships"}, viewer="U1")


def shown(text: str) -> str:
    return str(mrkdwn(text, WHO))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _slanted_ and ~gone~", "<strong>bold</strong> and <em>slanted</em> and <del>gone</del>"),
        ("*all _of_ it*", "<strong>all <em>of</em> it</strong>"),
        ("2*3*4, snake_case_name, a * b * c", "2*3*4, snake_case_name, a * b * c"),
        ("`*not bold* <https://x.example>`", "<code>*not bold* https://x.example</code>"),
        ("one\ntwo", "one<br>two"),
        ("```\nx &lt; y\n```", "<pre>x &lt; y</pre>"),
        ("&gt; said\n&gt; twice\nI", "<blockquote>said<br>twice</blockquote>I"),
        (":tada: at 10:30:45 :nosuch:", "🎉 at 10:30:45 :nosuch:"),
        ("fish &amp; chips", "fish &amp; chips"),
        ("<!date^0^{date_num} {time}|then>", None),
    ],
)
def test_formatting_reads_as_in_slack(text: str, html: str | None) -> None:
    if html is None:
        assert shown(text).startswith("19")
    else:
        assert shown(text) == html


def test_a_list_hangs_from_its_bullets() -> None:
    assert shown("• one\n• two").count('class="bullet"') == 2


def test_a_link_opens_in_a_new_tab_with_its_label() -> None:
    link = shown("<https://2i2c.org/a?b=1&amp;c=2|our *site*>")
    assert link == (
        '<a href="https://2i2c.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">our *site*</a>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<javascript:alert(1)|click>",
        "<JaVaScRiPt:alert(1)>",
        "<data:text/html,x|x>",
        "<vbscript:x|x>",
        "<https://[bad|x>",
    ],
)
def test_a_dangerous_link_is_only_text(text: str) -> None:
    assert "<a" not in shown(text)


def test_only_a_real_mention_becomes_a_chip() -> None:
    assert shown("<!channel>") == '<span class="mention broadcast">@channel</span>'
    assert shown("&lt;!channel&gt;") == "&lt;!channel&gt;"
    assert shown("<@U1>") == '<span class="mention own">@Ada</span>'
    assert shown("&lt;@U1&gt;") == "&lt;@U1&gt;"
    assert shown("<#C1>") == '<a class="mention" href="#slack/C1">#partnerships</a>'
    assert shown("<#C9>") == '<span class="mention">#private-channel</span>'


def test_a_hostile_name_stays_text() -> None:
    assert shown("<@U2>") == '<span class="mention">@&lt;b&gt;Eve&lt;/b&gt; &#34;x&#34;</span>'


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\ue0000\ue001"]
)
def test_markup_somebody_typed_is_shown_not_run(text: str) -> None:
    for html in (shown(text), str(plain(text))):
        assert "<script" not in html
        assert "<img" not in html


@given(st.text(alphabet="*_~`<>@#!|&;:/\n abc\ue000\ue0010\"'", max_size=60))
def test_whatever_is_typed_only_our_own_tags_come_out(text: str) -> None:
    html = shown(text)
    left = html
    for ours in ("strong", "em", "del", "code", "pre", "blockquote", "br", "a", "span"):
        left = left.replace(f"<{ours}>", "").replace(f"</{ours}>", "").replace(f"<{ours} ", "")
    assert "<" not in left
    assert isinstance(mrkdwn(text, WHO), Markup)


def test_addresses_of_the_pretended_systems_lead_to_their_tabs() -> None:
    assert (
        followed("https://sandbox.slack.com/archives/C1/p1700000000000100") == "#slack/C1/1700000000.000100"
    )
    assert followed("https://calendly.com/colliand/25-minute-zoom-meeting") == "#book/25-minute-zoom-meeting"
    assert (
        followed("http://127.0.0.1:8484/?tab=inbox&address=ada%40uni.example") == "#inbox/ada%40uni.example"
    )
    assert followed("http://127.0.0.1:8484/?tab=helpdesk&ticket=12") == "#helpdesk/ticket/12"
    assert followed("https://2i2c.org/") == "https://2i2c.org/"
    assert followed("javascript:alert(1)") is None


def test_a_deep_link_cannot_leave_the_page() -> None:
    assert place_asked({"tab": "//evil.example"}) == "#//evil.example"
    assert place_asked({"tab": "inbox", "address": '"><script>'}) == "#inbox/%22%3E%3Cscript%3E"


def test_a_mail_is_framed_without_scripts_and_without_the_network() -> None:
    frame = str(framed('<script>alert(1)</script><img src="https://track.example/x">', 'A "title"'))
    sandbox = frame.split('sandbox="')[1].split('"')[0]
    assert "allow-scripts" not in sandbox
    assert "default-src &#39;none&#39;" in frame
    assert "<script>" not in frame
    assert 'title="A &#34;title&#34;"' in frame
