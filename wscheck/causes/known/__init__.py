"""The causes. One file, one family or a part of it; ids are stable words, never renumbered or reused."""
