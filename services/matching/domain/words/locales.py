"""The words of explanations: one file a locale beside this one, each with the same sentences, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

DEFAULT = "en"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The sentences of one locale, by form and reader, and how it writes numbers; there is one of each locale."""

    locale: str
    sentences: Mapping[str, Mapping[str, str]]
    time_costs: Mapping[str, str]
    formats: Mapping[str, str]

    def sentence(self, form: str, audience: str, **facts: Any) -> str:
        """What this reader is told."""
        return self.sentences[form][audience].format_map(facts)

    def competency(self, label: str) -> str:
        """The name of a competency within a sentence."""
        return self.formats["competency"].format(label=label)

    def points(self, number: int) -> str:
        """So many points."""
        if number == 1:
            return self.formats["point"]
        return self.formats["points"].format(number=f"{number:,}".replace(",", self.formats["thousands"]))

    def duration(self, minutes: int) -> str:
        """So much time, in hours, or in minutes below one."""
        if minutes < 60:
            return self.formats["minutes"].format(number=minutes)
        if minutes == 60:
            return self.formats["hour"]
        hours = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
        return self.formats["hours"].format(number=hours.replace(".", self.formats["decimal"]))


def _read(path: Path) -> Words:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    time_costs, formats = told.pop("time_cost"), told.pop("format")
    return Words(path.stem, MappingProxyType(told), MappingProxyType(time_costs), MappingProxyType(formats))


LOCALES: Mapping[str, Words] = MappingProxyType(
    {
        path.stem: _read(path)
        for path in sorted(Path(__file__).parent.glob("*.toml"), key=lambda path: (path.stem != DEFAULT, path.stem))
    }
)
"""By language tag; the one that is used where nothing else is asked for comes first."""
