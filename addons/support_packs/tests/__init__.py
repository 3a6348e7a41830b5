from . import test_convergence
