"""Where phones find the laptop: its addresses in the local networks, and the picture that a camera reads."""

from __future__ import annotations

import io
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import suppress

import segno

_NEARBY = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254", "192.168.137.254", "10.42.0.254")
"""Asked which way a packet would go there; none is sent. The first is nowhere, so its way is the default one; the last
two lie in the networks that Windows and Linux make for a hotspot."""


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine that phones may reach, the likeliest first; the machine's own if there is none."""
    found = list(_nearby())
    with suppress(OSError):
        named = socket.gethostbyname_ex(socket.gethostname())[2]
        found += [address for address in named if not ipaddress.ip_address(address).is_loopback]
    return list(dict.fromkeys(found)) or ["127.0.0.1"]


def likeliest_address() -> str | None:
    """The first of them, at once: to ask for the machine's name may take seconds. None while there is no network."""
    return next(_nearby(), None)


def _nearby() -> Iterator[str]:
    for target in _NEARBY:
        address = _source_towards(target)
        if address is not None and not ipaddress.ip_address(address).is_loopback:
            yield address


def _source_towards(target: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
        except OSError:
            return None
        name: str = probe.getsockname()[0]
        return name


def qr_picture(address: str) -> str:
    """The address as an SVG picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode("utf-8")
