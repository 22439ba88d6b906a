"""A round planned in a process of its own: a solver may hold the interpreter for seconds.

`python -m bot.features.exchange.planner.process` reads a pickled problem and writes the plan; both
ends are ours. What a search needed goes back to the system with it.
"""

import pickle
import sys
from subprocess import PIPE, run

from bot.features.exchange.planner.model import Plan, Problem

FEW = 40
"""So many people are planned at once: no part of that holds the interpreter for long."""


def plan_apart(problem: Problem) -> Plan:
    """The plan of a round; blocks its thread and nobody else's. Raises RuntimeError."""
    if len(problem.members) <= FEW:
        return _planned(problem)
    done = run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", __name__],
        input=pickle.dumps(problem),
        stdout=PIPE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the planner's process ended with {done.returncode}")
    plan = pickle.loads(done.stdout)  # noqa: S301  written by our own process
    if not isinstance(plan, Plan):
        raise TypeError("the planner's process wrote no plan")
    return plan


def _planned(problem: Problem) -> Plan:
    from bot.features.exchange.planner.plan import plan_round  # its solvers take a second

    return plan_round(problem)


def main() -> None:
    """One problem from stdin, its plan to stdout."""
    problem = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  written by our own process
    sys.stdout.buffer.write(pickle.dumps(_planned(problem)))


if __name__ == "__main__":
    main()
