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
from rnncourse.data.family_names import (
    LANGUAGES,
    list_names,
    load_family_names,
    read_name_frequencies,
)
from rnncourse.models import weights
from rnncourse.models.names import (
    NAME_CLASSES,
    NONE,
    PRIOR,
    WEIGHTS,
    NameNetwork,
    inputs_and_targets,
    kind_posterior,
    load_network,
)
from rnncourse.training.fit import fit

KIND_FRACTIONS = np.array([1] * len(LANGUAGES) + [3]) / (len(LANGUAGES) + 3)
"""How often a training shows each kind: none of these three times as often as a language."""
END = "<end>"
OTHER_LOCALES = (
    *("cs_CZ", "da_DK", "en_IN", "en_KE", "en_TH", "et_EE", "fr_DZ", "ga_IE", "id_ID", "is_IS"),
    *("lv_LV", "sk_SK", "sv_SE", "uz_UZ", "vi_VN", "yo_NG"),
)
"""Where the names of none of the ten languages are from that the network trains on."""
EMIGRANT_LOCALES = ("vi_VN",)
"""Whose names are none of these though lists of France and the United States have them, too."""
UNSEEN_LOCALES = ("az_AZ", "en_PK", "hu_HU", "lt_LT", "no_NO", "pt_PT", "ro_RO", "tr_TR", "tw_GH")
"""Where the names are from that it is tested with, and never trained on."""
SEED = 0
SETTINGS = {"H": 256, "updates": 6000, "batch": 128, "rate": 2e-3, "dropout": 0.2, "clip": 1.0}
PLAIN = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "ð": "d", "þ": "th"})


def remove_accents(name: str) -> str:
    """Write a name without accents, as many type it.

    >>> remove_accents("wójcik"), remove_accents("nguyễn")
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
        other_languages: Names of other languages to train on, by their locale.
        unseen_languages: Names of further languages, by their locale; none is trained on.
        letters: The end of a name, and every letter of the ten languages.
        name_frequencies: Of some languages, how many bear each of the names to train on: shares.
    """

    train: dict[str, list[str]]
    test: list[tuple[str, str]]
    other_languages: dict[str, list[str]]
    unseen_languages: dict[str, list[str]]
    letters: tuple[str, ...]
    name_frequencies: dict[str, np.ndarray] = field(default_factory=dict)


def load_names(seed: int = 0) -> NamesData:
    """Return the names of a split.

    A language trains on every name that its lists have, also on those of two languages, but for the
    names of the test. What the ten languages list is none of the others' names.

    Raises:
        ModuleNotFoundError: faker is not installed.
    """
    test = load_family_names(max_names=900, seed=seed).test
    test_names = {remove_accents(name) for name, _ in test}

    def read_names(locale):
        names = {n.lower() for n in list_names(locale) if n.isalpha() and n[0].isupper()}
        return {n for n in names if 3 <= len(n) <= 14 and remove_accents(n) not in test_names}

    train = {
        language: sorted(set().union(*map(read_names, locales)))
        for language, locales in LANGUAGES.items()
    }
    listed_names = set().union(*train.values())
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz").union(*listed_names))
    native_names = test_names | {remove_accents(name) for name in listed_names}

    def load_others(locales):
        names_by_locale = {}
        for locale in locales:
            names = {remove_accents(name) for name in read_names(locale)}
            names -= set() if locale in EMIGRANT_LOCALES else native_names
            names_by_locale[locale] = sorted(n for n in names if n.isascii() and 3 <= len(n) <= 14)
        return names_by_locale

    other_languages, unseen = load_others(OTHER_LOCALES), load_others(UNSEEN_LOCALES)
    known = set().union(*other_languages.values())
    bearer_shares = {name.lower(): share for name, share in read_name_frequencies("en_GB").items()}
    borne = np.array([bearer_shares.get(name, 0) for name in train["English"]])
    return NamesData(
        train,
        test,
        other_languages,
        {locale: [n for n in names if n not in known] for locale, names in unseen.items()},
        (END, *letters),
        {"English": borne / borne.sum()},
    )


def sample_strings(n: int, rng: np.random.Generator) -> list[str]:
    """Draw strings of 3 to 10 letters, each letter as likely as any."""
    alphabet = np.array([*"abcdefghijklmnopqrstuvwxyz"])
    return ["".join(rng.choice(alphabet, rng.integers(3, 11))) for _ in range(n)]


