"""Lines of text as one self-contained HTML page: no script, nothing loaded from anywhere."""

from __future__ import annotations

from gate.render.escape import element

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>{body}</main>
</body>
</html>
"""
_STYLE = """
:root { color-scheme: light dark }
main { font: 13px/1.5 monospace; padding: 1rem }
main > p { margin: 0 0 0 4ch; text-indent: -4ch; min-height: 1.5em; white-space: pre-wrap; overflow-wrap: anywhere }
@page { size: landscape; margin: 14mm }
@media print { main { font-size: 7.5pt; padding: 0 } main > p { break-inside: avoid } }
"""
"""A line that is wider than the screen or the sheet goes on below, indented: nothing is cut off, and columns stay
columns where there is room for them.
"""


def plain_page(title: str, text: str) -> str:
    """The page. Both are from outside, and stay text."""
    body = "\n".join(f"<p>{element(line)}</p>" for line in text.splitlines())
    return _PAGE.format(title=element(title), style=_STYLE, body=body)
