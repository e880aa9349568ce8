"""What every store of leads must do, and what the TinyDB store must survive."""

import pytest

pytest.register_assert_rewrite(
    "tests.store.contract", "tests.store.contract_leads", "tests.store.contract_runs"
)
