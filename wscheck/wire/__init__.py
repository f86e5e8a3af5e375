"""FLOOR 2. The only client sockets.

May never enter: judgement. What a peer does, however wrong, is a value (`Exchange`, `Failure`); only wrong use raises.
"""
