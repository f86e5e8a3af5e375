"""FLOOR 2. Saved audits side by side: cases in rows, servers in columns.

May never enter: a verdict. What a case brought was judged when it was played; here it is laid out and counted. A saved
file may come from anyone, so everything in it is checked when it is read and escaped when it is shown.
"""
