"""Checks of a server's reply over HTTP/1.1. One file, one check; ids are stable words, never renumbered or reused."""
