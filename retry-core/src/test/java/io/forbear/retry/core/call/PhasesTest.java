package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.net.ConnectException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A step that does not follow the last one is refused, before anything is counted. */
class PhasesTest {

    private static final Exception DOWN = new ConnectException("refused");
    private static final Classification FAILURE = Classification.of(ErrorCategory.SERVER_ERROR);

    private final Service service = new Service(
            "service",
            () -> 0,
            null,
            RetryPolicy.builder().backoff(Backoff.none()).build(),
            null,
            null,
            new ClientTable(1, null, () -> 0),
            List.of(),
            null,
            null);
    private final CallState call = BeforeAttempt.newCall(service.plan(), null, null, CallOptions.defaults());

    private static void isRefused(ThrowingCallable step, String because) {
        assertThatIllegalStateException().isThrownBy(step).withMessage("call: " + because);
    }

    @Test
    void aCallWhoseRetryIsGrantedHasNoAttemptThatCouldEnd() {
        BeforeAttempt.begin(call);
        AfterAttempt.threw(call, DOWN, false);
        String message = messageOf(() -> AfterAttempt.threw(call, DOWN, false));

        isRefused(() -> AfterAttempt.classified(call, DOWN, FAILURE), message);
        isRefused(() -> AfterAttempt.returned(call, FAILURE, "result"), message);
        isRefused(() -> AfterAttempt.reachedDeadline(call, DOWN), message);
        isRefused(() -> CallEnd.succeed(call), message);
        isRefused(call::requireAttempt, message);
        assertThat(call.isGranted()).isTrue();
        assertThat(call.isAttempting()).isFalse();
        assertThat(call.hasEnded()).isFalse();
        assertThat(service.snapshot().calls()).isZero();
    }

    private static String messageOf(Runnable step) {
        try {
            step.run();
            throw new AssertionError("not refused");
        } catch (IllegalStateException refused) {
            assertThat(refused).hasMessageStartingWith("call: ");
            return refused.getMessage().substring("call: ".length());
        }
    }

    @Test
    void anAttemptThatIsUnderWayCannotBeginAgain() {
        BeforeAttempt.begin(call);

        assertThat(call.isAttempting()).isTrue();
        assertThat(call.isGranted()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> BeforeAttempt.resume(call, true, null));
        assertThatIllegalStateException().isThrownBy(call::requireGranted);
        assertThatIllegalStateException().isThrownBy(call::requireDue);
    }

    @Test
    void aCallThatHasEndedStaysAsItEnded() {
        BeforeAttempt.begin(call);
        CallEnd.succeed(call);
        CallEnd.succeed(call);
        CallEnd.abandon(call);

        assertThat(call.hasEnded()).isTrue();
        assertThat(call.stopReason()).isNull();
        assertThat(service.snapshot().calls()).isEqualTo(1);
        assertThat(service.snapshot().stopped(StopReason.CANCELLED)).isZero();
    }
}
