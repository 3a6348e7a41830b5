from . import test_target_response
