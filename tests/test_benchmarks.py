"""The benchmark measures what it says: a small run of its parts, and how its table judges."""

from __future__ import annotations

import json

import pytest

from benchmarks import first_hail, slack, store
from benchmarks.office import office
from benchmarks.table import compared, limited, percentile, plain, write_json
from tests.workspace import Person


def test_a_missed_goal_is_reported_as_missed():
    assert compared("slow", 3.0, "ms", 1.0, at_most=1.5).met is False
    assert compared("quick", 1.0, "ms", 1.0, at_most=1.5).met is True
    assert limited("heavy", 151.0, "MB", 150).met is False
    assert plain("nobody asks", 1.0, "ms").met is None


def test_the_99th_of_a_hundred_is_the_second_slowest():
    assert percentile([*range(1, 101)], 0.99) == 99
    assert percentile([5.0], 0.99) == 5.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_bench_json_has_what_a_reader_needs(tmp_path):
    write_json([compared("a change", 2.0, "ms", 1.0, at_most=5)], tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text()) == [
        {
            "name": "a change",
            "value": 2.0,
            "unit": "ms",
            "reference": 1.0,
            "ratio": 2.0,
            "goal": "ratio <= 5",
            "met": True,
        }
    ]


def test_the_assistant_and_the_bare_app_are_measured_beside_each_other(tmp_path):
    with office(tmp_path) as opened:
        opened.start()
        calls = first_hail.measure(opened)
        alone = slack.alone(opened, rounds=2)
        crowd = slack.everybody_at_once(opened, people=5)
        loaded = slack.while_sops_run(opened, rounds=1, runs=2)
        inbox = Person(opened.workspace, "U01DAMIAN").http.get(
            opened.workspace.url("/inbox/ada@first-hail.example")
        )
    assert len(inbox.json()["mails"]) == 1
    assert {row.name: row.ratio for row in calls if row.name.endswith(("freshdesk", "calendly"))} == {
        "outside calls of a first hail: freshdesk": 1.0,
        "outside calls of a first hail: calendly": 1.0,
    }
    assert crowd[0].value == 0
    assert all(row.value > 0 and row.reference for row in [*alone, *loaded])


def test_the_store_is_measured_against_sqlite(tmp_path):
    rows = store.measure(tmp_path, sizes=(5, 10), changes=3)
    assert {row.reference is not None for row in rows if "one change" in row.name} == {True}


def test_the_least_calls_are_each_explained():
    assert all(reason for calls in first_hail.LEAST.values() for _, reason in calls)
