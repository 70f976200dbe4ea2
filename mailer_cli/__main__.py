"""`python -m mailer_cli` is `mailer`."""

from mailer_cli.cli import main

if __name__ == "__main__":
    main()
