# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Receipts: one text for the same inputs, and nothing else is read as one."""

import hashlib
import json
from dataclasses import replace

import pytest
from support_planning_engine.inputs import Candidate, Experience, Line, Proposal
from support_planning_engine.reasons import Reason, because
from support_planning_engine.receipt import (
    digest,
    dumps,
    dumps_proposal,
    loads,
    repeat,
)
from support_planning_engine.scheduler import propose

from .common import technician, ticket, week_of

INPUTS = week_of(
    [technician(1, 0), technician(2, 0, 1, back_day=2)],
    [
        ticket(1, 200, usual=2, kind=5, allowed=(2, 1)),
        ticket(2, 90, carried=True, excluded="später, «mañana»"),
        ticket(3, 500, blocked=(because("hold"), because("balance", missing=3))),
        ticket(4, 60, pinned_technician=1, pinned_start=600, changed_minutes=30),
    ],
    experience=[Experience(5, 1, 3)],
)
# Changes only with VERSION: what is stored must be read in later years.
TEXT = (
    '{"format":"support_planning","inputs":{"candidates":['
    '{"accepted_at":"2026-03-01 09:01:00","allowed":[1,2],"id":1,"kind":5,'
    '"minutes":200,"usual":2},'
    '{"accepted_at":"2026-03-01 09:02:00","carried":1,'
    '"excluded":"sp\\u00e4ter, \\u00abma\\u00f1ana\\u00bb","id":2,"minutes":90},'
    '{"accepted_at":"2026-03-01 09:03:00",'
    '"blocked":[["balance",{"missing":3}],["hold",{}]],"id":3,"minutes":500},'
    '{"accepted_at":"2026-03-01 09:04:00","changed_minutes":30,"id":4,'
    '"minutes":60,"pinned_start":600,"pinned_technician":1}],'
    '"cutoff":"2026-03-06 13:00:00",'
    '"days":[0,1440,2880,4320,5760,7200,8640,10080],'
    '"experience":[{"count":3,"kind":5,"technician":1}],"monday":"2026-03-09",'
    '"technicians":[{"daily":[420,0,0,0,0,0,0],"free":[[540,960]],"id":1},'
    '{"back_day":2,"daily":[420,420,0,0,0,0,0],"free":[[540,960],[1980,2400]],'
    '"id":2}],"tz":"Europe/Madrid"},"version":1}'
)


def test_text_of_the_inputs():
    assert dumps(INPUTS) == TEXT
    assert loads(TEXT) == INPUTS


def test_text_is_canonical_json():
    data = json.loads(TEXT)
    again = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert again == TEXT
    assert TEXT.isascii()


def test_digest_is_the_sha_256_of_the_text():
    assert digest(TEXT) == hashlib.sha256(TEXT.encode("utf-8")).hexdigest()
    assert digest("") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_any_other_input_has_another_digest():
    first, *others = INPUTS.candidates
    changed = [
        replace(INPUTS, policy="skip"),
        replace(INPUTS, cutoff="2026-03-06 13:00:01"),
        replace(INPUTS, experience=()),
        replace(INPUTS, candidates=others),
        replace(INPUTS, candidates=[replace(first, minutes=201), *others]),
        replace(INPUTS, candidates=[replace(first, carried=True), *others]),
        replace(INPUTS, technicians=INPUTS.technicians[:1]),
    ]
    digests = {digest(dumps(one)) for one in (INPUTS, *changed)}
    assert len(digests) == len(changed) + 1


def test_plan_from_the_receipt_is_the_same_to_the_byte():
    assert repeat(TEXT) == dumps_proposal(propose(INPUTS))
    assert json.loads(repeat(TEXT))["proposal"]["lines"]


def test_text_of_a_proposal():
    line = Line(7, 1, 1, 60, 540, 600, ((540, 600),), (because("order", place=1),))
    assert dumps_proposal(Proposal((line,), (), ())) == (
        '{"format":"support_planning","proposal":{"lines":[{"end":600,"minutes":60,'
        '"place":1,"reasons":[["order",{"place":1}]],"slots":[[540,600]],"start":540,'
        '"technician":1,"ticket":7}],"loads":[],"unplaced":[]},"version":1}'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no receipt"),
        ("[]", "no receipt"),
        ("{}", "no receipt"),
        ('{"format":"x","inputs":{},"version":1}', "no receipt"),
        (TEXT.replace('"version":1', '"version":2'), "version 2, not 1"),
        (TEXT.replace('"minutes":200', '"minutes": 200'), "canonical form"),
        (TEXT.replace('"id":1,"kind":5,', '"id":1,"kind":5,"carried":0,'), "canonical"),
        (TEXT.replace('"minutes":200', '"minutes":200.5'), "no integer"),
        (TEXT.replace('"minutes":200', '"minutes":null'), "damaged"),
        (TEXT.replace('"minutes":200', '"minuten":200'), "damaged"),
        (TEXT.replace('"minutes":200', '"minutes":0'), "at least 1"),
        (TEXT.replace('"tz":"Europe/Madrid"', '"tz":["Europe"]'), "no integer and no"),
        (TEXT.replace('"days":', '"day":'), "damaged"),
    ],
)
def test_what_is_no_receipt_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        loads(text)


@pytest.mark.parametrize("value", [1.5, None, 60.0, ["x"], {}])
def test_what_is_no_integer_and_no_text_is_not_written(value):
    given = Candidate(1, 60, "2026-03-05 10:00:00", usual=value)
    with pytest.raises(ValueError, match="no integer and no text"):
        dumps(week_of([], [given]))
    odd = Candidate(
        1, 60, "2026-03-05 10:00:00", blocked=(Reason("x", (("y", value),)),)
    )
    with pytest.raises(ValueError, match="no integer and no text"):
        dumps(week_of([], [odd]))
