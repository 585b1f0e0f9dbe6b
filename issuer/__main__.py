"""`python -m issuer` is the command `pateva`."""

import sys

from issuer.cli import main

sys.exit(main())
