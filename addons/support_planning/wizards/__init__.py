from . import support_plan_change
