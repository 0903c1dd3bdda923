package io.forbear.retry.spring.boot3;

import io.forbear.retry.core.RetryRegistry;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/**
 * Shows the circuit breaker of every service that has one, and is always UP: an open breaker says that another service
 * is not well, and an instance that is taken out of rotation for it does not help it.
 *
 * @since 0.1
 */
public final class ForbearHealthIndicator extends AbstractHealthIndicator {

    private final RetryRegistry registry;

    /**
     * Makes the indicator.
     *
     * @param registry the services
     */
    public ForbearHealthIndicator(RetryRegistry registry) {
        super("Forbear: the services cannot be read");
        this.registry = registry;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        registry.snapshot().forEach((name, figures) -> figures.breakerState()
                .ifPresent(state -> builder.withDetail(name, state.name())));
    }
}
