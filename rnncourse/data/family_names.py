"""Family names of ten languages, from the package faker (the extra `names`)."""

import importlib
import importlib.util
from dataclasses import dataclass

import numpy as np

LANGUAGES = {
    "Croatian": ("hr_HR",),
    "Dutch": ("nl_NL",),
    "English": ("en_GB", "en_US"),
    "Finnish": ("fi_FI",),
    "French": ("fr_FR", "fr_BE", "fr_CH"),
    "German": ("de_DE", "de_AT"),
    "Italian": ("it_IT",),
    "Polish": ("pl_PL",),
    "Spanish": ("es_ES",),
    "Zulu": ("zu_ZA",),
}


@dataclass(frozen=True)
class FamilyNames:
    """Names in lower case, each with its language.

    Attributes:
        train: Pairs (name, language) to train on.
        test: As many pairs of each language, to test with.
        twins: Pairs of such pairs: two names of the same letters in two languages, such as koskela
            and oleksak. Neither is trained on.
    """

    train: list[tuple[str, str]]
    test: list[tuple[str, str]]
    twins: list[tuple[tuple[str, str], tuple[str, str]]]


def list_names(locale: str) -> set[str]:
    """Return the family names that faker lists for a locale.

    Args:
        locale: Such as "fi_FI".

    Returns:
        Names as faker spells them.

    Raises:
        ModuleNotFoundError: faker is not installed, or has no such locale.

    Source:
        The lists of `faker` (MIT license), read from the installed package.
    """
    provider = _import_provider(locale)
    lists = [
        getattr(provider, key)
        for key in dir(provider)
        if "last_name" in key and "format" not in key
    ]
    return {
        name for names in lists if not callable(names) for name in names if isinstance(name, str)
    }


def read_name_frequencies(locale: str) -> dict[str, float]:
    """Return how often each family name is borne, in the unit of faker's list, such as percent.

    Args:
        locale: Such as "en_GB", whose list says so.

    Raises:
        ModuleNotFoundError: faker is not installed, or has no such locale.
        ValueError: The list has only names.
    """
    shares = _import_provider(locale).last_names
    if not isinstance(shares, dict):
        raise ValueError(f"faker's list of {locale} does not say how often a name is borne.")
    return dict(shares)


def _import_provider(locale):
    if importlib.util.find_spec("faker") is None:
        raise ModuleNotFoundError(
            "The family names are those of faker: pip install 'rnncourse[names]'.", name="faker"
        )
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def load_family_names(max_names: int = 600, n_test: int = 60, seed: int = 0) -> FamilyNames:
    """Return names of ten languages to train on and to test with, and twins.

    A name of two languages is left out, and so is what is not one word of 3 to 14 letters.

    Args:
        max_names: At most so many names of a language, with those to test with.
        n_test: Names of a language to test with.
        seed: Says which.

    Returns:
        The names. Those of a test are not trained on.

    Raises:
        ModuleNotFoundError: faker is not installed.
        ValueError: `n_test` is not between 1 and `max_names`.

    Source:
        The lists of `faker` (MIT license), read from the installed package.
    """
    if not 0 < n_test < max_names:
        raise ValueError(
            f"n_test must lie between 1 and max_names - 1 = {max_names - 1}, not {n_test}."
        )
    by_language, all_languages = {}, {}
    for language, locales in LANGUAGES.items():
        spellings = set().union(*map(list_names, locales))
        by_language[language] = {
            n.lower() for n in spellings if n.isalpha() and 3 <= len(n) <= 14 and n[0].isupper()
        }
        for name in by_language[language]:
            all_languages.setdefault(name, []).append(language)
    language_of = {name: langs[0] for name, langs in all_languages.items() if len(langs) == 1}
    twins = _find_twins(language_of)
    twin_names = {name for pair in twins for name, _ in pair}
    rng = np.random.default_rng(seed)
    train, test = [], []
    for language, names in by_language.items():
        candidates = sorted(name for name in names - twin_names if name in language_of)
        pairs = [(candidates[i], language) for i in rng.permutation(len(candidates))]
        test += pairs[:n_test]
        train += pairs[n_test:max_names]
    return FamilyNames(train, test, twins)


def _find_twins(language_of):
    """One pair of names for each set of letters that two languages share; longer names first."""
    anagrams = {}
    for name in sorted(language_of):
        if len(name) > 4:
            anagrams.setdefault("".join(sorted(name)), []).append((name, language_of[name]))
    twins = []
    for letters in sorted(anagrams, key=lambda letters: (-len(letters), letters)):
        entry, *others = anagrams[letters]
        twins += [(entry, candidate) for candidate in others if candidate[1] != entry[1]][:1]
    return twins
