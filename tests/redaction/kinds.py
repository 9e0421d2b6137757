"""Every kind of credential that is planted. Each is made around a core, by which it is found again wherever it ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

SIGN = "QZCANARY"


def core(number: int) -> str:
    """Sixteen characters that stand in one planted credential alone."""
    return f"{SIGN}{number:08}"


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _pem(core: str, ends: str) -> str:
    body = ends.join(f"MIIEvQ{core}{'aB3+/x' * 6}" for _ in range(3))
    return f"-----BEGIN PRIVATE KEY-----{ends}{body}{ends}-----END PRIVATE KEY-----{ends}"


def _jwt(core: str) -> str:
    return f"eyJhbGciOiJSUzI1NiJ9{core}.eyJzdWIiOiIxMjM0NTY3ODkwIn0{core}.c2lnbmF0dXJl{core}"


def _gcp(core: str) -> str:
    account = {
        "type": "service_account",
        "private_key": _pem(core, "\n"),
        "client_email": "deploy@acme.example",
    }
    return json.dumps(account)


KINDS: Mapping[str, Callable[[str], str]] = {
    "github classic": lambda c: f"ghp_{c}a1B2c3D4e5F6g7H8i9J0",
    "github oauth": lambda c: f"gho_{c}a1B2c3D4e5F6g7H8i9J0",
    "github server": lambda c: f"ghs_{c}a1B2c3D4e5F6g7H8i9J0",
    "github fine-grained": lambda c: f"github_pat_11AAAAAAA0{c}_a1B2c3D4e5F6g7H8i9J0",
    "gitlab personal": lambda c: f"glpat-{c}_x1Y2",
    "gitlab routable": lambda c: f"glpat-{c}x1Y2z3.01.0a1b2c3d4",
    "gitlab job": lambda c: f"glcbt-64_{c}x1Y2",
    "gitlab runner": lambda c: f"glrt-{c}x1Y2",
    "gitlab deploy": lambda c: f"gldt-{c}x1Y2",
    "atlassian user": lambda c: f"ATATT3xFfGF0{c}-_a1B2c3=0A1B2C3D",
    "atlassian cloud": lambda c: f"ATCTT3xFfGN0{c}-_a1B2c3=0A1B2C3D",
    "atlassian service": lambda c: f"ATSTT3xFfGN0{c}-_a1B2c3=0A1B2C3D",
    "pagerduty key": lambda c: f"u+{c}aB",
    "pagerduty user key": lambda c: f"y_{c}aB",
    "incident.io key": lambda c: f"inc_{c}a1b2c3d4e5f6",
    "slack bot": lambda c: f"xoxb-123456789012-{c}",
    "slack app": lambda c: f"xapp-1-A0123456789-{c}",
    "slack webhook": lambda c: f"https://hooks.slack.com/services/T00000000/B00000000/{c}",
    "aws key id": lambda c: f"AKIA{c}",
    "aws secret": lambda c: f"aws_secret_access_key = wJalrXUtn/{c}/bPxRfiCY",
    "aws session": lambda c: f"AWS_SESSION_TOKEN=IQoJb3JpZ2luX2Vj{c}//8B",
    "gcp account": _gcp,
    "azure key": lambda c: f"AccountName=acme;AccountKey=x+{c}/y==;EndpointSuffix=core.windows.net",
    "azure signature": lambda c: f"https://acme.blob.core.windows.net/x?sv=2024-11-04&se=2027&sig={c}%2Bx%3D",
    "jwt": _jwt,
    "pem": lambda c: _pem(c, "\n"),
    "pem with escapes": lambda c: _pem(c, "\\n"),
    "pem in an address": lambda c: quote(_pem(c, "\n"), safe=""),
    "password in an address": lambda c: f"https://deploy:{c}@db.acme.example/x",
    "token in an address": lambda c: f"https://oauth2:{c}@git.acme.example/x.git",
    "password in an encoded address": lambda c: quote(f"https://deploy:{c}@db.acme.example/x", safe=""),
    "token in a query": lambda c: f"https://acme.example/x?page=2&access_token={c}&per_page=1",
    "amazon's signature": lambda c: f"https://s3.acme.example/x?X-Amz-Credential={c}%2F20261125&X-Amz-Signature={c}",
    "bearer": lambda c: f"Authorization: Bearer {c}",
    "curl": lambda c: f"curl -H 'PRIVATE-TOKEN: {c}' https://git.acme.example",
    "basic": lambda c: f"Authorization: Basic {_b64(f'deploy:{c}')}",
    "basic in an address": lambda c: f"Basic%20{quote(_b64(f'deploy:{c}'), safe='')}",
    "cookie": lambda c: f"Set-Cookie: session={c}; Path=/",
    "npm": lambda c: f"npm_{c}a1B2c3D4e5F6g7H8i9J0",
    "pypi": lambda c: f"pypi-AgEIcHlwaS5vcmc{c}",
    "model provider": lambda c: f"sk-proj-a1B2c3{c}d4",
    "stripe": lambda c: f"sk_live_{c}a1B2",
    "google": lambda c: f"AIzaSyA{c}a1B2c3D4e5F6g7H8",
    "vault": lambda c: f"hvs.CAESI{c}a1B2",
    "named": lambda c: f"password: {c}",
    "named in capitals": lambda c: f"export DEPLOY_PASSWORD={c}",
    "json": lambda c: f'{{"token": "{c}"}}',
    "json in json": lambda c: json.dumps(f'{{"client_secret": "{c}"}}'),
    "api key": lambda c: f"api_key={c}",
    "encoded query": lambda c: f"return_to=%2Fx%3Ftoken%3D{c}%26y%3D1",
}  # fmt: skip
"""What cannot be known is not here: a password without a word before it, a token that is broken over two lines."""
IN_ONE_WORD = (
    "github classic", "github server", "gitlab personal", "atlassian user", "pagerduty user key",
    "slack bot", "aws key id", "npm", "stripe", "model provider",
)  # fmt: skip
"""Those that fit in a name, such as that of a branch."""
