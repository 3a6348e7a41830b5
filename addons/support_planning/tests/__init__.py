from . import test_estimate
from . import test_plan
from . import test_plan_cron
