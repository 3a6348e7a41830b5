from . import (
    support_estimate,
)
