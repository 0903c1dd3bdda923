package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ways to bring attempts to a breaker, for sequences that run in each of them. */
interface Attempts {

    /** One attempt, which ends once. */
    interface Attempt {

        void succeeded(Duration took);

        void failed(Duration took, ErrorCategory category);

        /** Ends without an outcome. */
        void ignored();
    }

    /** Begins an attempt, {@code null} where the breaker refuses it. */
    @Nullable
    Attempt begin();

    /** By permits, each of which tells its outcome. */
    static Attempts told(Breaker breaker) {
        return () -> {
            Permit permit = breaker.tryAcquire();
            return permit == null ? null : new ToldAttempt(permit);
        };
    }

    /**
     * As calls of a service: a success while the breaker is closed is counted by the service, and the breaker reads
     * that.
     */
    static Attempts ofService(Breaker breaker, ManualClock clock) {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .withoutBudget()
                .runtime(r -> r.clock(clock))
                .circuitBreaker((name, time) -> breaker)
                .build();
        return () -> {
            try {
                return new CallAttempt(retry, retry.begin());
            } catch (CircuitOpenException refused) {
                return null;
            }
        };
    }

    /** An attempt with a permit. */
    record ToldAttempt(Permit permit) implements Attempt {

        @Override
        public void succeeded(Duration took) {
            permit.success(took.toNanos());
        }

        @Override
        public void failed(Duration took, ErrorCategory category) {
            permit.failure(took.toNanos(), category);
        }

        @Override
        public void ignored() {
            permit.ignore();
        }
    }

    /** The only attempt of a call; the service is read for as long as this is held. */
    record CallAttempt(Retry service, RetryCall call) implements Attempt {

        @Override
        public void succeeded(Duration took) {
            call.succeeded();
        }

        @Override
        public void failed(Duration took, ErrorCategory category) {
            call.failed(Classification.of(category));
        }

        @Override
        public void ignored() {
            call.abandoned();
        }
    }
}