def sample_names(names: NamesData, n: int, rng: np.random.Generator) -> tuple[list[str], list[int]]:
    """Draw names to train on: each language as likely, none of these more often (`KIND_FRACTIONS`).

    A third of the names has lost its accents. Half of the English names come as often as they are
    borne: Smith is English, though the Dutch list has it, too. Of none of these, six in ten are
    names of other languages, each as likely; a quarter are strings of letters, the rest names read
    from behind.
    """
    locales, drawn, kind_ids = (
        [*names.other_languages],
        [],
        rng.choice(len(NAME_CLASSES), n, p=KIND_FRACTIONS),
    )
    for kind_id in kind_ids:
        language = NAME_CLASSES[
            kind_id if NAME_CLASSES[kind_id] != NONE else rng.integers(len(LANGUAGES))
        ]
        pool, shares = names.train[language], names.name_frequencies.get(language)
        u = rng.random() if NAME_CLASSES[kind_id] == NONE else 1
        if u < 0.6:
            pool, shares = names.other_languages[locales[rng.integers(len(locales))]], None
        by_share = shares is not None and rng.random() < 0.5
        name = pool[rng.choice(len(pool), p=shares) if by_share else rng.integers(len(pool))]
        if 0.6 <= u < 1:
            name = name[::-1] if u < 0.75 else sample_strings(1, rng)[0]
        drawn.append(remove_accents(name) if rng.random() < 1 / 3 else name)
    return drawn, kind_ids.tolist()


def train_names(names: NamesData, seed: int, **settings: int | float) -> NameNetwork:
    """Train the network: Adam, its rate falling to nothing in the second half.

    Args:
        names: What it learns from.
        seed: Of its first weights and of what is drawn.
        settings: Instead of those in `SETTINGS`.
    """
    options = SETTINGS | settings
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = NameNetwork(len(names.letters), len(NAME_CLASSES), options["H"], options["dropout"])
    updates = options["updates"]

    def loss(update: int) -> Tensor:
        xs, targets = inputs_and_targets(*sample_names(names, options["batch"], rng), names.letters)
        return cross_entropy(net(xs).flatten(0, 1), targets.flatten())

    schedule = partial(LambdaLR, lr_lambda=lambda update: min(1, 2 - 2 * update / updates))
    fit(
        net.parameters(),
        loss,
        updates,
        options["rate"],
        max_grad_norm=options["clip"],
        schedule=schedule,
    )
    return net.eval()


def evaluate_names(net: NameNetwork, names: NamesData) -> dict[str, float]:
    """Return what a network knows: shares of names, and bits a letter."""
    letters, none_index = names.letters, NAME_CLASSES.index(NONE)
    texts, kind_ids = [n for n, _ in names.test], [NAME_CLASSES.index(k) for _, k in names.test]
    predicted = kind_posterior(net, texts, letters).argmax(1)
    with torch.no_grad():
        xs, targets = inputs_and_targets(texts, kind_ids, letters)
        nats = cross_entropy(net(xs).flatten(0, 1), targets.flatten()).item()

    def none_fraction(texts):
        return float(np.mean(kind_posterior(net, texts, letters).argmax(1) == none_index))

    return {
        "right": float(np.mean(predicted == kind_ids)),
        "wrongly none": float(np.mean(predicted == none_index)),
        "bits": nats / np.log(2),
        "unseen to none": float(
            np.mean([none_fraction(group) for group in names.unseen_languages.values()])
        ),
        "strings to none": none_fraction(sample_strings(500, np.random.default_rng(1000))),
    }


def _begin_record() -> Record:
    about = {"data": "faker", "settings": SETTINGS, "seeds": [SEED], **provenance("faker")}
    about |= {"elsewhere": list(OTHER_LOCALES), "unseen": list(UNSEEN_LOCALES)}
    return Record("ch01_sequences", "names", about)


def measure_names() -> Record:
    """Train the network of the front page, keep it with 8 bits, and test it (two minutes)."""
    record, names = _begin_record(), load_names(SEED)
    net = train_names(names, SEED)
    arrays = {key: p.detach().numpy() for key, p in net.named_parameters()}
    about = {"cell": "tanh", "vocabulary": names.letters, "kinds": NAME_CLASSES}
    about |= {"prior": PRIOR.tolist(), **SETTINGS, "seed": SEED}
    about |= {"command": "make measure ONLY=ch01_sequences/names"}
    weights.save("names", arrays, about, WEIGHTS, bits=8)
    for key, value in evaluate_names(load_network()[0], names).items():
        record.add(f"front/page/{key}", value, 0.01, "8-bit weights, read again; near ties")
    return record
