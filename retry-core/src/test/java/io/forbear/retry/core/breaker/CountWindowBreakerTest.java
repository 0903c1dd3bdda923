package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.testkit.ManualClock;

class CountWindowBreakerTest extends CircuitBreakerContract {

    @Override
    CircuitBreaker create(ManualClock clock) {
        return CircuitBreakers.failureRate(1).window(4).openFor(OPEN_TIME).create("users", clock);
    }
}
