"""FLOOR 0. What a handshake is, as values and pure functions.

May never enter this folder: I/O, a clock, randomness, the environment, logging, and any library outside the standard
one (but `idna`, in `target`, for host names that are not ASCII).
"""
