from . import test_oncall_call
from . import test_oncall_concurrency
from . import test_oncall_rotation
from . import test_oncall_shift
from . import (
    test_urgency_concurrency,
    test_urgency_consent,
    test_urgency_golden,
    test_urgency_link,
    test_urgency_portal,
    test_urgency_preset,
    test_urgency_queries,
    test_urgency_staff,
)
from . import (
    test_target,
    test_target_pause,
    test_target_portal,
    test_target_preset,
    test_target_queries,
    test_target_report,
    test_target_response,
    test_target_sla,
    test_target_warning,
    test_urgency_concurrency,
    test_urgency_consent,
    test_urgency_golden,
    test_urgency_link,
    test_urgency_portal,
    test_urgency_preset,
    test_urgency_queries,
    test_urgency_staff,
)
from . import test_perk, test_perk_portal, test_perk_preset, test_visit
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
