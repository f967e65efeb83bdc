"""`python -m api.cli` is the command `visits`."""

from api.cli.app import main

main()
