package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure that throws where it is asked for its message or cause is of unknown kind: it is retried as such. */
class GettersThrowTest {

    private static final class NoMessage extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Throwable fault;

        NoMessage(Throwable fault) {
            super(null, null, true, true);
            this.fault = fault;
        }

        @Override
        public String getMessage() {
            return GettersThrowTest.<RuntimeException, String>sneaks(fault);
        }
    }

    private static final class NoCause extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Throwable fault;

        NoCause(Throwable fault) {
            super("no cause", null, true, true);
            this.fault = fault;
        }

        @Override
        public synchronized Throwable getCause() {
            return GettersThrowTest.<RuntimeException, Throwable>sneaks(fault);
        }
    }

    private static final class WrapperWithoutCause extends CompletionException {
        private static final long serialVersionUID = 1L;

        WrapperWithoutCause() {
            super("wrapper", null);
        }

        @Override
        public synchronized Throwable getCause() {
            throw new LinkageError("of the test");
        }
    }

    private static final class OtherWrapperWithoutCause extends ExecutionException {
        private static final long serialVersionUID = 1L;

        OtherWrapperWithoutCause() {
            super("wrapper", null);
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("of the test");
        }
    }

    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            return message(0) + "!";
        }

        private String message(int depth) {
            return message(depth + 1) + "!";
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable, T> T sneaks(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private static Stream<Throwable> failures() {
        return Stream.of(
                new NoMessage(new IllegalStateException("of the test")),
                new NoMessage(new NoClassDefFoundError("of the test")),
                new NoMessage(new AssertionError("of the test")),
                new Endless(),
                new NoCause(new IllegalStateException("of the test")),
                new NoCause(new LinkageError("of the test")),
                new WrapperWithoutCause(),
                new OtherWrapperWithoutCause());
    }

    private static Retry service() {
        return Retries.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    /** The framework of the tests asks parameters for their text, so that each is made where it is used. */
    private static Stream<Integer> numbers() {
        return Stream.iterate(0, i -> i + 1).limit(failures().count());
    }

    private static Throwable failure(int number) {
        return failures().skip(number).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aBlockingCallThrowsTheFailureItself(int number) {
        Throwable failure = failure(number);
        Retry retry = service();

        Throwable thrown =
                catchThrowable(() -> retry.run(() -> GettersThrowTest.<RuntimeException, Object>sneaks(failure)));

        assertThat(thrown == failure).isTrue();
        isCounted(retry);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void anAsynchronousCallFailsWithTheFailureItself(int number) throws Exception {
        Throwable failure = failure(number);
        Retry retry = service();

        Throwable thrown = retry.callAsync(() -> CompletableFuture.<String>failedFuture(failure))
                .handle((answer, fault) -> fault)
                .get(1, TimeUnit.MINUTES);

        assertThat(thrown == failure).isTrue();
        isCounted(retry);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aCallMadeByHandIsDecidedOn(int number) {
        Retry retry = service();

        assertThat(retry.begin().failed(failure(number))).isInstanceOf(RetryDecision.Again.class);
    }

    private static void isCounted(Retry retry) {
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }
}
