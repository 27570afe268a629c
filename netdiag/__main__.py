"""`python -m netdiag`, and the command `netdiag`."""

import gc
import os
import signal
import sys


def run() -> None:
    """Run the command line; who interrupts it while it is being loaded sees no traceback either."""
    _open_closed_streams()
    gc.disable()  # modules leave no garbage: looking for it takes a millisecond or two
    try:
        from netdiag.cli import main  # noqa: PLC0415

        gc.enable()
        main(prog_name="netdiag")
    except KeyboardInterrupt:
        sys.stderr.write("netdiag: interrupted\n")
        raise SystemExit(130) from None
    finally:
        # timeout(1) tells its child twice, and while Python ends the second one would kill it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _open_closed_streams() -> None:
    """Put /dev/null where a standard stream was closed (``>&-``), which Python makes None of.

    A file opened later would else get its number, and whatever is meant for the stream. Standard
    output takes nothing: who asks for a report is told that there is no place for it.
    """
    modes = (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))
    for number, (name, mode) in enumerate(modes):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    run()
