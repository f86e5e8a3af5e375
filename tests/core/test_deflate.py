"""permessage-deflate: offers, and acceptances of them."""

from __future__ import annotations

import pytest

from wscheck.core.deflate import judge_acceptance, offer_is_valid
from wscheck.core.fields import Extension, parse_extensions


def _read(value: bytes) -> tuple[Extension, ...]:
    parsed = parse_extensions(value)
    assert parsed.error is None
    return parsed.extensions


@pytest.mark.parametrize(
    "offer",
    [
        b"permessage-deflate",
        b"permessage-deflate; client_max_window_bits",
        b"permessage-deflate; client_max_window_bits=8",
        b"permessage-deflate; server_max_window_bits=15; client_max_window_bits",
        b"permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        b'permessage-deflate; server_max_window_bits="10"',
    ],
)
def test_offers_that_may_be_accepted(offer: bytes) -> None:
    assert offer_is_valid(_read(offer)[0])


@pytest.mark.parametrize(
    "offer",
    [
        b"permessage-deflate; foo",
        b"permessage-deflate; server_max_window_bits",
        b"permessage-deflate; server_max_window_bits=7",
        b"permessage-deflate; server_max_window_bits=16",
        b"permessage-deflate; server_max_window_bits=08",
        b"permessage-deflate; server_max_window_bits=x",
        b"permessage-deflate; client_max_window_bits=7",
        b"permessage-deflate; client_max_window_bits=08",
        b"permessage-deflate; server_no_context_takeover=1",
        b"permessage-deflate; client_no_context_takeover=true",
        b"permessage-deflate; client_max_window_bits; client_max_window_bits=10",
        b"permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    ],
)
def test_offers_that_have_to_be_declined(offer: bytes) -> None:
    assert not offer_is_valid(_read(offer)[0])
    assert judge_acceptance(_read(b"permessage-deflate")[0], _read(offer)) == (
        ("invalid-offer-accepted", "the offer has an undefined, invalid or repeated parameter: it had to be declined"),
    )


@pytest.mark.parametrize(
    ("answer", "offers", "codes"),
    [
        (b"permessage-deflate", b"permessage-deflate", ()),
        (b"permessage-deflate; x", b"permessage-deflate", ("unknown-parameter",)),
        (b"permessage-deflate; x", b"permessage-deflate; x", ("unknown-parameter", "invalid-offer-accepted")),
        (b"permessage-deflate; server_no_context_takeover=1", b"permessage-deflate", ("unexpected-value",)),
        (
            b"permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
            b"permessage-deflate",
            ("repeated-parameter",),
        ),
        (b"permessage-deflate; server_max_window_bits", b"permessage-deflate", ("missing-value",)),
        (b"permessage-deflate; server_max_window_bits=x", b"permessage-deflate", ("bad-window-bits",)),
        (
            b"permessage-deflate; server_max_window_bits=16",
            b"permessage-deflate; server_max_window_bits=15",
            ("bad-window-bits",),
        ),
        (b"permessage-deflate; client_max_window_bits=9", b"permessage-deflate", ("client-bits-unasked",)),
        (
            b"permessage-deflate; client_max_window_bits=9",
            b"permessage-deflate; server_max_window_bits=9; server_no_context_takeover",
            ("takeover-not-confirmed", "bits-not-confirmed", "client-bits-unasked"),
        ),
        (
            b"permessage-deflate; server_max_window_bits=12; client_max_window_bits=12",
            b"permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
            ("window-too-large", "window-too-large"),
        ),
        # The offer that fits best counts, wherever it stands.
        (
            b"permessage-deflate; client_max_window_bits=9",
            b"permessage-deflate, permessage-deflate; client_max_window_bits",
            (),
        ),
        (
            b"permessage-deflate",
            b"permessage-deflate; server_max_window_bits=9; server_no_context_takeover, "
            b"permessage-deflate; server_max_window_bits=9, permessage-deflate; foo",
            ("bits-not-confirmed",),
        ),
    ],
)
def test_acceptances(answer: bytes, offers: bytes, codes: tuple[str, ...]) -> None:
    faults = judge_acceptance(_read(answer)[0], _read(offers))
    assert tuple(code for code, _ in faults) == codes
    assert all(said for _, said in faults)


def test_sentences_name_the_parameter() -> None:
    assert judge_acceptance(
        _read(b"permessage-deflate; server_max_window_bits=12")[0],
        _read(b"permessage-deflate; server_max_window_bits=9"),
    ) == (("window-too-large", "server_max_window_bits=12 is larger than the 9 offered"),)
    assert judge_acceptance(
        _read(b"permessage-deflate; client_max_window_bits=7")[0], _read(b"permessage-deflate")
    ) == (
        ("bad-window-bits", "client_max_window_bits=7 is not a number from 8 to 15"),
        ("client-bits-unasked", "client_max_window_bits was not offered, so the client cannot honour it"),
    )
