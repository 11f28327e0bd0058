"""Which addresses are public, in every form that IPv6 gives them, and what is the origin of a service."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as some

from stancegraph.http.dialling import RefusedError, is_public
from stancegraph.http.outbound import Origin

SPECIAL_V4 = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4"),
]
EMBEDDING = {  # how IPv6 has an IPv4 address in it
    "mapped": lambda v4: f"::ffff:{v4}",
    "compatible": lambda v4: f"::{v4}",
    "NAT64": lambda v4: f"64:ff9b::{v4}",
    "6to4": lambda v4: f"2002:{int(v4) >> 16:x}:{int(v4) & 0xFFFF:x}::1",
    "ISATAP": lambda v4: f"2001:470::5efe:{v4}",
    "local NAT64": lambda v4: f"64:ff9b:1::{v4}",
}


@given(some.sampled_from(SPECIAL_V4), some.integers(0, 2**32 - 1), some.sampled_from([None, *EMBEDDING]))
def test_no_address_of_the_special_registries_is_public_in_any_form(net: str, bits: int, form: str | None) -> None:
    network = ipaddress.IPv4Network(net)
    v4 = ipaddress.IPv4Address(int(network.network_address) | bits & int(network.hostmask))
    assert not is_public(EMBEDDING[form](v4) if form else str(v4))


@given(some.integers(0, 2**128 - 1))
def test_whatever_is_public_in_ipv6_is_unicast_that_is_given_out(number: int) -> None:
    v6 = ipaddress.IPv6Address(number)
    if is_public(str(v6)):
        assert v6 in ipaddress.ip_network("2000::/3") or v6.ipv4_mapped or v6 in ipaddress.ip_network("64:ff9b::/96")


def test_addresses_of_the_internet_are_public() -> None:
    for address in ("8.8.8.8", "208.80.154.224", "2620:0:861:ed1a::1", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_public(address), address


@given(some.text(max_size=40))
def test_any_text_is_an_origin_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/sparql"):
        try:
            origin = Origin.parse(url)
        except RefusedError:
            continue
        assert origin.host
        assert 0 < origin.port < 65536
