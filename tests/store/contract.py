"""The one suite that every `LeadStore` passes.

A second implementation runs it unchanged: subclass `LeadStoreContract` in a test module and give it a
fixture `place` that returns a `Place`.
"""

from __future__ import annotations

from tests.store.contract_leads import Place, SharedLeads, SharedSearch, SharedTimeline
from tests.store.contract_runs import SharedEffects, SharedPlans, SharedRuns, SharedWorkspace

__all__ = ["LeadStoreContract", "Place"]


class LeadStoreContract(
    SharedLeads, SharedSearch, SharedTimeline, SharedEffects, SharedPlans, SharedRuns, SharedWorkspace
):
    """Everything `store.ports.LeadStore` promises."""
