"""The forms by which a credential is known in a text: by what it looks like, or by the place where it stands.

Each form has hints, one of which is in every text that it can be found in. Looking for these costs next to nothing, so
that ordinary texts, which have none, are never searched by an expression. Every search has an end near its beginning: a
text that somebody made for it must not take long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MASK = "[redacted]"

# A word begins here: also after an escape of JSON or of an address, whose last character looks like a part of it.
_START = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))"
_CUT = r"[A-Za-z0-9_.-]{0,200}…"
"""What is left of a token that was cut: any length will do."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `hints` are in lower case, as the text is when they are looked for."""

    name: str
    hints: tuple[str, ...]
    source: str
    """The expression. It is compiled when it is needed: most of them never are in a run."""
    flags: re.RegexFlag = re.NOFLAG
    keeps: str = ""
    """What of the match stays before the mask, as `re` writes it."""
    closes: str = ""
    """What of it stays after the mask."""

    def mask(self, text: str, lower: str) -> str:
        """The text without credentials of this form. `lower` is the text in lower case."""
        if not any(hint in lower for hint in self.hints):
            return text
        return _compiled(self.source, self.flags).sub(f"{self.keeps}{MASK}{self.closes}", text)


@cache
def _compiled(source: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(source, flags)


def _token(name: str, hints: str, rest: str) -> Form:
    """A token that begins with one of its hints. `rest` goes on from there, unless somebody cut the text."""
    starts = tuple(hints.split())
    begun = "|".join(re.escape(start) for start in starts)
    source = f"{_START}(?:{begun})(?:{rest}|{_CUT})"
    return Form(name, tuple(start.lower() for start in starts), source)


_WORD = r"[A-Za-z0-9_-]"
_MIXED = rf"(?={_WORD}{{0,99}}[0-9])(?={_WORD}{{0,99}}[A-Z])"
"""Names that people give hold no digits together with capitals."""

_TOKENS = (
    _token("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"[A-Za-z0-9_]{16,}"),
    _token(
        "GitLab token",
        "glpat- glptt- glcbt- glrt- glrtr- gldt- glsoat- glft- glffct- glimt- glagent- gloas- glwt- GR1348941",
        rf"{_WORD}{{16,}}(?:\.{_WORD}+)*",
    ),
    _token("Atlassian token", "ATATT ATCTT ATSTT ATOTT ATBB", r"[A-Za-z0-9_=-]{16,}"),
    _token("incident.io key", "inc_", r"(?=[A-Za-z0-9_]{0,99}[0-9])[A-Za-z0-9_]{16,}"),
    _token("Slack token", "xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-", rf"{_WORD}{{8,}}"),
    _token("Slack token", "xoxe.", r"xox[a-z]-[A-Za-z0-9-]{8,}"),
    _token("AWS key", "AKIA ASIA ABIA ACCA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _token("npm token", "npm_", r"[A-Za-z0-9]{30,}"),
    _token("PyPI token", "pypi-Ag", rf"{_WORD}{{16,}}"),
    _token("model provider's key", "sk-", rf"{_MIXED}{_WORD}{{20,}}"),
    _token(
        "Stripe key",
        "sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_",
        r"[A-Za-z0-9]{10,}",
    ),
    _token("Google key", "AIza", rf"{_WORD}{{30,}}"),
    _token("Google token", "ya29. GOCSPX-", rf"{_WORD}{{20,}}"),
    _token("SendGrid key", "SG.", rf"{_WORD}{{16,64}}\.{_WORD}{{16,}}"),
    _token("Vault token", "hvs. hvb. hvr.", rf"{_WORD}{{20,}}"),
    _token("token of a service", "dckr_pat_ dop_v1_ shpat_ lin_api_ glsa_ sntrys_", rf"{_WORD}{{20,}}"),
    _token("token of a service", "glc_ hf_", rf"{_MIXED}{_WORD}{{20,}}"),
    _token("age key", "AGE-SECRET-KEY-1", r"[A-Z0-9]{20,}"),
    _token("JSON Web Token", "eyJ", rf"{_WORD}{{6,999}}\.{_WORD}{{6,}}(?:\.{_WORD}*)*"),
    # Its keys have no prefix but these two characters: a word of one case is none.
    _token("PagerDuty key", "u+ y_", rf"(?={_WORD}{{0,17}}[A-Z])(?={_WORD}{{0,17}}[a-z]){_WORD}{{18}}(?!{_WORD})"),
    _token(
        "Slack webhook",
        "https://hooks.slack.com/ https://discord.com/api/webhooks/ https://discordapp.com/api/webhooks/ "
        "https://events.pagerduty.com/integration/",
        r"[^\s\"'<>)\]]+",
    ),
)  # fmt: skip

_PEM = Form(
    "private key",
    ("private",),
    r"-----BEGIN(?:[ +]|%20)(?:[A-Z0-9]{1,20}(?:[ +]|%20)){0,4}PRIVATE(?:[ +]|%20)KEY(?:(?:[ +]|%20)BLOCK)?-----"
    r".*?(?:-----END(?:[ +]|%20)[A-Z0-9 +%]{1,80}KEY(?:(?:[ +]|%20)BLOCK)?-----|\Z)",
    re.DOTALL,
)
"""Whatever stands for the ends of its lines. One without an end goes on to the end of the text."""

_SPACE = r"(?:\s|%20|\+){1,8}"
_SCHEME = Form(
    "credentials of HTTP",
    ("bearer", "basic", "token", "geniekey", "digest"),
    rf"((?i:authorization\W{{1,6}}(?:bearer|basic|token|geniekey|digest){_SPACE}(?:token=)?)"
    rf"|(?<![A-Za-z0-9])(?i:bearer|basic|geniekey){_SPACE}(?=[0-9._~+/=%-]{{0,99}}[A-Za-z])(?=\S{{0,99}}(?:[0-9=]|[a-z][A-Z])))"
    r"[A-Za-z0-9._~+/=%-]{8,}",
    keeps=r"\1",
)
"""`Basic dXNlcjpwYXNz`, and not `basic authentication`."""

_HEADER = Form(
    "header",
    ("token", "cookie", "key"),
    r"((?<![A-Za-z0-9])(?i:(?:private|job|deploy)-token|x-[a-z-]{0,40}(?:token|key|secret)|(?:set-)?cookie)\s{0,4}:\s{0,4})"
    r"(?:(?i:(?<=cookie: )|(?<=cookie:))[^\s=;\"']{1,99}=[^\r\n\"'\\]+|(?=\S{0,99}[0-9])[^\s\"'\\,;]{8,})",
    keeps=r"\1",
)

_USERINFO = Form(
    "password in an address",
    ("://", ":\\/\\/"),
    r"(?<![A-Za-z0-9])([a-z][a-z0-9+.-]{0,20}:\\?/\\?/)(?!git@)[^\s/\\@?#\"'<>]{1,500}@",
    re.IGNORECASE,
    keeps=r"\1",
    closes="@",
)
_ENCODED_USERINFO = Form(
    "password in an address",
    ("%3a%2f%2f",),
    r"(%3A%2F%2F)(?:(?!%2F|%40)[^\s/&#\"']){1,500}%40",
    re.IGNORECASE,
    keeps=r"\1",
    closes="%40",
)

_NAMES = (
    r"(?:token|secret|password|passwd|passphrase|client_?secret"
    r"|(?:api|access|account|private|shared_?access|secret|signing|encryption|storage|master)[_-]?key)"
)
_HINTS = ("token", "secret", "passw", "passphrase", "key", "sig", "credential", "pwd")
_NAMED_PART = (
    rf"(?<![A-Za-z0-9])(?:[A-Za-z0-9_.-]{{0,40}}{_NAMES}"
    r"|sig|pwd|[a-z-]{0,20}signature|x-(?:amz|goog)-credential)"
)
_NAMED = Form(
    "value with a name that says what it is",
    _HINTS,
    rf"({_NAMED_PART}=)(?:(?!&amp;)[^\s&#\"';])+",
    re.IGNORECASE,
    keeps=r"\1",
)
"""As in `token=…`, whatever comes after it."""
_ENCODED_NAMED = Form(
    "value with a name that says what it is",
    ("%3d",),
    rf"({_NAMED_PART}%3D)(?:(?!%26)[^\s&#?/\"';])+",
    re.IGNORECASE,
    keeps=r"\1",
)
"""The same within an address, where it ends with the part of the address that it stands in."""
_QUOTED = Form(
    "member of JSON with a name that says what it is",
    _HINTS,
    rf"((\\{{0,9}}[\"'])[A-Za-z0-9_.-]{{0,40}}{_NAMES}\2\s{{0,9}}[:=]\s{{0,9}}(\\{{0,9}}[\"']))(?:(?!\3)(?:\\.|[^\\\r\n]|\\\Z))+",
    re.IGNORECASE,
    keeps=r"\1",
)
"""As in `"token": "…"`, also within another text of JSON."""
_SAID = Form(
    "value after a word that says what it is",
    _HINTS,
    rf"((?<![A-Za-z0-9])[A-Za-z0-9_.-]{{0,40}}{_NAMES}\s{{0,4}}(?::\s{{0,4}}|\s=\s{{0,4}})[\"'`]?)"
    r"(?!https?:|sha256:|\[redacted|(?-i:[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}(?![A-Za-z0-9])))"
    r"(?=[^\s\"'`,;)]{0,99}[A-Za-z])(?=[^\s\"'`,;)]{0,99}(?:[0-9!@#$%^&*+/=~]|(?-i:[a-z][A-Z])))"
    r"[^\s\"'`,;)]{6,}",
    re.IGNORECASE,
    keeps=r"\1",
)
"""As in `password: hunter2`, and not in `password: see the vault`."""

FORMS = (
    _PEM, *_TOKENS, _QUOTED, _SCHEME, _HEADER, _USERINFO, _ENCODED_USERINFO, _NAMED, _ENCODED_NAMED, _SAID,
)  # fmt: skip


_ANY_HINT = re.compile("|".join(sorted(re.escape(hint) for form in FORMS for hint in form.hints)))


def without_credentials(text: str) -> str:
    """The text with MASK in the place of everything that looks like a credential."""
    lower = text.lower()
    if not _ANY_HINT.search(lower):
        return text
    for form in FORMS:
        text = form.mask(text, lower)
    return text
