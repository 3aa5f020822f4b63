"""`python -m reportwatch` is the command `reportwatch`."""

from reportwatch.cli import main

if __name__ == "__main__":
    main()
