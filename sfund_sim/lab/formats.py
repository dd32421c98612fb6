"""The auction formats that a lesson can hold: every one of the venue's that needs no further parameter, by its name."""

from __future__ import annotations

from sfund_sim.ground.errors import RuleError
from sfund_sim.venue.auctions import AuctionFormat

SEALED = {"sealed": "first_price"}
"""What lessons call a format besides its kind."""


def format_names() -> list[str]:
    """Names of the formats, as ``format_named`` takes them; a file added to the venue's family adds its own."""
    kinds = [kind for kind, member in AuctionFormat.members.items() if _needs_nothing(member)]
    return sorted([*kinds, *(name for name, kind in SEALED.items() if kind in kinds)])


def format_named(name: str) -> AuctionFormat:
    """The format of that name, with its defaults. RuleError if there is none, or if it cannot be made of defaults."""
    if name not in (allowed := format_names()):
        listed = ", ".join(allowed)
        raise RuleError(
            f"the lab has no auction format '{name}'; allowed: {listed}",
            f"实验室没有名为“{name}”的竞价方式；可用：{'、'.join(allowed)}",
        )
    made: AuctionFormat = AuctionFormat.members[SEALED.get(name, name)].model_validate({})  # type: ignore[assignment]
    return made


def _needs_nothing(member: type) -> bool:
    return not any(field.is_required() for field in member.model_fields.values())  # type: ignore[attr-defined]
