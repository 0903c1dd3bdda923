package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What is asked of a failure before any rule of a policy, and what is added to it. */
class FailuresTest {

    private static final Throwable FAILURE = new IOException("down");

    @Test
    void aClassifierThatThrowsOrHasNothingToSayMakesAFailureThatIsNeverRetried() {
        assertThat(Failures.classify(
                        failure -> {
                            throw new IllegalStateException("of the classifier");
                        },
                        FAILURE))
                .isSameAs(Failures.NEVER);
        assertThat(Failures.classify(failure -> null, FAILURE)).isSameAs(Failures.NEVER);
        assertThat(Failures.classify(failure -> Classification.success(), FAILURE))
                .isSameAs(Failures.NEVER);
    }

    @Test
    void whatAClassifierSaysIsTaken() {
        Classification said = Classification.of(ErrorCategory.RATE_LIMIT);

        assertThat(Failures.classify(failure -> said, FAILURE)).isSameAs(said);
    }

    @Test
    void theWrappersOfFuturesAreTakenOff() {
        assertThat(Failures.unwrap(new CompletionException(new ExecutionException(FAILURE))))
                .isSameAs(FAILURE);
        Throwable empty = new CompletionException("empty", null);
        assertThat(Failures.unwrap(empty)).isSameAs(empty);
        Throwable other = new RuntimeException(FAILURE);
        assertThat(Failures.unwrap(other)).isSameAs(other);
    }

    @Test
    void whatWentWrongBesidesIsAddedOnceForEachClass() {
        Throwable failure = new IOException("down");
        Throwable first = new IllegalStateException("1");

        Failures.attach(failure, first);
        Failures.attach(failure, new IllegalStateException("2"));
        Failures.attach(failure, failure);
        Failures.attach(failure, new IllegalArgumentException("3"));

        assertThat(failure.getSuppressed()).hasSize(2).startsWith(first);
    }
}
