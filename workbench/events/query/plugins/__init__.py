"""The plugins of ``evaluate``, one file each."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.events.query.plugins._declare import Plugin, Schema, Usage, usage

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("active_users_count", "sliding_window_counts", "activity_counts_metrics"), "dcount() by bin()"
        ),
        **dict.fromkeys(("activity_engagement", "activity_metrics", "new_activity_metrics"), "dcount() by bin()"),
        **dict.fromkeys(("autocluster", "autocluster_v2", "diffpatterns", "diffpatterns_text"), "basket()"),
        **dict.fromkeys(
            ("cosmosdb_sql_request", "http_request", "http_request_post"), "externaldata with a pinned file"
        ),
        **dict.fromkeys(("mysql_request", "postgresql_request", "sql_request"), "externaldata with a pinned file"),
        **dict.fromkeys(("funnel_sequence", "funnel_sequence_completion", "sequence_detect"), "join on the key"),
        **dict.fromkeys(("python", "r"), "a notebook: .frame of an answer is a Polars frame"),
        **dict.fromkeys(("infer_storage_schema", "schema_merge"), "getschema"),
        "dcount_intersect": "set_intersect() of make_set()",
        "preview": "take",
        "rows_near": "prev() and next()",
        "session_count": "row_window_session()",
    }
)
"""Plugins of Kusto that are not there, and what is near; a query that uses one is refused by that name."""

__all__ = ["ELSEWHERE", "Plugin", "Schema", "Usage", "plugins", "usage"]


@cache
def plugins() -> Mapping[str, Plugin]:
    """All plugins by name."""
    return MappingProxyType({each.name: each for each in discover(__name__, Plugin).values()})
