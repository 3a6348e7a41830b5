"""Where things live: everything generated is below the clone's `.support/`."""

from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layout:
    """Paths of one clone.

    >>> Layout(Path("/clone")).logs.as_posix()
    '/clone/.support/logs'
    """

    root: Path = CLONE

    @property
    def state(self) -> Path:
        """The one ignored folder."""
        return self.root / ".support"

    @property
    def addons(self) -> Path:
        """Our add-ons."""
        return self.root / "addons"

    @property
    def requirements(self) -> Path:
        """The lists of Python packages and their locks."""
        return self.root / "requirements"

    @property
    def odoo(self) -> Path:
        """Odoo's unpacked Debian packages."""
        return self.state / "odoo"

    @property
    def debs(self) -> Path:
        """Downloaded Debian packages, kept so that nothing is fetched twice."""
        return self.state / "debs"

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.state / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def postgres(self) -> Path:
        """The embedded cluster: data, log, locks."""
        return self.state / "pg"

    @property
    def data(self) -> Path:
        """Odoo's data folder (filestores, sessions)."""
        return self.state / "data"

    @property
    def filestores(self) -> Path:
        """One folder of attachments a database."""
        return self.data / "filestore"

    @property
    def logs(self) -> Path:
        """One log a step."""
        return self.state / "logs"

    @property
    def results(self) -> Path:
        """Test reports and screenshots."""
        return self.state / "test-results"

    @property
    def cache(self) -> Path:
        """Caches of pip, pre-commit, pytest: safe to delete."""
        return self.state / "cache"

    @property
    def mail(self) -> Path:
        """Outgoing mail of the demo, one .eml file each: nothing is really sent."""
        return self.state / "mail"

    def prepare(self) -> None:
        """Create the folders that others write into."""
        for folder in (self.logs, self.cache, self.data, self.results):
            folder.mkdir(parents=True, exist_ok=True)
