"""A table of the ledger's file, read by its schema, and what is wrong with it in one sentence."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from rnncourse.claims.checks import Check, LedgerError, LedgerTable
from rnncourse.claims.kinds import Claim, ConditionalClaim, MeasuredClaim, ShownClaim
from rnncourse.claims.parts import Change, Sweep
from rnncourse.core.suggestions import did_you_mean

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Annotated[Claim, Field(discriminator="kind")])


def build_claim(claim_id: str, raw: object) -> Claim:
    """Build one claim from its table, or say what is wrong with it."""
    if not re.fullmatch(r"[A-E][1-9]\d*", claim_id) or not isinstance(raw, dict):
        raise LedgerError(f"{claim_id!r} is not a claim; a table is named like [A2] or [E10].")
    if "id" in raw:
        raise LedgerError(f"{claim_id}: the head of its table is its id; remove the field 'id'.")
    try:
        return _CLAIM.validate_python({"id": claim_id, **raw})
    except ValidationError as error:
        raise LedgerError(f"{claim_id}{_explain_error(error, raw)}") from None


def _explain_error(error: ValidationError, raw: dict[str, Any]) -> str:
    """Turn the first fault that the schema finds into a sentence that names the next move."""
    fault = error.errors()[0]
    kind, path = fault["type"], [*fault["loc"]]
    if path and path[0] == raw.get("kind"):
        path = path[1:]  # which of the classes
    prefix = "".join(_name_path(raw, path[:-1])) + ": "
    name = path[-1] if path else ""
    if kind == "union_tag_not_found":
        return ": the field 'kind' is missing; add it."
    if kind == "union_tag_invalid":
        return f": kind cannot be {raw['kind']!r}" + did_you_mean(
            str(raw["kind"]), ["shown", "measured", "conditional"]
        )
    if kind == "missing":
        return f"{prefix}the field {name!r} is missing; add it."
    if kind == "extra_forbidden":
        table = _CLASSES.get(next((str(w) for w in reversed(path[:-1]) if isinstance(w, str)), ""))
        known = (table or _BY_KIND[raw["kind"]]).model_fields
        return f"{prefix}unknown field {name!r}" + did_you_mean(str(name), known)
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
        return f"{prefix}{name} cannot be {fault['input']!r}" + did_you_mean(
            str(fault["input"]), known
        )
    message = _MESSAGES.get(kind, fault["msg"].removeprefix("Value error, "))
    if kind == "value_error" and isinstance(fault["input"], dict):  # of a table, not of a field
        return "".join(_name_path(raw, path)) + f": {message}."
    if "baseline" in path:
        prefix, name = prefix.replace(", baseline: ", ": "), "baseline"
        message = "must be a number, or CHAPTER:KEY in quotes"
    return f"{prefix}{_name_step(name)} {_RULES.get(name, message)}; got {_quote_input(fault)}."


_MESSAGES = {  # what pydantic misses, and how TOML writes it
    "tuple_type": 'must be a list: ["…"] of words, or tables with heads like [[A2.checks]]',
    "model_type": "must be a table with a head of its own, like [A2.sweep] or [[A2.checks]]",
    "string_type": "must be words in quotes",
    "string_pattern_mismatch": "must not be empty",
    "float_type": "must be a number, without quotes",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number, without quotes",
}
_MESSAGES["model_attributes_type"] = _MESSAGES["model_type"]
_RULES = {"record": "must be CHAPTER:KEY, like ch02_language:A2/new_context",
          "name": "must be a keyword: small letters, digits and _"}  # fmt: skip


def _name_step(name: str | int) -> str:
    return f"entry {name + 1}" if isinstance(name, int) else name


def _quote_input(fault: dict[str, Any]) -> str:
    """Quote what was found instead."""
    text = repr(fault["input"])
    return text[:60] + "…" if len(text) > 60 else text


_CLASSES: dict[str, type[LedgerTable]] = {"checks": Check, "sweep": Sweep, "log": Change}
_BY_KIND: dict[str, type[LedgerTable]] = {
    "shown": ShownClaim,
    "measured": MeasuredClaim,
    "conditional": ConditionalClaim,
}


def _name_path(raw: Any, path: list[str | int]) -> Iterator[str]:
    """Name the way to a fault: a check by its name, other parts by theirs."""
    for step in path:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return
        if isinstance(step, int):
            name = raw.get("name") if isinstance(raw, dict) else None
            yield f", check {name!r}" if name else f", entry {step + 1}"
        elif step != "checks":
            yield f", {step}"
