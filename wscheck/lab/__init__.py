"""The embedded server: strict by default, wrong in one way on request.

FLOOR 1: `respond` and `faults` are pure, from request octets to a script of reply octets. FLOOR 2: `serve` plays it.
May never enter `respond` and `faults`: sockets and clocks.
"""
