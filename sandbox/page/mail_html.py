"""A mail's HTML made safe to look at: in a frame without scripts that loads nothing from outside."""

from markupsafe import Markup, escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = (
    "body{font:15px/1.5 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif;color:#1c2430;margin:16px;"
    "overflow-wrap:anywhere}"
    "a{color:#0b5d57}blockquote{margin:8px 0;padding-left:12px;border-left:3px solid #ccc}img{max-width:100%}"
)


def framed(html: str, title: str) -> Markup:
    """An `iframe` showing the HTML of a stranger.

    The frame is sandboxed (no scripts, no forms), its own policy lets it load nothing, and its links open in a new
    tab. `allow-same-origin` is there so that the page can fit the frame's height; without scripts inside, it gives
    the mail nothing.
    """
    document = (
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<base target="_blank"><style>{_STYLE}</style>{html}'
    )
    return Markup(
        '<iframe class="mail-body" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" '
        'referrerpolicy="no-referrer" title="{}" srcdoc="{}"></iframe>'
    ).format(title, escape(document))
