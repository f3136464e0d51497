"""Write the page of the decks' slips, which stand in book/errata.toml."""

import tomllib

from rnncourse.claims import Claim, load_ledger
from scripts import ROOT

BOOK = ROOT / "book"
HEAD = """# Errata of the decks

A slip of the pen is no claim. Where a slide prints something that its author cannot have meant,
the [ledger](claims.md) judges the claim as it was meant, and the slip is listed here: what is
printed, what is right, and what checks it. Formulas keep the letters of their deck; the
[concordance](concordance.md) translates them. Where two authors only write the same thing in two
ways, that is no slip, and the concordance has it.
"""


def load_errata() -> list[dict]:
    """All slips, by deck."""
    slips = tomllib.loads((BOOK / "errata.toml").read_text(encoding="utf-8"))["slip"]
    return sorted(
        slips, key=lambda erratum: (erratum["deck"], int(erratum.get("claim", "A99")[1:]))
    )


def describe_check(erratum: dict, ledger: dict[str, Claim]) -> str:
    """What shows that the slip is one."""
    parts = []
    if test := erratum.get("test"):
        file, _, name = test.partition("::")
        parts.append(f"the test `{name}` in `{file}`")
    if source := erratum.get("source"):
        parts.append(source)
    if claim := erratum.get("claim"):
        state = " (not yet measured)" if ledger[claim].verdict == "unmeasured" else ""
        parts.append(f"see also [claim {claim}](#claim-{claim}){state}")
    return "; ".join(parts)


def render_page() -> str:
    """The page, as MyST Markdown."""
    ledger = load_ledger()
    slips, parts = load_errata(), [HEAD]
    for deck in sorted({slip["deck"] for slip in slips}):
        parts.append(f"## Deck {deck}\n")
        for slip in (slip for slip in slips if slip["deck"] == deck):
            parts.append(
                f"{slip['heading']}\n"
                f": *Printed:* {slip['printed']}\\\n"
                f"  *Right:* {slip['right']}\\\n"
                f"  *Checked by* {describe_check(slip, ledger)}.\n"
            )
    return "\n".join(parts)
