from . import (
    test_priority,
    test_priority_portal,
    test_quota,
    test_quota_access,
    test_quota_concurrency,
    test_quota_preset,
    test_quota_queries,
    test_quota_stateful,
)
