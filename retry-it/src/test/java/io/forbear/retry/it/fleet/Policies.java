package io.forbear.retry.it.fleet;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.ForbearControl;

/** The policies that are compared with each other. */
final class Policies {

    static final Control.Maker NONE = ForbearControl.with(
            retries -> retries.policy(RetryPolicy.builder().maxAttempts(1).build())
                    .withoutBudget()
                    .withoutCircuitBreaker());

    static final Control.Maker RETRIES =
            ForbearControl.with(retries -> retries.withoutBudget().withoutCircuitBreaker());

    static final Control.Maker DEFAULT = ForbearControl.with(retries -> retries);

    private Policies() {}
}
