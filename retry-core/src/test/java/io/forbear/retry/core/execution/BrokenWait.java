package io.forbear.retry.core.execution;

import static io.forbear.retry.StopReason.CANCELLED;
import static io.forbear.retry.StopReason.DEADLINE_EXCEEDED;
import static io.forbear.retry.StopReason.INTERRUPTED;
import static io.forbear.retry.StopReason.REJECTED;

import io.forbear.retry.RetryCall;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.execution.Flow.Outcome;
import io.forbear.retry.core.execution.Flow.Shell;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** What breaks the wait of a call off, in each way to make one. */
final class BrokenWait {

    private BrokenWait() {}

    /** Returns what can break a wait off there. */
    static Set<StopReason> reasons(Shell shell) {
        return switch (shell) {
            case BLOCKING, BATCH -> Set.of(INTERRUPTED, REJECTED);
            case ASYNC, ASYNC_BATCH -> Set.of(CANCELLED, REJECTED, DEADLINE_EXCEEDED);
            case DECISIONS -> Set.of(CANCELLED);
        };
    }

    /** Makes a call whose first attempt fails, and whose wait is broken off. */
    static void of(Shell shell, StopReason reason, Situation situation) throws InterruptedException {
        Flow flow = situation.flow;
        flow.atWaking = () -> {
            switch (reason) {
                case INTERRUPTED -> throw new InterruptedException();
                case REJECTED -> throw new RejectedExecutionException();
                case DEADLINE_EXCEEDED -> flow.clock.advance(Duration.ofSeconds(1));
                default -> abandon(Objects.requireNonNull(flow.running));
            }
        };
        flow.call(List.of(Outcome.failure(situation.failure)).iterator());
    }

    private static void abandon(Object running) {
        if (running instanceof RetryCall call) {
            call.abandoned();
        } else {
            ((Future<?>) running).cancel(true);
        }
    }
}
