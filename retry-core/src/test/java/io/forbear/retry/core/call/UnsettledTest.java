package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.fixture.DoorGate;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.error.ErrorCategory;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call that could not give back what it holds does so when the next call of the process fails. */
class UnsettledTest {

    /** A budget that has no stack left, so many times, to take a token back on. */
    private static final class Strained implements RetryBudget {
        private int strained;
        private int refunds;
        private final List<String> told = new ArrayList<>();

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            return TOKEN;
        }

        @Override
        public void refund(long milliTokens) {
            if (strained > 0) {
                strained--;
                throw new StackOverflowError("of the test");
            }
            refunds++;
        }

        @Override
        public void callFailed(long lastTaken) {
            told.add("failed after " + lastTaken);
        }

        @Override
        public void callSucceeded(long lastTaken) {
            told.add("succeeded after " + lastTaken);
        }

        @Override
        public long balance() {
            return TOKEN;
        }

        @Override
        public long capacity() {
            return TOKEN;
        }
    }

    private final Strained budget = new Strained();
    private final DoorGate gate = new DoorGate();
    private final Service service = new Service(
            "service",
            () -> 0,
            null,
            RetryPolicy.defaults(),
            budget,
            null,
            new ClientTable(1, null, () -> 0),
            List.of(),
            null,
            gate);

    /** Makes a call to which a retry was granted, and whose wait is not over. */
    private CallState paid() {
        CallState call = BeforeAttempt.newCall(service.plan(), null, null, CallOptions.defaults());
        BeforeAttempt.begin(call);
        assertThat(Decision.isStop(AfterAttempt.threw(call, new ConnectException("refused"), false)))
                .isFalse();
        return call;
    }

    @Test
    void aCallThatCanGiveBackWhatItHoldsDoesSoAtOnce() {
        CallState call = paid();

        Unsettled.settle(call);

        assertThat(budget.refunds).isEqualTo(1);
        assertThat(call.stopReason()).isEqualTo(StopReason.FATAL);
    }

    @Test
    void theBudgetHearsOfTheEndOfACallOnce() {
        CallState call = paid();

        Unsettled.settle(call);
        Unsettled.settle(call);

        assertThat(budget.told).containsExactly("failed after 0");
    }

    @Test
    void aCallThatHasEndedOwesNothing() {
        CallState failed = paid();
        CallEnd.abandon(failed);
        CallState succeeded = paid();
        BeforeAttempt.resume(succeeded, true, null);
        CallEnd.succeed(succeeded);

        Unsettled.settle(failed);
        Unsettled.settle(succeeded);

        assertThat(budget.told).containsExactly("failed after 0", "succeeded after 1000");
        assertThat(service.snapshot().calls()).isEqualTo(2);
    }

    @Test
    void aPlaceAtTheGateIsLeft() {
        gate.waitNanos = 5;
        CallState call = BeforeAttempt.newCall(service.plan(), null, null, CallOptions.defaults());
        assertThat(BeforeAttempt.begin(call)).isEqualTo(5);
        assertThat(gate.held).isEqualTo(1);

        Unsettled.settle(call);

        assertThat(gate.held).isZero();
    }

    @Test
    void callsThatCannotAreSettledByTheNextCallOnce() {
        CallState first = paid();
        CallState second = paid();
        budget.strained = 2;
        Unsettled.settle(first);
        Unsettled.settle(second);
        assertThat(budget.refunds).isZero();

        paid();
        paid();

        assertThat(budget.refunds).isEqualTo(2);
        assertThat(service.snapshot().stopped(StopReason.FATAL)).isEqualTo(2);
    }

    @Test
    void whatTheNextCallCannotSettleEitherIsLeftForTheOneAfterIt() {
        CallState first = paid();
        CallState second = paid();
        budget.strained = 3;
        Unsettled.settle(first);
        Unsettled.settle(second);

        paid();
        assertThat(budget.refunds).isZero();
        paid();

        assertThat(budget.refunds).isEqualTo(2);
    }
}
