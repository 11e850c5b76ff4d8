"""Becomes another program that ends with its parent, as `nobody` when we are root.

Run as a script: `python launch.py SIGNAL COMMAND…`. It replaces itself, so that the process id stays.
A script rather than `preexec_fn`, which may deadlock in a process with threads.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def drop_root() -> None:
    """Become `nobody`: PostgreSQL refuses to run as root, and Redis needs no rights either."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def die_with_parent(number: int, parent: int) -> None:
    """Ask the kernel for signal `number` when the parent ends; a change of user would clear that again."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        raise SystemExit(1)  # The parent ended before we asked.


def main(arguments: list[str]) -> None:
    """Replace this process by the command after the signal's name in `arguments`."""
    name, *command = arguments
    parent = os.getppid()
    if os.getuid() == 0:
        drop_root()
    die_with_parent(signal.Signals[name], parent)
    os.execv(command[0], command)  # noqa: S606  # No shell is the point: the process id must stay.


if __name__ == "__main__":
    main(sys.argv[1:])
