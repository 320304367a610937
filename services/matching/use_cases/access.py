"""Who may do what with programs and proposals."""

from kit.identity import Principal

COORDINATORS = ("coordinator", "org_admin")


def require_coordinator(caller: Principal) -> None:
    """Refuse everybody but coordinators; an administrator is one too."""
    caller.require_role(*COORDINATORS)


def coordinates(caller: Principal) -> bool:
    """Whether the caller is a coordinator."""
    return caller.has_role(*COORDINATORS)
