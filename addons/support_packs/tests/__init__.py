from . import test_concurrency
from . import test_convergence
from . import test_demo
from . import test_expiry
from . import test_granting
