# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The scheduler once more, naively: minute by minute, with sets, without reasons.

Written from the rules and not from the engine's code, so that both have to agree.
"""


class Week:
    """Which minutes each technician can still be given."""

    def __init__(self, inputs):
        self.days = inputs.days
        self.people = {one.id: one for one in inputs.technicians}
        self.free = {
            one.id: {m for start, end in one.free for m in range(start, end)}
            for one in inputs.technicians
        }
        self.quota = {one.id: list(one.daily) for one in inputs.technicians}
        self.full = {one: len(self.usable(one)) for one in self.people}

    def day_of(self, minute):
        return max(d for d in range(7) if self.days[d] <= minute)

    def usable(self, who, since=0, minutes=None):
        """The earliest minutes that a technician can be given, at most so many."""
        left, found = list(self.quota[who]), []
        for minute in sorted(self.free[who]):
            day = self.day_of(minute)
            if minute >= since and left[day] and (minutes is None or minutes > 0):
                left[day] -= 1
                found.append(minute)
                minutes = None if minutes is None else minutes - 1
        return found

    def room(self, who, since=0):
        return len(self.usable(who, since))

    def give(self, who, minutes, since=0):
        given = self.usable(who, since, minutes)
        self.free[who] -= set(given)
        for minute in given:
            self.quota[who][self.day_of(minute)] -= 1
        return given


def naive_plan(inputs):
    """Return the planned minutes: ``{(ticket, technician): [minute, …]}``."""
    week, plan, closed = Week(inputs), {}, set()
    order = sorted(
        inputs.candidates, key=lambda t: (not t.carried, t.accepted_at, t.id)
    )
    order = [
        t
        for t in order
        if not t.blocked
        and not t.excluded
        and t.accepted_at <= inputs.cutoff
        and t.not_before <= inputs.monday
    ]
    first = [t for t in order if t.pinned_technician and enters_first(week, inputs, t)]
    for ticket in first:
        # What was pinned before it may have taken the room.
        if enters_first(week, inputs, ticket):
            give_all(week, plan, ticket, [ticket.pinned_technician])
    for ticket in order:
        if any(key[0] == ticket.id for key in plan):
            continue
        consider(week, plan, closed, inputs, ticket)
    return plan


def wanted(ticket):
    return ticket.minutes if ticket.changed_minutes < 0 else ticket.changed_minutes


def enters_first(week, inputs, ticket):
    if ticket.pinned_technician not in week.people:
        return False
    room = week.room(ticket.pinned_technician, max(ticket.pinned_start, 0))
    return room >= wanted(ticket) or (room > 0 and inputs.policy == "split")


def who_may(week, ticket):
    if ticket.pinned_technician:
        return [w for w in week.people if w == ticket.pinned_technician]
    return [w for w in week.people if not ticket.allowed or w in ticket.allowed]


def consider(week, plan, closed, inputs, ticket):
    """Plan one ticket at its turn, or close those it could have gone to."""
    may = who_may(week, ticket)
    if waits(week, ticket, may) or not wanted(ticket):
        return
    if all(week.people[w].back_day and not week.full[w] for w in may):
        return
    still = [w for w in may if w not in closed or inputs.policy != "stop"]
    since = max(ticket.pinned_start, 0)
    room = sum(week.room(w, since) for w in still)
    if room >= wanted(ticket) or (room and inputs.policy == "split"):
        give_all(week, plan, ticket, still, inputs)
    elif still and wanted(ticket) <= sum(
        max(week.people[w].full_week or 0, week.full[w]) for w in may
    ):
        closed.update(may)


def waits(week, ticket, may):
    if ticket.pinned_technician or ticket.usual not in may:
        return False
    if ticket.begun_by in may and week.full[ticket.begun_by]:
        return False
    back = week.people[ticket.usual].back_day
    return back >= 7 and ticket.waited_days + back <= ticket.wait_days


def give_all(week, plan, ticket, who, inputs=None):
    since, need = max(ticket.pinned_start, 0), wanted(ticket)
    for one, minutes in whom(week, ticket, who, need, since, inputs):
        plan[ticket.id, one] = week.give(one, minutes, since)


def whom(week, ticket, who, need, since, inputs):
    """Return who gets how many minutes."""
    if ticket.pinned_technician:
        return [(who[0], min(need, week.room(who[0], since)))]
    able = [w for w in who if week.room(w) >= need]
    if ticket.begun_by in able and week.full[ticket.begun_by]:
        return [(ticket.begun_by, need)]
    usual = ticket.usual if ticket.usual in who else None
    if usual and is_missed(week.people[usual], ticket):
        able = [w for w in able if w != usual] or able
    elif usual in able:
        return [(usual, need)]
    if able:
        known = {
            e.technician: e.count
            for e in inputs.experience
            if e.kind == ticket.kind and e.count
        }
        able.sort(
            key=lambda w: (
                -known.get(w, 0),
                0 if known.get(w) else week.day_of(week.usable(w, 0, need)[-1]),
                -week.room(w),
                w,
            )
        )
        return [(able[0], need)]
    shares = []
    for one in sorted(who, key=lambda w: (-week.room(w), w)):
        minutes = min(need, week.room(one))
        if minutes:
            shares.append((one, minutes))
            need -= minutes
    return shares


def is_missed(person, ticket):
    """Away for longer than the ticket waits."""
    back = person.back_day
    return back < 0 or (back > 0 and ticket.waited_days + back > ticket.wait_days)
