"""`python -m wscheck`."""

from wscheck.cli import run

if __name__ == "__main__":
    run()
