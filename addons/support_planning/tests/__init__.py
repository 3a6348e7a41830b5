    test_estimate,
    test_estimate_link,
    test_estimate_portal,
    test_estimate_work,
)
from . import (
from . import test_estimate
from . import test_plan
from . import test_plan_access
from . import test_plan_concurrency
from . import test_plan_cron
