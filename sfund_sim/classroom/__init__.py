"""People in a class bid live: one laptop serves their phones; the rules are the venue's own (``AuctionSession``).

What happens in the room is plain state that is told the time (``room``, ``rounds``, ``dealing``, ``reckoning``,
``results``); what phones and the projector are shown of it is ``views``; ``wire``, ``bell`` and ``server`` carry it.
"""
