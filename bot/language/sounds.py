"""How characters sound, without tones, and as two people from Hunan may hear each other."""

from collections.abc import Mapping, Sequence


class Sounds:
    """Syllables of characters. `syllables` maps a syllable, such as zhong, to all characters read so."""

    def __init__(self, syllables: Mapping[str, str]) -> None:
        self._exact = {character: said for said, characters in syllables.items() for character in characters}
        heard = {said: as_heard(said) for said in syllables}
        self._heard = {character: heard[said] for character, said in self._exact.items()}

    def exact(self, text: str) -> list[str]:
        """Return the syllable of each character, '' for one that has none here."""
        return [self._exact.get(character, "") for character in text]

    def heard(self, text: str) -> list[str]:
        """Return the syllable of each character as a careless ear hears it, '' for one that has none."""
        return [self._heard.get(character, "") for character in text]


_INITIALS: Sequence[tuple[str, str]] = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"))
# hua, hui and hun are said fa, fei and fen; hu itself is said fu.
_AFTER_HU = {"": "fu", "i": "fei", "n": "fen", "o": "fo"}


def as_heard(syllable: str) -> str:
    """Return the syllable with those sounds made one that Hunan confuses: zh and z, n and l, ing and in."""
    for said, heard in _INITIALS:
        if syllable.startswith(said):
            rest = syllable[len(said) :]
            syllable = _AFTER_HU.get(rest, "f" + rest) if said == "hu" else heard + rest
            break
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable
