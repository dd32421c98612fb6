"""``python -m sfund_sim``: the command line where the installed program is not on the path."""

import sys

from sfund_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
