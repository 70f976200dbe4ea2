"""Commands of the mailer run in this very process: a month has thousands of them, and starting Python takes longer."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from click.testing import CliRunner, Result

from mailer_cli.cli import mailer
from ops.child import Child

APART = ("mailer", "send")  # it is killed now and then


def invoke(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> Result:
    """Run `mailer WORDS` as its own program would; an error that is none of an operator's is raised."""
    run_id = environment.get("JOB_RUN_ID", "")
    result = CliRunner().invoke(mailer, list(words), env={"JOB_RUN_ID": run_id}, prog_name="mailer")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class Within:
    """A step of a job as ops.child.Child runs it; `ran` hears of its command and exit code."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path,
        ran: Callable[[Sequence[str], int], None],
    ) -> None:  # fmt: skip
        self.command, self.environment, self.log, self.ran = command, environment, log, ran
        self.said: list[str] = []

    def wait(self, _deadline: float) -> int:
        """Run it to its end."""
        result = invoke(self.command[1:], self.environment)
        self.said = [line for line in result.output.splitlines() if line.strip()]
        with self.log.open("a", encoding="utf-8") as log:
            log.write(result.output)
        self.ran(self.command, result.exit_code)
        return result.exit_code

    def end(self) -> None:
        """Nothing of it runs when anybody could ask."""

    def last_words(self) -> str:
        """As Child has them."""
        errors = [line for line in self.said if line.startswith("error: ")]
        return (errors or self.said or [""])[-1]


def a_child(ran: Callable[[Sequence[str], int], None], begun: Callable[[Child], None]) -> Callable[..., Child | Within]:
    """Return what takes Child's place in ops.work: all commands of the mailer within, but for `mailer send`."""

    def make(
        command: Sequence[str], environment: Mapping[str, str], log: Path, quiet: bool, keep: Sequence[int] = ()
    ) -> Child | Within:
        if command[0] == "mailer" and tuple(command[:2]) != APART:
            return Within(command, environment, log, ran)
        child = Child(command, environment, log, quiet, keep)
        if tuple(command[:2]) == APART:
            begun(child)
        return child

    return make
