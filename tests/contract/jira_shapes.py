"""The parts of Jira Cloud's description (REST v3) that the sandbox answers with, written by hand from it.

Atlassian publishes the whole as swagger-v3.v3.json, in no package; CHANGE_GATE_JIRA_DESCRIPTION names a copy of it.
Here as there, properties are optional; objects are closed.
"""

from typing import Any

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer"}
_ADDRESS = {"type": "string", "format": "uri"}
_MOMENT = {"type": "string", "format": "date-time"}


def _list(item: Any) -> Any:
    return {"type": "array", "items": item}


def _object(**properties: Any) -> Any:
    return {"type": "object", "properties": properties}


_MAPPING = {"type": "object"}
_USER = _object(
    self=_TEXT,
    accountId=_TEXT,
    accountType={"type": "string", "enum": ["atlassian", "app", "customer", "unknown"]},
    emailAddress=_TEXT,
    displayName=_TEXT,
    active=_FLAG,
    timeZone=_TEXT,
    avatarUrls=_MAPPING,
)
_CHANGE = {
    "type": "object",
    "properties": {
        "field": _TEXT,
        "fieldtype": _TEXT,
        "fieldId": _TEXT,
        "from": {**_TEXT, "nullable": True},
        "fromString": _TEXT,
        "to": {**_TEXT, "nullable": True},
        "toString": _TEXT,
    },
}
_CHANGELOG = _object(id=_TEXT, author=_USER, created=_MOMENT, items=_list(_CHANGE))
_BULK_CHANGELOG = _object(id=_TEXT, author=_USER, created=_COUNT, items=_list(_CHANGE))
_ISSUE = _object(
    expand=_TEXT,
    id=_TEXT,
    self=_ADDRESS,
    key=_TEXT,
    fields=_MAPPING,
    names=_MAPPING,
    properties=_MAPPING,
    changelog=_object(startAt=_COUNT, maxResults=_COUNT, total=_COUNT, histories=_list(_CHANGELOG)),
)
_LINK = _object(
    id=_COUNT,
    self=_ADDRESS,
    globalId=_TEXT,
    relationship=_TEXT,
    application=_MAPPING,
    object=_object(url=_TEXT, title=_TEXT, summary=_TEXT, icon=_MAPPING, status=_MAPPING),
)
_FIELD = _object(
    id=_TEXT,
    key=_TEXT,
    name=_TEXT,
    custom=_FLAG,
    orderable=_FLAG,
    navigable=_FLAG,
    searchable=_FLAG,
    clauseNames=_list(_TEXT),
    schema=_object(type=_TEXT, items=_TEXT, system=_TEXT, custom=_TEXT, customId=_COUNT),
)
_COMMENT = _object(
    self=_TEXT,
    id=_TEXT,
    author=_USER,
    body={},
    renderedBody=_TEXT,
    updateAuthor=_USER,
    created=_MOMENT,
    updated=_MOMENT,
    visibility=_MAPPING,
    jsdPublic=_FLAG,
    jsdAuthorCanSeeRequest=_FLAG,
    properties=_list(_MAPPING),
)
_STATUS = _object(
    self=_TEXT,
    description=_TEXT,
    iconUrl=_TEXT,
    name=_TEXT,
    id=_TEXT,
    statusCategory=_object(self=_TEXT, id=_COUNT, key=_TEXT, colorName=_TEXT, name=_TEXT),
    scope=_MAPPING,
)
_TRANSITION = _object(
    id=_TEXT,
    name=_TEXT,
    to=_STATUS,
    hasScreen=_FLAG,
    isGlobal=_FLAG,
    isInitial=_FLAG,
    isAvailable=_FLAG,
    isConditional=_FLAG,
    isLooped=_FLAG,
    expand=_TEXT,
    fields=_MAPPING,
)
ERRORS = _object(errorMessages=_list(_TEXT), errors=_MAPPING, status=_COUNT)
CREATED = frozenset({"/rest/api/3/issue", "/rest/api/3/issue/{issueIdOrKey}/comment"})
"""Where a POST that went well is answered with 201."""
SHAPES: dict[tuple[str, str], Any] = {
    ("GET", "/rest/api/3/myself"): _USER,
    ("GET", "/rest/api/3/issue/{issueIdOrKey}"): _ISSUE,
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/changelog"): _object(
        self=_ADDRESS,
        nextPage=_ADDRESS,
        maxResults=_COUNT,
        startAt=_COUNT,
        total=_COUNT,
        isLast=_FLAG,
        values=_list(_CHANGELOG),
    ),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink"): _list(_LINK),
    ("POST", "/rest/api/3/issue/bulkfetch"): _object(
        issues=_list(_ISSUE), issueErrors=_list(_object(id=_TEXT, errorMessage=_TEXT))
    ),
    ("POST", "/rest/api/3/changelog/bulkfetch"): _object(
        issueChangeLogs=_list(_object(issueId=_TEXT, changeHistories=_list(_BULK_CHANGELOG))),
        nextPageToken=_TEXT,
    ),
    ("GET", "/rest/api/3/search/jql"): _object(
        isLast=_FLAG,
        issues=_list(_ISSUE),
        names=_MAPPING,
        nextPageToken=_TEXT,
        schema=_MAPPING,
    ),
    ("POST", "/rest/api/3/issue"): _object(
        id=_TEXT, key=_TEXT, self=_TEXT, transition=_MAPPING, watchers=_MAPPING
    ),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}"): None,
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/comment"): _object(
        comments=_list(_COMMENT), maxResults=_COUNT, startAt=_COUNT, total=_COUNT
    ),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/comment"): _COMMENT,
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/transitions"): _object(
        expand=_TEXT, transitions=_list(_TRANSITION)
    ),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/transitions"): None,
    ("GET", "/rest/api/3/field"): _list(_FIELD),
    ("GET", "/rest/api/3/mypermissions"): _object(
        permissions={
            "type": "object",
            "additionalProperties": _object(
                id=_TEXT,
                key=_TEXT,
                name=_TEXT,
                type={"type": "string", "enum": ["GLOBAL", "PROJECT"]},
                description=_TEXT,
                havePermission=_FLAG,
                deprecatedKey=_FLAG,
            ),
        }
    ),
}
UNLIKE_THE_DESCRIPTION = {
    (
        "GET",
        "/rest/api/3/issue/{issueIdOrKey}/remotelink",
    ): "it shows one link where Jira gives a list",
    ("POST", "/rest/api/3/changelog/bulkfetch"): "it says date-time and shows whole numbers",
}
"""Where the official description contradicts its own examples."""
