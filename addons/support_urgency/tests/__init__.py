from . import test_oncall_call
from . import test_oncall_concurrency
from . import test_oncall_rotation
from . import test_oncall_shift
from . import test_target_response
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
