"""The embedded server: strict by default, on request wrong in one way (a fault) or lenient in one way (a leniency).

FLOOR 1: all but `serve` is pure, from request octets to a script of reply octets. FLOOR 2: `serve` plays it.
May never enter the pure ones: sockets and clocks. What a server remembers is handed to them (`memory`).
"""
