"""`python -m netdiag`, and the command `netdiag`."""

import sys


def run() -> None:
    """Run the command line; who interrupts it while it is being loaded sees no traceback either."""
    try:
        from netdiag.cli import main  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("netdiag: interrupted\n")
        raise SystemExit(130) from None
    main(prog_name="netdiag")


if __name__ == "__main__":
    run()
