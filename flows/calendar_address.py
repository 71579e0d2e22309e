"""Where a doctor's own calendar may be fetched from: only what is in the open, so that no address leads into the machine's own network."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST = 2000


def sound(address: str) -> bool:
    """Whether it can be such an address at all: https, a host, the usual port, no password, nothing but plain signs."""
    if len(address) > LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and port in (None, 443) and "@" not in parts.netloc


def in_the_open(addresses: Iterable[str]) -> bool:
    """Whether all that a host's name stands for are public: one that is not is refused, whatever the others are."""
    found = [ip_address(one.partition("%")[0]) for one in addresses]
    return bool(found) and all(one.is_global and not one.is_multicast and not _hides(one.packed) for one in found)


def _hides(packed: bytes) -> bool:
    """IPv6 that stands for an IPv4 address (mapped, NAT64, 6to4): its inside would have to be asked as well."""
    hiding = (b"\0" * 10 + b"\xff\xff", b"\x00\x64\xff\x9b", b"\x20\x02")
    return len(packed) == 16 and packed.startswith(hiding)
