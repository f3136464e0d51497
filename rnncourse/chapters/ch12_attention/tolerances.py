"""How far another processor's networks may be from the recorded ones, and why.

What is known of that comes from nudges: networks were trained again, their first weights moved by
a millionth of themselves. Section `nudged` of the record has such networks.
"""

MOVED = "float32: first weights nudged by a millionth moved "
FEW = 0.35, MOVED + "it by up to 0.1; there are 20 lists of one number, or fewer"
BEYOND = 0.6, MOVED + "it by up to 0.05; lists longer than any trained, decided by chance"
EXACT = 0.05, MOVED + "none of these shares by more than 0.01 (general, lists of 2 to 6 numbers)"
WITHOUT = 0.15, MOVED + "none of these shares by more than 0.05 (no attention, two seeds)"
BRIEF = 0.25, "float32: another processor trains another network; training breaks off early"
POINTING = 0.06, MOVED + "none of these scores by more than 0.01 (general, two seeds)"
COMMA = 0.8, MOVED + "looks at the comma by up to 0.5: they are decided by chance"
LARGEST = 0.1, "float32: seeds differ by less than half as much"
CHANGED = 0.35, MOVED + "none of these shares by more than 0.17 (general, two seeds)"
AGREE = 0.2, MOVED + "none of these shares by more than 0.06 (general, two seeds)"
NATS = 3.0, MOVED + "none of these by more than 1.3 nats (general, two seeds)"


def tolerance(key: str) -> tuple[float, str]:
    """Say how far a fresh value may be from the recorded one, and why.

    Args:
        key: As in the record of networks on lists: what is scored, of which network, and further.

    >>> tolerance("attention/general/swapped/pointing")[0], tolerance("exact/none/6")[0]
    (0.06, 0.15)
    """
    what, name, last = key.split("/")[0], key.split("/")[1], key.split("/")[-1]
    if what in {"exact", "rates"}:
        if last in {"1", "7", "8"}:
            return FEW if last == "1" else BEYOND
        return WITHOUT if name.startswith("none") else EXACT
    if what == "brief":
        return BRIEF
    if last == "largest":
        return LARGEST
    if last == "nats":
        return NATS
    if last == "changed":
        return CHANGED
    if name in {"agree", "slope"}:
        return COMMA if last == "comma" else AGREE
    return COMMA if "comma" in key and name != "varied" else POINTING
