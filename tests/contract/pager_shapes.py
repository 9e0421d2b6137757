"""What the pagers' descriptions say of the routes that the sandbox answers, written by hand from them.

PagerDuty publishes its whole description without a licence (github.com/PagerDuty/api-schema,
reference/REST/openapiv3.json); CHANGE_GATE_PAGERDUTY_DESCRIPTION names a copy of it. incident.io's lies below
docs.incident.io/openapi, Atlassian's beside its reference of service-desk-ops. Objects are closed, and what a client
must be able to rely on is required.
"""

from typing import Any

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer"}
_MOMENT = {"type": "string", "format": "date-time"}
_MAPPING = {"type": "object"}


def _list(item: Any) -> Any:
    return {"type": "array", "items": item}


def _maybe(schema: Any) -> Any:
    return {**schema, "nullable": True}


def _one_of(*words: str) -> Any:
    return {"type": "string", "enum": list(words)}


def _object(**properties: Any) -> Any:
    """All of them are required but those whose name ends in an underscore."""
    return {
        "type": "object",
        "properties": {name.rstrip("_"): schema for name, schema in properties.items()},
        "required": [name for name in properties if not name.endswith("_")],
    }


# --- PagerDuty ------------------------------------------------------------------------------


def _reference(*types: str) -> Any:
    kinds = _one_of(*(f"{type_}_reference" for type_ in types))
    return _object(id=_TEXT, type=kinds, summary_=_TEXT, self_=_TEXT, html_url_=_TEXT)


def _page(name: str, item: Any) -> Any:
    total = _maybe(_COUNT)
    return _object(**{name: _list(item)}, limit=_COUNT, offset=_COUNT, more=_FLAG, total=total)


