"""Figures about groups of people, of which none and no difference is about too few.

A group below the organization's minimum is hidden. Where any group is hidden and the whole is known, what is hidden
could be worked out by subtraction, so the smallest group that is left is hidden as well.
"""

from collections.abc import Collection, Mapping


def hidden(people_by_group: Mapping[str, int], least: int) -> Collection[str]:
    """The groups of which nothing is told."""
    small = {group for group, people in people_by_group.items() if people < least}
    rest = [group for group in people_by_group if group not in small]
    if rest and any(people_by_group[group] for group in small):
        small.add(min(rest, key=lambda group: (people_by_group[group], group)))
    return small
