from . import support_timer_stop
