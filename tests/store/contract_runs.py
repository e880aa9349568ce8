"""The contract's part about effects, plans, runs, blobs and the values of the workspace."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from store.plan import LIFETIME, End, StepLine
from store.ports import LeadStore
from tests.store.contract_leads import Place, Shared
from tests.store.samples import AT, DAY, event, intention, lead, plan, receipt, run


class SharedEffects(Shared):
    def test_an_intention_is_there_without_a_receipt(self, place: Place, store: LeadStore) -> None:
        store.create(lead(), event("a"))
        store.intend("lada", intention())
        store = self.again(place, store)
        assert store.effect("lada", "mail") == intention()
        assert store.effect("lada", "ticket") is None
        assert (store.get("lada"), len(store.timeline("lada"))) == (lead(), 1)
        store.close()

    def test_a_receipt_keeps_what_the_intention_said(self, place: Place, store: LeadStore) -> None:
        store.create(lead())
        store.intend("lada", intention())
        store.receive("lada", receipt())
        store = self.again(place, store)
        expected = replace(intention(), receipt="ticket 7", received_at=AT + DAY)
        assert store.effect("lada", "mail") == expected
        store.close()

    def test_a_receipt_without_an_intention_records_both(self, store: LeadStore) -> None:
        store.create(lead())
        store.receive("lada", receipt())
        assert store.effect("lada", "mail") == receipt()

    def test_a_receipt_survives_a_new_intention_and_forgetting(self, store: LeadStore) -> None:
        store.create(lead())
        store.receive("lada", receipt())
        store.intend("lada", intention())
        store.forget("lada", "mail")
        assert store.effect("lada", "mail") == receipt()

    def test_an_intention_made_again_keeps_its_first_time(self, store: LeadStore) -> None:
        store.create(lead())
        store.intend("lada", intention())
        store.intend("lada", replace(intention(at=AT + DAY), detail="to bo"))
        assert store.effect("lada", "mail") == replace(intention(), detail="to bo")

    def test_a_forgotten_intention_is_gone(self, place: Place, store: LeadStore) -> None:
        store.create(lead())
        store.intend("lada", intention())
        store.intend("lada", intention("ticket"))
        store.forget("lada", "mail")
        store.forget("lada", "never intended")
        store = self.again(place, store)
        assert store.effect("lada", "mail") is None
        assert store.effect("lada", "ticket") == intention("ticket")
        store.close()

    def test_receiving_needs_a_receipt(self, store: LeadStore) -> None:
        store.create(lead())
        with pytest.raises(ValueError):
            store.receive("lada", intention())
        assert store.effect("lada", "mail") is None


class SharedPlans(Shared):
    def test_a_plan_is_kept_exactly(self, place: Place, store: LeadStore) -> None:
        saved = plan(body="<b>Hi</b> 🎉\n", to=["a@b.example"], nested={"n": [1, None, 1.5, True]})
        store.save_plan(saved)
        store = self.again(place, store)
        assert store.plan(saved.id) == saved
        assert store.plan("pnone") is None
        assert store.plan("../workspace") is None
        store.close()

    def test_a_plan_never_changes(self, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        store.save_plan(saved)
        with pytest.raises(ValueError):
            store.save_plan(replace(plan(other="content"), id=saved.id))
        assert store.plan(saved.id) == saved

    def test_a_returned_plan_is_the_callers_own_copy(self, store: LeadStore) -> None:
        saved = plan(to=["ada@ada.example"])
        store.save_plan(saved)
        for content in (saved.content, store.plan(saved.id).content):  # type: ignore[union-attr]
            content["to"].append("mallory@evil.example")
        again = store.plan(saved.id)
        assert again is not None and again.content == {"to": ["ada@ada.example"]}

    def test_expired_plans_that_were_never_run_are_dropped(self, place: Place, store: LeadStore) -> None:
        old, ran, new = plan(n=1), plan(n=2), plan(at=AT + DAY, n=3)
        for each in (old, ran, new):
            store.save_plan(each)
        store.start_run(run(ran, End.DONE))
        store = self.again(place, store)
        assert store.drop_expired_plans(AT + timedelta(seconds=1)) == 1
        assert store.drop_expired_plans(AT + timedelta(seconds=1)) == 0
        assert (store.plan(old.id), store.plan(ran.id), store.plan(new.id)) == (None, ran, new)
        later = plan(at=AT + DAY, n=4)
        store.save_plan(later)
        assert store.drop_expired_plans(AT + DAY + LIFETIME) == 2
        store = self.again(place, store)
        assert (store.plan(new.id), store.plan(later.id)) == (None, None)
        assert store.run(ran.id) is not None
        store.close()


class SharedRuns(Shared):
    def test_a_plan_has_one_run(self, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        assert store.run(saved.id) is None
        assert store.start_run(run(saved)) == run(saved)
        assert store.start_run(run(saved, End.DONE)) == run(saved)
        assert store.run(saved.id) == run(saved)

    def test_of_many_clicks_one_starts_the_run(self, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        people = [replace(run(saved), by=f"U{number}") for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(store.start_run, people))
        assert len({answer.by for answer in answers}) == 1
        assert store.open_runs() == [answers[0]]

    def test_a_run_needs_a_saved_plan(self, store: LeadStore) -> None:
        with pytest.raises(KeyError):
            store.start_run(run(plan()))
        with pytest.raises(KeyError):
            store.update_run("pnone", lambda now: now)
        saved = plan()
        store.save_plan(saved)
        with pytest.raises(KeyError):
            store.update_run(saved.id, lambda now: now)
        assert (store.run("pnone"), store.open_runs()) == (None, [])

    def test_a_changed_run_is_there_after_reopening(self, place: Place, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        store.start_run(run(saved))
        steps = (StepLine("mail", "Send the mail", "done", "ticket 7"), StepLine("card", "Post", "running"))
        changed = store.update_run(
            saved.id, lambda now: replace(now, end=End.RUNNING, steps=steps, changes=2)
        )
        store = self.again(place, store)
        assert store.run(saved.id) == changed
        assert (changed.steps, changed.changes) == (steps, 2)
        assert store.plan(saved.id) == saved
        store.close()

    def test_an_exception_of_the_change_leaves_the_run(self, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        store.start_run(run(saved))
        with pytest.raises(ZeroDivisionError):
            store.update_run(saved.id, lambda now: replace(now, changes=1 // 0))
        with pytest.raises(ValueError):
            store.update_run(saved.id, lambda now: replace(now, plan_id="pother"))
        assert store.run(saved.id) == run(saved)

    def test_two_threads_changing_one_run_lose_nothing(self, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        store.start_run(run(saved))
        with ThreadPoolExecutor(4) as pool:
            step = lambda _: store.update_run(saved.id, lambda now: replace(now, changes=now.changes + 1))  # noqa: E731
            list(pool.map(step, range(24)))
        assert store.run(saved.id) == run(saved, changes=24)

    @pytest.mark.parametrize("end", list(End))
    def test_a_run_is_open_until_it_is_over_and_shown(self, place: Place, store: LeadStore, end: End) -> None:
        saved = plan()
        store.save_plan(saved)
        store.start_run(run(saved))
        store.update_run(saved.id, lambda now: replace(now, end=end, changes=3, shown=2))
        for now in (store, self.again(place, store)):
            store = now
            assert [each.plan_id for each in store.open_runs()] == [saved.id]
        store.update_run(saved.id, lambda now: replace(now, shown=3))
        for now in (store, self.again(place, store)):
            store = now
            still_open = [] if end in (End.DONE, End.CANCELLED) else [saved.id]
            assert [each.plan_id for each in store.open_runs()] == still_open
        store.close()

    def test_a_run_that_is_over_may_become_open_again(self, place: Place, store: LeadStore) -> None:
        saved = plan()
        store.save_plan(saved)
        store.start_run(run(saved, End.DONE))
        assert store.open_runs() == []
        store.update_run(saved.id, lambda now: replace(now, changes=1))
        store = self.again(place, store)
        assert [each.plan_id for each in store.open_runs()] == [saved.id]
        store.close()

    def test_open_runs_come_in_the_order_of_starting(self, store: LeadStore) -> None:
        plans = [plan(n=number) for number in range(5)]
        for each in plans:
            store.save_plan(each)
            store.start_run(run(each))
        store.update_run(plans[1].id, lambda now: replace(now, end=End.DONE))
        assert [each.plan_id for each in store.open_runs()] == [plans[n].id for n in (0, 2, 3, 4)]


class SharedWorkspace(Shared):
    def test_bytes_are_kept_under_their_hash(self, place: Place, store: LeadStore) -> None:
        data = bytes(range(256)) * 500
        name = store.save_blob(data)
        assert name == store.save_blob(data) == hashlib.sha256(data).hexdigest()
        store = self.again(place, store)
        assert store.blob(name) == data
        assert store.blob(store.save_blob(b"")) == b""
        for unknown in ("0" * 64, "", "../workspace.json", name.upper()):
            with pytest.raises(KeyError):
                store.blob(unknown)
        store.close()

    def test_a_value_is_there_after_reopening(self, place: Place, store: LeadStore) -> None:
        assert store.value("cursor") is None
        store.set_value("cursor", {"since": "2026-03-02", "seen": [1, 2]})
        store.set_value("paused", True)
        store.set_value("paused", None)
        store = self.again(place, store)
        assert store.value("cursor") == {"since": "2026-03-02", "seen": [1, 2]}
        assert store.value("paused") is None
        store.set_value("cursor", 5)
        assert store.value("cursor") == 5
        store.close()

    def test_a_returned_value_is_the_callers_own_copy(self, store: LeadStore) -> None:
        given = {"seen": [1]}
        store.set_value("cursor", given)
        given["seen"].append(2)
        store.value("cursor")["seen"].append(3)
        assert store.value("cursor") == {"seen": [1]}

    def test_a_value_that_is_no_json_is_refused(self, store: LeadStore) -> None:
        store.set_value("cursor", 1)
        for bad in (object(), float("nan"), {1, 2}):
            with pytest.raises((TypeError, ValueError)):
                store.set_value("cursor", bad)
        assert store.value("cursor") == 1

    def test_values_set_from_many_threads_are_all_there(self, store: LeadStore) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: store.set_value(f"v{number}", number), range(16)))
        assert [store.value(f"v{number}") for number in range(16)] == list(range(16))
