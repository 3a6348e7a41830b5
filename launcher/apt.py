"""A private apt: own lists, own cache, own sources; the machine's apt is untouched."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from . import process
from .errors import GroundError, StepFailed

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
POLL_SECONDS = 0.5
_URI_LINE = re.compile(
    r"^'(?P<uri>[^']+)' (?P<name>\S+) (?P<size>\d+) SHA256:(?P<digest>[0-9a-f]{64})$"
)
_ABSENT = re.compile(r"404|does not have a Release file|no longer has a Release file")
_UNSIGNED = re.compile(r"NO_PUBKEY|is not signed|BADSIG|EXPKEYSIG")
_UNREACHABLE = re.compile(
    r"Could not (resolve|connect|handshake|wait)|Unable to connect|Connection (refused|"
    r"failed|timed out)|Temporary failure|Cannot initiate|Network is unreachable"
)


@dataclass(frozen=True)
class Package:
    """A file of the archive: its `name` there, `size` in bytes, SHA-256 `digest`."""

    name: str
    size: int
    digest: str

    @property
    def package(self) -> str:
        """The package's own name: that of the file up to its version."""
        return self.name.split("_")[0]

    def is_in(self, folder: Path) -> bool:
        """Whether `folder` holds it, whole and unaltered."""
        path = folder / self.name
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        return sha256(path.read_bytes()).hexdigest() == self.digest


def parse_uris(text: str) -> list[Package]:
    """Parse `apt-get download --print-uris`."""
    matches = (_URI_LINE.match(line) for line in text.splitlines())
    return [
        Package(found["name"], int(found["size"]), found["digest"])
        for found in matches
        if found
    ]


def judge_update(output: str) -> str:
    """Read apt's complaints: `absent`, `unreachable`, `unsigned`, `broken` or `ok`.

    apt exits with 0 when a mirror does not answer, so its words decide.
    """
    if _UNSIGNED.search(output):
        return "unsigned"
    if _UNREACHABLE.search(output):
        return "unreachable"
    if _ABSENT.search(output):
        return "absent"
    return "broken" if re.search(r"^(E:|Err:|W: Failed)", output, re.M) else "ok"


class PrivateApt:
    """apt for one suite of one mirror, with all its state below `folder`."""

    def __init__(self, folder: Path, mirror: str, suite: str, keyring: Path = KEYRING):
        self.folder = folder / suite
        self.mirror = mirror
        self.suite = suite
        self.keyring = keyring

    def update(self) -> bool:
        """Fetch the suite's index; False when the mirror does not carry the suite.

        Raises GroundError when the mirror cannot be reached or is not trusted.
        """
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").write_text(
            f"deb [signed-by={self.keyring}] {self.mirror} {self.suite} main\n"
        )
        verdict = judge_update(self._apt("update"))
        host = urlsplit(self.mirror).netloc or self.mirror
        if verdict == "unreachable":
            raise GroundError(
                f"no network, or the Debian mirror {host} does not answer; try again, "
                "or name an Odoo 19 checkout in SUPPORT_ODOO_SOURCE"
            )
        if verdict == "unsigned":
            raise GroundError(
                f"the signature of {host} {self.suite} cannot be checked; install or "
                "renew the package debian-archive-keyring"
            )
        if verdict == "broken":
            raise GroundError(
                f"the index of {host} {self.suite} did not arrive whole; try again"
            )
        return verdict == "ok"

    def find(self, names: Sequence[str]) -> list[Package]:
        """Return the files of `names`, or nothing when the suite lacks one of them."""
        return parse_uris(self._apt("download", "--print-uris", *names))

    def download(
        self,
        names: Sequence[str],
        target: Path,
        on_bytes: Callable[[], None] = lambda: None,
    ) -> None:
        """Fetch packages into `target`; apt checks them and resumes a partial file."""
        with self._popen(["download", *names], cwd=target) as child:
            while child.poll() is None:
                on_bytes()
                time.sleep(POLL_SECONDS)
            output = child.stdout.read()
        if child.returncode:
            reason = output.strip().splitlines()[-1:] or ["no reason given"]
            raise StepFailed(
                f"the download was interrupted ({reason[0]}); run it again, what has "
                "arrived is kept"
            )

    def _apt(self, *words: str) -> str:
        with self._popen(words) as child:
            return child.communicate()[0]

    def _popen(self, words: Sequence[str], cwd: Path | None = None):
        settings = {
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            # Containers switch these off, and then each call parses the index anew.
            "Dir::Cache::pkgcache": "pkgcache.bin",
            "Dir::Cache::srcpkgcache": "srcpkgcache.bin",
            "APT::Sandbox::User": "root",  # root may write here, its `_apt` may not
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "20",
            "Acquire::https::Timeout": "20",
            "APT::Update::Post-Invoke-Success": "",
        }
        options = [
            word for key, value in settings.items() for word in ("-o", f"{key}={value}")
        ]
        return process.popen(
            ["apt-get", "-q", *options, *words],
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={
                "LC_ALL": "C.UTF-8",
                "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
                **_proxies(),
            },
        )


def _proxies() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if "proxy" in name.lower()
    }
