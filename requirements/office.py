"""Set up LibreOffice for `make formulas`: Debian's package, where we may. CI does not need it."""

import os
import shutil
import subprocess
import sys


def main() -> int:
    """0 when LibreOffice is there, else 1 and a sentence that says what to do."""
    if shutil.which("soffice"):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's libreoffice-calc …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        package = "libreoffice-calc"
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        for command in (install, ["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
            if shutil.which("soffice"):
                return 0
    print("No LibreOffice here. On Debian: apt-get install libreoffice-calc", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
