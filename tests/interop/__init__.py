"""Probes of real servers and proxies that nobody here wrote."""
