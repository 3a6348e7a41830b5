from . import test_oncall_call
from . import test_oncall_concurrency
from . import test_oncall_rotation
from . import test_oncall_shift
from . import test_target_response
