"""The five ways of selling support that can be loaded into a company."""

from .base import Preset
from .credits_recharge import CREDITS_RECHARGE
from .fair_use import FAIR_USE
from .hours_bono import HOURS_BONO
from .minutes_pack import MINUTES_PACK
from .ticket_policy import TICKET_POLICY

PRESETS: tuple[Preset, ...] = (
    HOURS_BONO,
    CREDITS_RECHARGE,
    MINUTES_PACK,
    FAIR_USE,
    TICKET_POLICY,
)
