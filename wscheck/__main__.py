"""`python -m wscheck`."""

from wscheck.cli import main

if __name__ == "__main__":
    main()
