from . import (
    test_perk,
    test_perk_portal,
    test_perk_preset,
    test_visit,
    test_visit_concurrency,
)
