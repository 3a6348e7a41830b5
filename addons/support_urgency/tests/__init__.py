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
)
