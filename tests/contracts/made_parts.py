"""A part of every kind of a family, also of those that cannot do without a parameter."""

from annotated_types import Ge, Le


def made(member):
    """The part with its defaults; a parameter that has none lies midway between the least and the greatest allowed."""
    return member(**{name: _midway(field) for name, field in member.model_fields.items() if field.is_required()})


def _midway(field):
    least = next((limit.ge for limit in field.metadata if isinstance(limit, Ge)), 0)
    most = next((limit.le for limit in field.metadata if isinstance(limit, Le)), least + 2)
    return field.annotation((least + most) / 2)
