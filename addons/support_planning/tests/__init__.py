from . import (
    test_estimate,
    test_estimate_link,
    test_estimate_portal,
    test_estimate_work,
)
