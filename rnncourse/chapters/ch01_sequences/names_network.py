"""What the network of the front page learns from, how it is trained, and what it then knows."""

import unicodedata
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.core.records import Record, provenance
from rnncourse.data.family_names import LANGUAGES, load_family_names, names_of, shares_of
from rnncourse.models import weights
from rnncourse.models.names import (
    KINDS,
    NONE,
    PRIOR,
    WEIGHTS,
    NameNetwork,
    inputs_and_targets,
    kind_posterior,
    page_network,
)
from rnncourse.training.fit import fit

SHOWN = np.array([1] * len(LANGUAGES) + [3]) / (len(LANGUAGES) + 3)
"""How often a training shows each kind: none of these three times as often as a language."""
END = "<end>"
ELSEWHERE = (
    *("cs_CZ", "da_DK", "en_IN", "en_KE", "en_TH", "et_EE", "fr_DZ", "ga_IE", "id_ID", "is_IS"),
    *("lv_LV", "sk_SK", "sv_SE", "uz_UZ", "vi_VN", "yo_NG"),
)
"""Where the names of none of the ten languages are from that the network trains on."""
ABROAD = ("vi_VN",)
"""Whose names are none of these though lists of France and the United States have them, too."""
UNSEEN = ("az_AZ", "en_PK", "hu_HU", "lt_LT", "no_NO", "pt_PT", "ro_RO", "tr_TR", "tw_GH")
"""Where the names are from that it is tested with, and never trained on."""
SEED = 0
SETTINGS = {"H": 256, "updates": 6000, "batch": 128, "rate": 2e-3, "dropout": 0.2, "clip": 1.0}
PLAIN = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "ð": "d", "þ": "th"})


def without_accents(name: str) -> str:
    """Write a name without accents, as many type it.

    >>> without_accents("wójcik"), without_accents("nguyễn")
    ('wojcik', 'nguyen')
    """
    parts = unicodedata.normalize("NFKD", name.translate(PLAIN))
    return "".join(c for c in parts if not unicodedata.combining(c))


@dataclass(frozen=True)
class NamesData:
    """What the network learns from, and what it is asked.

    Attributes:
        train: Names of each of the ten languages.
        test: Pairs (name, language) of names that are not trained on.
        elsewhere: Names of other languages to train on, by their locale.
        unseen: Names of further languages, by their locale; none is trained on.
        letters: The end of a name, and every letter of the ten languages.
        borne: Of some languages, how many bear each of the names to train on: shares.
    """

    train: dict[str, list[str]]
    test: list[tuple[str, str]]
    elsewhere: dict[str, list[str]]
    unseen: dict[str, list[str]]
    letters: tuple[str, ...]
    borne: dict[str, np.ndarray] = field(default_factory=dict)


def load_names(seed: int = 0) -> NamesData:
    """Return the names of a split.

    A language trains on every name that its lists have, also on those of two languages, but for the
    names of the test. What the ten languages list is none of the others' names.

    Raises:
        ModuleNotFoundError: faker is not installed.
    """
    test = load_family_names(max_names=900, seed=seed).test
    tested = {without_accents(name) for name, _ in test}

    def names_in(locale):
        names = {n.lower() for n in names_of(locale) if n.isalpha() and n[0].isupper()}
        return {n for n in names if 3 <= len(n) <= 14 and without_accents(n) not in tested}

    own = {language: set().union(*map(names_in, places)) for language, places in LANGUAGES.items()}
    own_names = tested | {without_accents(name) for names in own.values() for name in names}
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz").union(*(n for s in own.values() for n in s)))

    def load_others(locales):
        by_locale = {
            locale: {without_accents(name) for name in names_in(locale)} for locale in locales
        }
        by_locale = {
            place: s if place in ABROAD else s - own_names for place, s in by_locale.items()
        }
        return {
            place: sorted(n for n in s if n.isascii() and 3 <= len(n) <= 14)
            for place, s in by_locale.items()
        }

    elsewhere, unseen = load_others(ELSEWHERE), load_others(UNSEEN)
    trained = set().union(*elsewhere.values())
    listed = {name.lower(): share for name, share in shares_of("en_GB").items()}
    borne = np.array([listed.get(name, 0) for name in sorted(own["English"])])
    return NamesData(
        {language: sorted(names) for language, names in own.items()},
        test,
        elsewhere,
        {place: [name for name in names if name not in trained] for place, names in unseen.items()},
        (END, *letters),
        {"English": borne / borne.sum()},
    )