_SERVICE = _reference("service")
_AGENT = _reference("user", "service", "integration", "bot_user")
_INCIDENT = _object(
    id=_TEXT,
    type=_one_of("incident"),
    summary=_TEXT,
    self=_TEXT,
    html_url=_TEXT,
    incident_number=_COUNT,
    title=_TEXT,
    created_at=_MOMENT,
    updated_at=_MOMENT,
    status=_one_of("triggered", "acknowledged", "resolved"),
    incident_key=_TEXT,
    service=_SERVICE,
    assignments=_list(_MAPPING),
    assigned_via=_one_of("escalation_policy", "direct_assignment"),
    last_status_change_at=_MOMENT,
    first_trigger_log_entry=_reference("trigger_log_entry"),
    acknowledgements=_list(_object(at=_MOMENT, acknowledger=_AGENT)),
    urgency=_one_of("high", "low"),
    teams=_list(_MAPPING),
    pending_actions=_list(_MAPPING),
)
_LOG_ENTRY = _object(
    id=_TEXT,
    type=_one_of(
        "acknowledge_log_entry",
        "acknowledgement_log_entry",
        "annotate_log_entry",
        "escalate_log_entry",
        "resolve_log_entry",
        "trigger_log_entry",
        "unacknowledge_log_entry",
    ),
    summary=_TEXT,
    self=_TEXT,
    html_url=_TEXT,
    created_at=_MOMENT,
    agent=_AGENT,
    channel=_object(type=_TEXT),
    service=_SERVICE,
    incident=_reference("incident"),
    teams=_list(_MAPPING),
    contexts=_list(_MAPPING),
)
_NOTE = _object(
    id=_TEXT,
    user=_reference("user", "bot_user"),
    channel=_object(summary=_TEXT),
    content=_TEXT,
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
_SCHEDULE = _object(
    id=_TEXT,
    type=_one_of("schedule"),
    summary=_TEXT,
    self=_TEXT,
    html_url=_TEXT,
    name=_TEXT,
    time_zone=_TEXT,
    description=_TEXT,
    escalation_policies=_list(_MAPPING),
    users=_list(_reference("user", "bot_user")),
)
_ON_CALL = _object(
    user=_reference("user"),
    schedule=_reference("schedule"),
    escalation_policy=_reference("escalation_policy"),
    escalation_level=_COUNT,
    start=_maybe(_MOMENT),
    end=_maybe(_MOMENT),
)
PAGERDUTY_ERROR = _object(error=_object(message=_TEXT, code=_COUNT, errors=_list(_TEXT)))
PAGERDUTY: dict[tuple[str, str], Any] = {
    ("GET", "/incidents/{id}"): _object(incident=_INCIDENT),
    ("GET", "/incidents/{id}/log_entries"): _page("log_entries", _LOG_ENTRY),
    ("GET", "/incidents/{id}/notes"): _object(notes=_list(_NOTE)),
    ("POST", "/incidents/{id}/notes"): _object(note=_NOTE),
    ("GET", "/oncalls"): _page("oncalls", _ON_CALL),
    ("GET", "/schedules"): _page("schedules", _SCHEDULE),
    ("GET", "/schedules/{id}"): _object(schedule=_SCHEDULE),
}

# --- incident.io ----------------------------------------------------------------------------

_USER = _object(id=_TEXT, name=_TEXT, email_=_TEXT, role=_TEXT, slack_user_id_=_TEXT)
_NAMED = _object(id=_TEXT, name=_TEXT)
_CREATOR = _object(
    alert_=_object(id=_TEXT, title=_TEXT), api_key_=_NAMED, user_=_USER, workflow_=_NAMED
)
_STATUS = _object(
    id=_TEXT,
    name=_TEXT,
    description=_TEXT,
    rank=_COUNT,
    category=_one_of(
        "triage", "declined", "merged", "canceled", "live", "learning", "closed", "paused"
    ),
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
_CUSTOM_FIELD = _object(
    custom_field=_object(
        id=_TEXT, name=_TEXT, description=_TEXT, field_type=_TEXT, options=_list(_MAPPING)
    ),
    values=_list(
        _object(
            value_catalog_entry_=_object(
                id=_TEXT, name=_TEXT, external_id_=_TEXT, aliases_=_list(_TEXT)
            ),
            value_option_=_MAPPING,
            value_text_=_TEXT,
        )
    ),
)
_IO_INCIDENT = _object(
    id=_TEXT,
    reference=_TEXT,
    name=_TEXT,
    mode=_one_of("standard", "test", "tutorial", "retrospective"),
    visibility=_one_of("public", "private"),
    created_at=_MOMENT,
    updated_at=_MOMENT,
    creator=_CREATOR,
    permalink_=_TEXT,
    slack_channel_id=_TEXT,
    slack_team_id=_TEXT,
    incident_status=_STATUS,
    severity_=_object(
        id=_TEXT, name=_TEXT, description=_TEXT, rank=_COUNT, created_at=_MOMENT, updated_at=_MOMENT
    ),
    incident_role_assignments=_list(_MAPPING),
    custom_field_entries=_list(_CUSTOM_FIELD),
)
_ESCALATION = _object(
    id=_TEXT,
    title=_TEXT,
    status=_one_of(
        "pending", "triggered", "acked", "resolved", "expired", "cancelled", "delayed", "snoozed"
    ),
    created_at=_MOMENT,
    updated_at=_MOMENT,
    creator=_CREATOR,
    priority=_object(name=_TEXT),
    events=_list(
        _object(
            id=_TEXT,
            event=_one_of(
                "entered_grace_period", "triggered", "notified_users", "notified_channels",
                "acked", "resolved", "expired", "cancelled",
            ),
            occurred_at=_MOMENT,
            users_=_list(_USER),
        )
    ),
    related_alerts=_list(_MAPPING),
    related_incidents=_list(
        _object(
            id=_TEXT,
            external_id=_COUNT,
            name=_TEXT,
            reference=_TEXT,
            status_category=_TEXT,
            visibility=_one_of("public", "private"),
        )
    ),
)  # fmt: skip
_IO_META = _object(page_size=_COUNT, after_=_TEXT)
_IO_SCHEDULE = _object(
    id=_TEXT,
    name=_TEXT,
    timezone=_TEXT,
    annotations=_MAPPING,
    team_ids=_list(_TEXT),
    permalink=_TEXT,
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
_SHIFT = _object(
    start_at=_MOMENT, end_at=_MOMENT, user_=_USER, fingerprint_=_TEXT, rotation_id_=_TEXT
)
_SHIFTS = _list(_SHIFT)
INCIDENT_IO_ERROR = _object(
    type=_TEXT,
    status=_COUNT,
    request_id=_TEXT,
    errors=_list(_object(code=_TEXT, message=_TEXT)),
)
INCIDENT_IO: dict[tuple[str, str], Any] = {
    ("GET", "/v2/incidents/{id}"): _object(incident=_IO_INCIDENT),
    ("GET", "/v2/escalations"): _object(escalations=_list(_ESCALATION), pagination_meta=_IO_META),
    ("GET", "/v2/schedules"): _object(schedules=_list(_IO_SCHEDULE), pagination_meta=_IO_META),
    ("GET", "/v2/schedule_entries"): _object(
        schedule_entries=_object(final=_SHIFTS, overrides=_SHIFTS, scheduled=_SHIFTS),
        pagination_meta_=_object(after=_TEXT, after_url=_TEXT),
    ),
}

# --- JSM Operations -------------------------------------------------------------------------


def _values(item: Any) -> Any:
    return _object(values=_list(item), links_=_object(next_=_TEXT))


_ALERT = _object(
    id=_TEXT,
    tinyId=_TEXT,
    alias=_TEXT,
    message=_TEXT,
    description=_TEXT,
    status=_one_of("open", "closed"),
    acknowledged=_FLAG,
    seen=_FLAG,
    snoozed=_FLAG,
    count=_COUNT,
    tags=_list(_TEXT),
    actions=_list(_TEXT),
    priority=_one_of("P1", "P2", "P3", "P4", "P5"),
    source=_TEXT,
    owner=_TEXT,
    entity=_TEXT,
    responders=_list(_object(id=_TEXT, type=_TEXT)),
    integrationName=_TEXT,
    integrationType=_TEXT,
    extraProperties=_MAPPING,
    createdAt=_MOMENT,
    updatedAt=_MOMENT,
    lastOccuredAt=_MOMENT,
)
_JSM_NOTE = _object(id=_TEXT, note=_TEXT, owner=_TEXT, createdAt=_MOMENT, updatedAt=_MOMENT)
_JSM_SCHEDULE = _object(
    id=_TEXT, name=_TEXT, description=_TEXT, timezone=_TEXT, enabled=_FLAG, teamId=_TEXT
)
JSM_ERROR = _object(code=_COUNT, message=_TEXT)
JSM: dict[tuple[str, str], Any] = {
    ("GET", "/v1/alerts"): _object(values=_list(_ALERT), count=_COUNT, links_=_MAPPING),
    ("GET", "/v1/alerts/{id}"): _ALERT,
    ("GET", "/v1/alerts/{id}/logs"): _values(
        _object(log=_TEXT, logTime=_MOMENT, logType=_TEXT, owner=_TEXT)
    ),
    ("GET", "/v1/alerts/{id}/notes"): _values(_JSM_NOTE),
    ("POST", "/v1/alerts/{id}/notes"): _object(result=_TEXT, requestId=_TEXT),
    ("GET", "/v1/schedules"): _values(_JSM_SCHEDULE),
    ("GET", "/v1/schedules/{id}/on-calls"): _object(
        onCallUsers_=_list(_TEXT), onCallParticipants_=_list(_object(id=_TEXT, type=_TEXT))
    ),
    ("GET", "/rest/api/3/user/search"): _list(
        _object(accountId=_TEXT, accountType=_TEXT, displayName=_TEXT, active=_FLAG)
    ),
}
