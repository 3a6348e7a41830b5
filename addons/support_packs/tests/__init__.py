from . import test_convergence
from . import test_demo
