"""The claims ledger: what the slides claim, what was measured, and the verdict.

`claims.toml` holds one table a claim. A claim that an experiment can decide has *checks*: a
quantity, a baseline, the smallest effect that matters (written before the run), and the place of
the recorded values. Nobody writes a verdict: it is computed from the interval over the runs, and it
can come out against the claim, against it as it is stated, or not at all.
"""

from rnncourse.claims.checks import Check, LedgerError, Recomputed
from rnncourse.claims.kinds import Claim, ConditionalClaim, MeasuredClaim, ShownClaim
from rnncourse.claims.ledger import (
    BOOK,
    VERDICT_WORDS,
    confirm_claim,
    export_ledger,
    load_ledger,
    read_ledger,
)
from rnncourse.claims.readings import CheckReading
from rnncourse.core.intervals import interval

__all__ = [
    "BOOK",
    "VERDICT_WORDS",
    "Check",
    "CheckReading",
    "Claim",
    "ConditionalClaim",
    "LedgerError",
    "MeasuredClaim",
    "Recomputed",
    "ShownClaim",
    "confirm_claim",
    "export_ledger",
    "interval",
    "load_ledger",
    "read_ledger",
]
