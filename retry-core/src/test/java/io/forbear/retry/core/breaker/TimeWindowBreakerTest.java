package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.testkit.ManualClock;

class TimeWindowBreakerTest extends CircuitBreakerContract {

    @Override
    CircuitBreaker create(ManualClock clock) {
        return CircuitBreakers.failureRate(0.5)
                .minimumCalls(4)
                .openFor(OPEN_TIME)
                .create("users", clock);
    }
}
