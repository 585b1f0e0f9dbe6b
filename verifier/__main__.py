"""`python -m verifier verify SOURCE …` and `python -m verifier serve`."""

import sys
from collections.abc import Sequence

from verifier import cli


def _serve(argv: Sequence[str]) -> int:
    from verifier.app import serve  # noqa: PLC0415  a check on the command line needs no web server

    return serve(argv)


if __name__ == "__main__":
    sys.exit(cli.dispatch(sys.argv[1:], {"verify": cli.main, "serve": _serve}))
