"""What may happen in the story of the demo, and when: days are counted back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Client:
    """A company and its contact; ``login`` opens the client area to the contact."""

    key: str
    company: dict
    contact: dict
    login: str | None = None


@dataclass(frozen=True)
class Purchase:
    """A quotation that became an order, an invoice, a payment and a pack."""

    key: str
    client: str
    product: str
    days: int


@dataclass(frozen=True)
class Work:
    """Minutes of a technician: how many working days ago, and when that began."""

    days: int
    at: str
    minutes: int
    text: str


@dataclass(frozen=True)
class Ticket:
    """A request with its work. ``answer`` closes it; without one it stays open."""

    key: str
    client: str
    days: int
    subject: str
    text: str
    works: tuple[Work, ...] = ()
    answer: str = ""


def working_day(today: date, count: int) -> date:
    """Return the day that lies so many working days before a day.

    >>> working_day(date(2026, 3, 3), 1), working_day(date(2026, 3, 3), 2)
    (datetime.date(2026, 3, 2), datetime.date(2026, 2, 27))
    """
    day = today
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def moment(day: date, at: str, tz: str) -> datetime:
    """Return the naive UTC moment of a time of day in a time zone.

    >>> moment(date(2026, 7, 1), "09:40", "Europe/Madrid")
    datetime.datetime(2026, 7, 1, 7, 40)
    """
    local = datetime.combine(day, time.fromisoformat(at), ZoneInfo(tz))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


# === WHO === #
