"""Whatever happens in whatever order: a case is retired only by silence that could be broken."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from knowledge.cases import cases, review_cycle
from knowledge.cases.review_cycle import LAST_SILENCE, SILENCE
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState, ReviewStage
from tests.support.community import case, publish
from tests.support.databases import database_in
from tests.support.properties import slow

ORDER = [ReviewStage.CURRENT, ReviewStage.DUE, ReviewStage.STALE]


class Life(RuleBasedStateMachine):
    """One case, time that passes, ticks that come or not, and people who confirm or not."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = database_in(Path(self.folder.name))
        (self.number,) = publish(self.store, case("A shared address file"))
        self.now = datetime.now(UTC)
        self.stepped = self.looked = self.now
        self.days = review_cycle.REVIEW_DAYS

    @rule(days=st.integers(0, 400))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def tick(self) -> None:
        before = self._case()
        steps = self.store.write(lambda session: review_cycle.move_on(session, self.now, 10))
        after = self._case()
        if not steps:
            assert after.stage is before.stage
            return
        ((step),) = steps
        silence = self.now - self.stepped
        if step.retired:
            assert before.stage is ReviewStage.STALE
            assert silence >= LAST_SILENCE
            self.store.write(
                lambda session: cases.set_state(
                    session, self.number, CaseState.RETIRED, at=self.now
                )
            )
        else:
            assert ORDER.index(after.stage) == ORDER.index(before.stage) + 1
            least = timedelta(days=self.days) if step.stage is ReviewStage.DUE else SILENCE
            assert self.now - (self.looked if step.stage is ReviewStage.DUE else self.stepped) >= (
                least - timedelta(minutes=1)
            )
        self.stepped = self.now

    @rule()
    def confirm(self) -> None:
        if self._case().state is CaseState.PUBLISHED:
            self.store.write(lambda session: cases.confirm(session, self.number, self.now))
            self.stepped = self.looked = self.now

    @rule(days=st.integers(7, 300))
    def set_days(self, days: int) -> None:
        if self._case().state is CaseState.PUBLISHED:
            self.store.write(
                lambda session: review_cycle.set_days(session, self.number, days, self.now)
            )
            self.days, self.stepped, self.looked = days, self.now, self.now

    @rule()
    def restore(self) -> None:
        if self._case().state is CaseState.RETIRED:
            self.store.write(
                lambda session: cases.set_state(
                    session, self.number, CaseState.PUBLISHED, at=self.now
                )
            )
            self.stepped = self.looked = self.now

    @invariant()
    def a_reader_is_told_the_truth(self) -> None:
        found = self._case()
        assert (found.stage is ReviewStage.CURRENT) is (found.up_since is None)
        listed = self.store.read(lambda session: review_cycle.waiting(session, 10))
        up = found.state is CaseState.PUBLISHED and found.stage is not ReviewStage.CURRENT
        assert listed == ([self.number] if up else [])

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def _case(self) -> CaseView:
        found = self.store.read(lambda session: cases.get(session, self.number))
        assert found is not None
        return found


Life.TestCase.settings = slow(stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow])
TestLife = Life.TestCase
