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
