from . import (
    test_estimate,
    test_estimate_concurrency,
    test_estimate_guards,
    test_estimate_link,
    test_estimate_portal,
    test_estimate_report,
    test_estimate_work,
    test_plan,
    test_plan_access,
    test_plan_concurrency,
    test_plan_cron,
    test_plan_preset,
)
