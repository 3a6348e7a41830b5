from . import test_back_office
from . import test_concurrency
from . import test_convergence
from . import test_demo
from . import test_expiry
from . import test_granting
from . import test_query_counts
