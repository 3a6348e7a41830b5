"""What can go wrong, and the exit code that says so."""

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_WRONG_GROUND = 2
EXIT_INTERRUPTED = 130


class LauncherError(Exception):
    """An expected failure: its message is one line for the user, without traceback."""

    exit_code = EXIT_FAILED


class GroundError(LauncherError):
    """The machine lacks something; the message names the remedy."""

    exit_code = EXIT_WRONG_GROUND


class StepFailed(LauncherError):
    """A command of ours failed; the message names its log."""
