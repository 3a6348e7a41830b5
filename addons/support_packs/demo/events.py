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
    """A request with its work. ``answer`` closes it; without one it stays open.

    ``kind`` is the code of a request type; empty: the first one of the policy.
    """

    key: str
    client: str
    days: int
    subject: str
    text: str
    works: tuple[Work, ...] = ()
    answer: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Agency:
    """A company that sells support by one of the support models.

    :param preset: code of the support model that it loads
    :param prefix: what the names of its records begin with
    :param company: name, address and the like; ``state`` as in ``base.state_es_o``
    :param chart: code of its chart of accounts; empty: it invoices nothing
    :param vat: percentage of its tax on sales; 0: as the chart says
    :param applicants: keys of clients who asked to be approved, and wait
    """

    preset: str
    prefix: str
    company: dict
    clients: tuple[Client, ...]
    purchases: tuple[Purchase, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    team: str = ""
    country: str = "es"
    currency: str = "EUR"
    tz: str = "Europe/Madrid"
    chart: str = "generic_coa"
    vat: int = 0
    applicants: tuple[str, ...] = ()

    def name(self, record: str) -> str:
        """Return the external name of a record of this agency.

        >>> Agency("x", "mx_", {}, ()).name("team")
        'mx_team'
        """
        return self.prefix + record

    def timeline(self) -> list[Purchase | Ticket]:
        """Return what happened in its order: numbers and invoices follow the dates."""
        return sorted(self.purchases + self.tickets, key=lambda event: -event.days)


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
