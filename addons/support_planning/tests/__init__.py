from . import test_estimate
