"""The server binaries that the test wheels bring, in a place where an unprivileged user may run them."""

import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

from tests.support import run


def runnable(package: str, programs: str) -> Path | None:
    """Return the folder `programs` of the installed `package`, or None where the package is absent.

    The package is not imported. Where the user that servers run as cannot reach it (an environment under a
    home of root's), it is a copy in the run's folder.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    installed = Path(spec.submodule_search_locations[0])
    if not (installed / programs).is_dir():
        return None
    if os.getuid() != 0 or open_to_all(installed):
        return installed / programs
    return Path(run.once(f"{package}-copy", lambda: str(copied(installed)))) / programs


def open_to_all(path: Path) -> bool:
    """Say whether every folder down to `path` may be entered by everybody."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def copied(installed: Path) -> Path:
    """Copy a package and the libraries that its wheel keeps beside it into the run's folder."""
    libraries = installed.with_name(f"{installed.name}.libs")
    for tree in (installed, libraries):
        if tree.exists():
            shutil.copytree(tree, run.folder() / tree.name, symlinks=True)
    return run.folder() / installed.name
