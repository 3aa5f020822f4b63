"""The command `reportwatch`, also as `python -m reportwatch`.

The program is imported inside `main`: a worker that reads documents imports the module its parent was started from, and
must stay as small as its limit of memory wants it.
"""


def main() -> None:
    """Run the command that the arguments name."""
    from reportwatch.cli import main as command  # noqa: PLC0415 - see above

    command()


if __name__ == "__main__":
    main()
