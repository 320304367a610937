"""Numbers that look like chance, the same for the same ones on any machine."""

import numpy as np

from services.matching.domain.engine.roster import Words

GOLDEN = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio: multiples of it are spread evenly."""


def finalized(words: Words) -> Words:
    """The finalizer of splitmix64 (G. Steele, D. Lea and C. Flood, 2014): different words for different ones."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    final: Words = words ^ (words >> np.uint64(31))
    return final