def strings(n: int, rng: np.random.Generator) -> list[str]:
    """Draw strings of 3 to 10 letters, each letter as likely as any."""
    alphabet = np.array([*"abcdefghijklmnopqrstuvwxyz"])
    return ["".join(rng.choice(alphabet, rng.integers(3, 11))) for _ in range(n)]


def draw_names(names: NamesData, n: int, rng: np.random.Generator) -> tuple[list[str], list[int]]:
    """Draw names to train on: each language as likely, none of these more often (`SHOWN`).

    A third of the names has lost its accents. Half of the English names come as often as they are
    borne: Smith is English, though the Dutch list has it, too. Of none of these, six in ten are
    names of other languages, each as likely; a quarter are strings of letters, the rest names read
    from behind.
    """
    places, drawn, kinds = [*names.elsewhere], [], rng.choice(len(KINDS), n, p=SHOWN)
    for kind in kinds:
        language = KINDS[kind if KINDS[kind] != NONE else rng.integers(len(LANGUAGES))]
        pool, shares = names.train[language], names.borne.get(language)
        draw = rng.random() if KINDS[kind] == NONE else 1
        if draw < 0.6:
            pool, shares = names.elsewhere[places[rng.integers(len(places))]], None
        by_share = shares is not None and rng.random() < 0.5
        name = pool[rng.choice(len(pool), p=shares) if by_share else rng.integers(len(pool))]
        if 0.6 <= draw < 1:
            name = name[::-1] if draw < 0.75 else strings(1, rng)[0]
        drawn.append(without_accents(name) if rng.random() < 1 / 3 else name)
    return drawn, kinds.tolist()


def train_names(names: NamesData, seed: int, **settings) -> NameNetwork:
    """Train the network: Adam, its rate falling to nothing in the second half.

    Args:
        names: What it learns from.
        seed: Of its first weights and of what is drawn.
        settings: Instead of those in `SETTINGS`.
    """
    options = SETTINGS | settings
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = NameNetwork(len(names.letters), len(KINDS), options["H"], options["dropout"])
    updates = options["updates"]

    def loss(update: int) -> Tensor:
        xs, targets = inputs_and_targets(*draw_names(names, options["batch"], rng), names.letters)
        return cross_entropy(net(xs).flatten(0, 1), targets.flatten())

    schedule = partial(LambdaLR, lr_lambda=lambda update: min(1, 2 - 2 * update / updates))
    fit(net.parameters(), loss, updates, options["rate"], clip=options["clip"], schedule=schedule)
    return net.eval()


def evaluate_names(net: NameNetwork, names: NamesData) -> dict[str, float]:
    """Return what a network knows: shares of names, and bits a letter."""
    letters, none = names.letters, KINDS.index(NONE)
    texts, kinds = [n for n, _ in names.test], [KINDS.index(k) for _, k in names.test]
    predicted = kind_posterior(net, texts, letters).argmax(1)
    with torch.no_grad():
        xs, targets = inputs_and_targets(texts, kinds, letters)
        nats = cross_entropy(net(xs).flatten(0, 1), targets.flatten()).item()

    def to_none(texts):
        return float(np.mean(kind_posterior(net, texts, letters).argmax(1) == none))

    return {
        "right": float(np.mean(predicted == kinds)),
        "wrongly none": float(np.mean(predicted == none)),
        "bits": nats / np.log(2),
        "unseen to none": float(np.mean([to_none(group) for group in names.unseen.values()])),
        "strings to none": to_none(strings(500, np.random.default_rng(1000))),
    }


def _begin_record() -> Record:
    about = {"data": "faker", "settings": SETTINGS, "seeds": [SEED], **provenance("faker")}
    about |= {"elsewhere": list(ELSEWHERE), "unseen": list(UNSEEN)}
    return Record("ch01_sequences", "names", about)


def measure_names() -> Record:
    """Train the network of the front page, keep it with 8 bits, and test it (two minutes)."""
    record, names = _begin_record(), load_names(SEED)
    net = train_names(names, SEED)
    arrays = {key: p.detach().numpy() for key, p in net.named_parameters()}
    about = {"cell": "tanh", "vocabulary": names.letters, "kinds": KINDS}
    about |= {"prior": PRIOR.tolist(), **SETTINGS, "seed": SEED}
    about |= {"command": "make measure ONLY=ch01_sequences/names"}
    weights.save("names", arrays, about, WEIGHTS, bits=8)
    for key, value in evaluate_names(page_network()[0], names).items():
        record.add(f"front/page/{key}", value, 0.01, "8-bit weights, read again; near ties")
    return record
