"""`python -m netdiag`, and the command `netdiag`."""

import signal
import sys


def run() -> None:
    """Run the command line; who interrupts it while it is being loaded sees no traceback either."""
    try:
        from netdiag.cli import main  # noqa: PLC0415

        main(prog_name="netdiag")
    except KeyboardInterrupt:
        sys.stderr.write("netdiag: interrupted\n")
        raise SystemExit(130) from None
    finally:
        # timeout(1) tells its child twice, and while Python ends the second one would kill it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    run()
