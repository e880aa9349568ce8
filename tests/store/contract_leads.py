"""The contract's part about leads, finding them, and their timelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any, Protocol

import pytest

from store.lead import SCHEMA, Contact, Event, Lead, Message
from store.lifecycle import Phase, transition
from store.ports import AddressTaken, LeadStore, NoSuchLead
from store.upcasters import Upcaster
from tests.store.samples import AT, DAY, event, intention, lead, receipt


class Place(Protocol):
    """Where a store keeps things, so that a test can close it and open it again."""

    def open(self, upcasters: Mapping[int, Upcaster] | None = None) -> LeadStore: ...

    def stored(self, lead_id: str) -> dict[str, Any]:
        """The lead as the closed store keeps it: a plain document."""

    def replace_stored(self, lead_id: str, document: dict[str, Any]) -> None:
        """Make the closed store keep `document` instead, as an earlier version may have written it."""


class Shared:
    """A store of one test, in the place that its module's fixture `place` gives, closed at its end. `again` closes it
    and opens it anew."""

    @pytest.fixture
    def store(self, place: Place) -> Iterator[LeadStore]:
        store = place.open()
        yield store
        store.close()

    def again(self, place: Place, store: LeadStore) -> LeadStore:
        store.close()
        return place.open()


class SharedLeads(Shared):
    def test_a_created_lead_is_there_after_reopening(self, place: Place, store: LeadStore) -> None:
        full = replace(
            lead(organisation='<!channel> "O\'Reilly" \\ 🎉\n'),
            thread=Message("C1", "1772443800.000100"),
            ticket_id=7,
            hailed_at=AT,
            next_step="call",
            next_step_due="2026-04-01",
        )
        created = store.create(full, event("created"))
        assert created == full
        store = self.again(place, store)
        assert store.get("lada") == full
        assert [e.key for e in store.timeline("lada")] == ["created"]
        store.close()

    def test_creating_a_lead_again_gives_the_one_that_is_there(self, store: LeadStore) -> None:
        store.create(lead())
        store.update("lada", lambda now: replace(now, next_step="call"))
        again = store.create(lead(organisation="Another"), event("created"))
        assert (again.organisation, again.next_step, again.version) == ("Ada University", "call", 1)
        assert store.timeline("lada") == []

    def test_an_address_belongs_to_one_lead_whatever_its_case(self, store: LeadStore) -> None:
        store.create(lead())
        with pytest.raises(AddressTaken) as refusal:
            store.create(lead("bo", "bo@bo.example", "ADA@Ada.Example"))
        assert (refusal.value.address, refusal.value.lead_id) == ("ADA@Ada.Example", "lada")
        assert store.find_by_address("bo@bo.example") is None
        with pytest.raises(NoSuchLead):
            store.get("lbo")
        assert store.create(lead("bo")).id == "lbo"

    def test_an_update_cannot_take_the_address_of_another_lead(self, store: LeadStore) -> None:
        store.create(lead())
        store.create(lead("bo"))
        with pytest.raises(AddressTaken):
            store.update("lbo", lambda now: replace(now, contacts=(Contact("ada@ada.example"),)), event("x"))
        assert store.get("lbo") == lead("bo")
        assert store.timeline("lbo") == []
        found = store.find_by_address("bo@bo.example")
        assert found is not None and found.id == "lbo"

    def test_an_address_given_up_is_free(self, store: LeadStore) -> None:
        store.create(lead())
        store.update("lada", lambda now: replace(now, contacts=(Contact("ada@new.example"),)))
        assert store.find_by_address("ada@ada.example") is None
        assert store.find_by_domain("ada.example") == []
        assert store.create(lead("bo", "ada@ada.example")).id == "lbo"

    def test_an_unknown_lead_is_refused_by_every_method(self, store: LeadStore) -> None:
        for lead_id in ("lnone", "", "../workspace", "l/../../x", "l\x00"):
            with pytest.raises(NoSuchLead):
                store.get(lead_id)
            with pytest.raises(NoSuchLead):
                store.update(lead_id, lambda now: now)
            with pytest.raises(NoSuchLead):
                store.append(lead_id, event("x"))
            with pytest.raises(NoSuchLead):
                store.timeline(lead_id)
            with pytest.raises(NoSuchLead):
                store.effect(lead_id, "x")

    def test_an_id_that_is_no_plain_name_is_refused(self, store: LeadStore) -> None:
        for bad in ("", "../x", "a/b", "l" * 65, "l x"):
            with pytest.raises(ValueError):
                store.create(replace(lead(), id=bad))

    def test_each_update_raises_the_version_by_one(self, store: LeadStore) -> None:
        store.create(lead())
        first = store.update("lada", lambda now: replace(now, source="mail"), event("a"))
        second = store.update("lada", lambda now: replace(now, source="call", version=99), event("a"))
        assert (first.version, second.version) == (1, 2)
        assert store.get("lada") == second
        assert [e.key for e in store.timeline("lada")] == ["a"]

    def test_of_two_who_change_the_same_the_second_is_not_told(self, store: LeadStore) -> None:
        def telling(before: Lead, after: Lead) -> Event | None:
            return event(f"{before.source}-{after.source}") if before.source != after.source else None

        store.create(lead())
        first, second = (
            store.update("lada", lambda now: replace(now, source="mail"), telling=telling) for _ in range(2)
        )
        assert [each.key for each in store.timeline("lada")] == [f"{lead().source}-mail"]
        assert first == second, "what changes nothing and tells nothing writes nothing"

    def test_a_receipt_is_written_with_the_change_that_follows_from_it(self, store: LeadStore) -> None:
        store.create(lead())
        store.intend("lada", intention())
        store.update("lada", lambda now: replace(now, source="mail"), event("sent"), receipt=receipt())
        known = store.effect("lada", "mail")
        assert known is not None
        assert (known.receipt, known.intended_at, known.detail) == ("ticket 7", AT, "to ada")
        assert (store.get("lada").source, [each.key for each in store.timeline("lada")]) == ("mail", ["sent"])
        with pytest.raises(ValueError, match="has no receipt"):
            store.update("lada", lambda now: replace(now, source="call"), receipt=intention("other"))
        assert store.get("lada").source == "mail"

    def test_an_exception_of_the_change_leaves_everything_as_it_was(self, store: LeadStore) -> None:
        store.create(lead())

        def fail(now: Lead) -> Lead:
            raise RuntimeError("no")

        with pytest.raises(RuntimeError, match="no"):
            store.update("lada", fail, event("x"))
        assert store.get("lada") == lead()
        assert store.timeline("lada") == []

    def test_a_change_cannot_turn_a_lead_into_another(self, store: LeadStore) -> None:
        store.create(lead())
        with pytest.raises(ValueError):
            store.update("lada", lambda now: replace(now, id="lbo"))
        assert store.get("lada") == lead()

    def test_what_cannot_be_stored_is_refused_before_anything_changes(self, store: LeadStore) -> None:
        store.create(lead())
        with pytest.raises(ValueError):
            store.update("lada", lambda now: replace(now, ticket_id="no number"))  # type: ignore[arg-type]
        assert store.get("lada") == lead()

    def test_half_a_surrogate_pair_does_no_harm(self, place: Place, store: LeadStore) -> None:
        store.create(replace(lead(), organisation="bad \ud83d half"))
        store = self.again(place, store)
        assert store.get("lada").organisation.startswith("bad ")
        assert [summary.id for summary in store.search("bad")] == ["lada"]
        store.close()

    def test_two_threads_changing_one_lead_lose_nothing(self, place: Place, store: LeadStore) -> None:
        store.create(lead())

        def add(number: int) -> None:
            store.update("lada", lambda now: replace(now, next_step=now.next_step + "x"), event(f"e{number}"))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(40)))
        store = self.again(place, store)
        assert (store.get("lada").version, store.get("lada").next_step) == (40, "x" * 40)
        assert {e.key for e in store.timeline("lada")} == {f"e{number}" for number in range(40)}
        store.close()

    def test_of_two_threads_creating_leads_with_one_address_one_succeeds(self, store: LeadStore) -> None:
        for number in range(15):
            barrier = Barrier(2)

            def create(name: str, barrier: Barrier = barrier, number: int = number) -> str:
                barrier.wait()
                try:
                    return store.create(lead(f"{name}{number}", f"same{number}@x.example")).id
                except AddressTaken as error:
                    return f"taken by {error.lead_id}"

            with ThreadPoolExecutor(2) as pool:
                first, second = sorted(pool.map(create, ("a", "b")))
            assert second == f"taken by {first}"
            found = store.find_by_address(f"same{number}@x.example")
            assert found is not None and found.id == first

    def test_a_mail_to_answer_that_was_the_next_step_is_a_mail_that_waits(
        self, place: Place, store: LeadStore
    ) -> None:
        """Until schema 3; what a person wrote there stays."""
        steps = {"answer Ada": ["Ada"], "answer b@c.example": ["b@c.example"], "answer the dean": []}
        for number, step in enumerate(steps):
            one = lead(f"ada{number}")
            store.create(replace(one, contacts=(replace(one.contacts[0], name="Ada"),), next_step=step))
        store.close()
        for number in range(len(steps)):
            old = {**place.stored(f"lada{number}"), "schema": 2}
            place.replace_stored(
                f"lada{number}", {k: old[k] for k in old.keys() - {"unanswered", "settled_to"}}
            )
        store = place.open()
        for number, (step, waiting) in enumerate(steps.items()):
            now = store.get(f"lada{number}")
            assert [mail.who for mail in now.unanswered] == waiting
            assert now.next_step == ("" if waiting else step)
        store.close()

    def test_a_lead_of_an_older_schema_is_read_and_written_anew_at_its_next_change(
        self, place: Place, store: LeadStore
    ) -> None:
        store.create(lead())
        store.close()
        old = place.stored("lada")
        old["schema"] = SCHEMA - 1
        old["company"] = old.pop("organisation")
        place.replace_stored("lada", old)

        def company_to_organisation(document: dict[str, Any]) -> dict[str, Any]:
            rest = {name: value for name, value in document.items() if name != "company"}
            return {**rest, "organisation": document["company"]}

        store = place.open({SCHEMA - 1: company_to_organisation})
        assert store.get("lada") == lead()
        assert [summary.id for summary in store.search("Ada Univ")] == ["lada"]
        store.append("lada", event("seen"))
        store.close()
        assert "company" in place.stored("lada")
        store = place.open({SCHEMA - 1: company_to_organisation})
        store.update("lada", lambda now: replace(now, source="mail"))
        store.close()
        new = place.stored("lada")
        assert (new["schema"], new["organisation"], "company" in new) == (SCHEMA, "Ada University", False)


class SharedSearch(Shared):
    def test_leads_are_found_by_address_domain_ticket_and_thread(
        self, place: Place, store: LeadStore
    ) -> None:
        store.create(lead("ada", "ada@uni.example"))
        store.create(lead("bo", "bo@uni.example", "bo@lab.example"))
        store.update("lbo", lambda now: replace(now, ticket_id=12, thread=Message("C1", "1.2")))
        for now in (store, self.again(place, store)):
            store = now
            by_address = store.find_by_address(" BO@lab.EXAMPLE ")
            assert by_address is not None and by_address.id == "lbo"
            assert [summary.id for summary in store.find_by_domain("Uni.example")] == ["lada", "lbo"]
            by_ticket = store.find_by_ticket(12)
            by_thread = store.find_by_thread(Message("C1", "1.2"))
            assert by_ticket == by_thread == by_address
            assert store.find_by_address("nobody@uni.example") is None
            assert store.find_by_domain("ple") == []
            assert store.find_by_ticket(1) is None
            assert store.find_by_thread(Message("C2", "1.2")) is None
        store.close()

    def test_the_finds_follow_a_change(self, store: LeadStore) -> None:
        store.create(replace(lead(), ticket_id=1, thread=Message("C1", "1")))
        store.update("lada", lambda now: replace(now, ticket_id=2, thread=Message("C1", "2"), owner="U2"))
        assert store.find_by_ticket(1) is None
        assert store.find_by_thread(Message("C1", "1")) is None
        found = store.find_by_ticket(2)
        assert found is not None and (found.owner, found.thread) == ("U2", Message("C1", "2"))

    def test_a_summary_says_what_lists_show(self, store: LeadStore) -> None:
        def to_prospect(now: Lead) -> Lead:
            phases = transition(now.phases, Phase.PROSPECT, at=AT + DAY, by="U2", why="verbal yes")
            return replace(now, phases=phases, next_step="draft")

        store.create(lead())
        store.update("lada", to_prospect)
        summary = store.leads()[0]
        assert (summary.organisation, summary.owner, summary.addresses) == (
            "Ada University",
            "U1",
            ("ada@ada.example",),
        )
        assert (summary.phase, summary.phase_since, summary.next_step) == (Phase.PROSPECT, AT + DAY, "draft")
        assert (summary.ticket_id, summary.thread) == (None, None)

    def test_leads_are_listed_by_id_in_pages(self, store: LeadStore) -> None:
        for name in ("c", "a", "e", "b", "d"):
            store.create(lead(name))
        store.update("lb", lambda now: replace(now, owner="U2"))
        assert [summary.id for summary in store.leads(limit=2)] == ["la", "lb"]
        assert [summary.id for summary in store.leads(after="lb", limit=2)] == ["lc", "ld"]
        assert [summary.id for summary in store.leads(after="lbb")] == ["lc", "ld", "le"]
        assert [summary.id for summary in store.leads(owner="U2")] == ["lb"]
        assert store.leads(phase=Phase.PARTNER) == []
        assert len(store.leads(phase=Phase.LEAD, owner="U1", limit=3)) == 3

    def test_the_search_shows_the_best_first(self, store: LeadStore) -> None:
        store.create(lead("a", "x@wholly.example", organisation="Mid Oly College"))
        store.create(lead("b", "y@b.example", organisation="Oly"))
        store.create(lead("c", "z@c.example", organisation="Polytechnic"))
        store.create(lead("d", "oly@d.example", organisation="Zeta"))
        assert [summary.id for summary in store.search("OLY")] == ["lb", "ld", "la", "lc"]
        assert [summary.id for summary in store.search("oly", limit=2)] == ["lb", "ld"]

    def test_the_search_looks_at_name_address_domain_and_ticket(self, store: LeadStore) -> None:
        store.create(
            replace(lead("a", "ada@uni.example", organisation="Université  de\nGenève"), ticket_id=4711)
        )
        store.create(lead("b"))
        for text in (
            "universite de gen",
            "GENÈVE",
            "ada@uni",
            "uni.example",
            "4711",
            "47",
            "  ada@uni.example ",
        ):
            assert [summary.id for summary in store.search(text)] == ["la"], text
        assert store.search("nothing like it") == []
        assert store.search("%") == store.search("_") == store.search("*") == []
        assert len(store.search("")) == 2


class SharedTimeline(Shared):
    def test_an_event_of_one_key_is_recorded_once(self, place: Place, store: LeadStore) -> None:
        store.create(lead(), event("a"), event("a"))
        assert store.append("lada", event("b", "first")) is True
        assert store.append("lada", event("b", "second")) is False
        store.update("lada", lambda now: now, event("b"), event("c"))
        store = self.again(place, store)
        assert [e.key for e in store.timeline("lada")] == ["a", "b", "c"]
        assert store.timeline("lada")[1] == event("b", "first")
        store.close()

    def test_appending_does_not_change_the_lead(self, store: LeadStore) -> None:
        store.create(lead())
        store.append("lada", event("a"))
        assert store.get("lada") == lead()

    def test_a_timeline_is_read_in_pages_in_the_order_of_recording(self, store: LeadStore) -> None:
        store.create(lead(), *(event(f"e{number}") for number in range(12)))
        assert [e.key for e in store.timeline("lada", after=10)] == ["e10", "e11"]
        assert [e.key for e in store.timeline("lada", after=2, limit=2)] == ["e2", "e3"]
        assert store.timeline("lada", after=12) == []

    def test_one_event_from_many_threads_is_recorded_once(self, store: LeadStore) -> None:
        store.create(lead())
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: store.append("lada", event("same")), range(12)))
        assert answers.count(True) == 1
        assert len(store.timeline("lada")) == 1
