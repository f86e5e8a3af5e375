"""Installs what tests/interop needs. Idempotent; the standard library only, so any Python runs it.

    python tests/interop/setup.py             PyPI and npm servers, into the folder below
    python tests/interop/setup.py --debian    also nginx, HAProxy, Apache, squid and Chromium (Debian, as root)

The folder is $WSCHECK_INTEROP, by default `wscheck-interop` in the user's cache folder. The Python servers get a venv
of their own in it, because their dependencies must not meet those of wscheck. Nothing is started.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
PACKAGES = HERE / "package.json"

# Program to package. apache2-bin is Apache without its service; the browser opens the pages that wscheck writes.
DEBIAN = {
    "nginx": "nginx",
    "haproxy": "haproxy",
    "apache2": "apache2-bin",
    "squid": "squid",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
}
# Language to the programs that are built from servers/, below the folder.
BUILT = {"go": ("go/gorilla", "go/coder"), "rust": ("rust/debug/tungstenite", "rust/debug/axum")}
POLICY = Path("/usr/sbin/policy-rc.d")


# -- where things are, for the tests as well ---------------------------------------------------------------------------


def folder() -> Path:
    """Where everything is installed."""
    if given := os.environ.get("WSCHECK_INTEROP"):
        return Path(given).absolute()
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(cache) / "wscheck-interop"


def python() -> Path:
    """The Python that has the servers from PyPI."""
    return folder() / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def modules() -> Path:
    """The folder that Node finds the servers from npm in."""
    return folder() / "node" / "node_modules"


def program(name: str) -> str | None:
    """The path of a program; servers are often in folders that only root's PATH has."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
    return shutil.which(name, path=path)


def have_python() -> bool:
    """Whether the pinned servers from PyPI are installed."""
    return python().exists() and _stamped("venv", REQUIREMENTS)


def have_node() -> bool:
    """Whether the pinned servers from npm are installed, and Node is there to run them."""
    return program("node") is not None and _stamped("node", PACKAGES)


def have_built(language: str) -> bool:
    """Whether the programs of that language are built, from what stands in servers/ now."""
    stamp = folder() / f"{language}-built"
    whole = all((folder() / built).exists() for built in BUILT[language])
    return whole and stamp.exists() and stamp.read_text() == _sources(language)


# A stamp is written when an installation has succeeded, and says of which file. One that was cut short has none.


def _stamp(part: str) -> Path:
    return folder() / part / "installed"


def _digest(wanted: Path) -> str:
    return hashlib.sha256(wanted.read_bytes()).hexdigest()


def _sources(language: str) -> str:
    files = sorted(file for file in (HERE / "servers" / language).rglob("*") if file.is_file())
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _stamped(part: str, wanted: Path) -> bool:
    stamp = _stamp(part)
    return stamp.exists() and stamp.read_text() == _digest(wanted)


# -- installing --------------------------------------------------------------------------------------------------------


def install_python() -> None:
    """Makes the venv of the Python servers."""
    if have_python():
        print(f"PyPI: already in {python()}")
        return
    print(f"PyPI: {', '.join(_pins())} into {python()}", flush=True)
    # Cleared, so that nothing is left of an older set or of another Python.
    _run(sys.executable, "-m", "venv", "--clear", folder() / "venv")
    _run(python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS)
    _stamp("venv").write_text(_digest(REQUIREMENTS))


def install_node() -> None:
    """Makes the npm folder."""
    npm = program("npm")
    if have_node():
        print(f"npm: already in {modules()}")
    elif npm is None or program("node") is None:
        print("npm: passed over, because node and npm are not on this machine")
    else:
        print(f"npm: the packages of {PACKAGES.name} into {modules()}", flush=True)
        where = modules().parent
        where.mkdir(parents=True, exist_ok=True)
        _stamp("node").unlink(missing_ok=True)
        shutil.copy(PACKAGES, where / "package.json")
        # No scripts: they would only build optional native parts.
        _run(npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", cwd=where)
        _stamp("node").write_text(_digest(PACKAGES))


def install_debian() -> None:
    """Installs the proxies, without starting their services, and the browser."""
    missing = [package for name, package in DEBIAN.items() if program(name) is None]
    apt = program("apt-get")
    if not missing:
        print(f"Debian: already there: {', '.join(DEBIAN)}")
    elif apt is None or not _is_root():
        print(f"Debian: passed over ({', '.join(missing)}), because this needs apt-get and root")
    else:
        print(f"Debian: {', '.join(missing)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        mine = not POLICY.exists()
        if mine:
            # Debian's own way to keep a package from starting its service while it is installed.
            POLICY.write_text("#!/bin/sh\nexit 101\n")
            POLICY.chmod(0o755)
        try:
            _run(apt, "update", "-q", env=environment)
            _run(apt, "install", "-y", "-q", "--no-install-recommends", *missing, env=environment)
        finally:
            if mine:
                POLICY.unlink()


def build() -> None:
    """Builds the servers in Go and Rust, each where its tools are; what is there stays."""
    go, cargo = program("go"), program("cargo")
    if go and not have_built("go"):
        for built in BUILT["go"]:
            print(f"Go: {built}", flush=True)
            _run(go, "build", "-o", folder() / built, ".", cwd=HERE / "servers" / built)
        (folder() / "go-built").write_text(_sources("go"))
    if cargo and not have_built("rust"):
        print("Rust: tungstenite and axum", flush=True)
        _run(cargo, "build", "--quiet", "--locked", "--target-dir", folder() / "rust", cwd=HERE / "servers" / "rust")
        (folder() / "rust-built").write_text(_sources("rust"))


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _pins() -> list[str]:
    lines = (line.partition("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines())
    return [line for line in lines if line]


def _run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Runs a command; what it printed is shown only when it failed, with its exit code as ours."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        print(done.stdout.decode("utf-8", "replace"), file=sys.stderr)
        print(f"failed with exit code {done.returncode}: {' '.join(map(str, command))}", file=sys.stderr)
        sys.exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Installs what tests/interop needs.")
    parser.add_argument("--debian", action="store_true", help="install proxies and Chromium as well (root)")
    asked = parser.parse_args(arguments)
    install_python()
    install_node()
    if asked.debian:
        install_debian()


if __name__ == "__main__":
    main()
