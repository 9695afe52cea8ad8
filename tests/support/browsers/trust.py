"""The authorities a user of Chromium trusts beside those it comes with: NSS's database in the home folder."""

from __future__ import annotations

import subprocess
from pathlib import Path


def trust(home: Path, *ca_files: Path) -> Path:
    """Make ``home`` the folder of a user who trusts exactly these; the same folder."""
    folder = home / ".pki/nssdb"
    folder.mkdir(parents=True)
    database = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    for number, ca_file in enumerate(ca_files):
        command = ["certutil", "-A", "-d", database, "-n", f"test {number}", "-t", "C,,", "-i", str(ca_file)]
        subprocess.run(command, check=True)
    return home
