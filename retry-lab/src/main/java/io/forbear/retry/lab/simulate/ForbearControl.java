package io.forbear.retry.lab.simulate;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The library's own engine, asked by hand. */
public final class ForbearControl implements Control {

    private static final Classification TIMEOUT = Classification.of(ErrorCategory.TIMEOUT);
    private static final Classification CONFLICT = Classification.of(ErrorCategory.TRANSIENT);
    private static final Classification REFUSED = Classification.of(ErrorCategory.NETWORK_ERROR);

    private final Retry retry;

    private ForbearControl(Retry retry) {
        this.retry = retry;
    }

    /**
     * Describes processes that call through the library.
     *
     * @param settings what differs from the defaults
     * @return the maker of their controls
     */
    public static Control.Maker with(UnaryOperator<Retries.Builder> settings) {
        return of(world -> settings.apply(Retries.named("service")
                        .runtime(r -> r.clock(world.clock()).random(world.random())))
                .build());
    }

    /**
     * Describes processes that call through the library.
     *
     * @param retry makes the retry of one process, whose clock and chance are those of the world
     * @return the maker of their controls
     */
    public static Control.Maker of(Function<World, Retry> retry) {
        return world -> new ForbearControl(retry.apply(world));
    }

    @Override
    public @Nullable Call begin() {
        try {
            return new Begun(retry.begin());
        } catch (CircuitOpenException refused) {
            return null;
        }
    }

    @Override
    public void close() {
        retry.close();
    }

    private static Classification classification(Failure failure) {
        return switch (failure.kind()) {
            case TIMEOUT -> TIMEOUT;
            case REFUSED -> REFUSED;
            case CONFLICT -> CONFLICT;
            case STATUS -> {
                Classification known = Classification.ofHttpStatus(failure.status());
                yield failure.retryAfterNanos() < 0
                        ? known
                        : known.pushback(Duration.ofNanos(failure.retryAfterNanos()));
            }
        };
    }

    private record Begun(RetryCall call) implements Call {

        @Override
        public void succeeded() {
            call.succeeded();
        }

        @Override
        public long failed(Failure failure) {
            return call.failed(classification(failure)) instanceof RetryDecision.Again again
                    ? again.delay().toNanos()
                    : STOP;
        }

        @Override
        public boolean resume() {
            return call.resume();
        }
    }
}
