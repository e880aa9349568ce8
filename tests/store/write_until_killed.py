"""Changes the store in a folder until somebody kills it; prints each thing once it is acknowledged.

Run as `python -m tests.store.write_until_killed FOLDER ROUND THREADS`. Each thread has one lead, whose
next step counts its changes, and adds one event of that number; one more makes plans and runs. Lines:
`open`, `<lead> <number>`, `<plan> 1` (its run has started), `<plan> 2` (its run is done).
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

from store.lead import Contact, Event, Lead, new_lead
from store.plan import End, Run, new_plan
from store.ports import NoSuchLead
from store.tinydb_store import TinyDBLeadStore
from tests.store.samples import AT


def main(folder: Path, round_number: int, threads: int) -> None:
    store = TinyDBLeadStore(folder)
    print("open", flush=True)
    workers = [threading.Thread(target=_count, args=(store, f"lw{number}")) for number in range(threads)]
    workers.append(threading.Thread(target=_plan_and_run, args=(store, round_number)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _count(store: TinyDBLeadStore, lead_id: str) -> None:
    contacts = (Contact(f"{lead_id}@uni.example"),)
    try:
        number = int(store.get(lead_id).next_step or 0)
    except NoSuchLead:
        number = 0
        store.create(new_lead(lead_id, "University", contacts, at=AT, by="U1"))
    while True:
        number += 1
        _to(store, lead_id, number)
        _acknowledge(lead_id, number)


def _to(store: TinyDBLeadStore, lead_id: str, number: int) -> None:
    def change(now: Lead) -> Lead:
        return replace(now, next_step=str(number))

    store.update(lead_id, change, Event(f"n{number}", AT, "count", "x" * 100))


def _plan_and_run(store: TinyDBLeadStore, round_number: int) -> None:
    number = 0
    while True:
        number += 1
        plan = new_plan("hail-lead", "lw0", "U1", AT, {"round": round_number, "number": number})
        store.save_plan(plan)
        store.start_run(Run(plan.id, plan.sop, plan.lead_id, "U1", "C1", End.QUEUED, AT))
        _acknowledge(plan.id, 1)
        if number % 2:
            store.update_run(plan.id, lambda now: replace(now, end=End.DONE))
            _acknowledge(plan.id, 2)
        store.set_value("last", plan.id)


def _acknowledge(name: str, number: int) -> None:
    os.write(1, f"{name} {number}\n".encode())  # one call: the lines of two threads do not mix


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
