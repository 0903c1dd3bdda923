package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exceptions that text names, to be retried or never to be. */
class NamedTypesTest {

    private static final ErrorClassifier CLASSIFIER = RetryConfig.of(Map.of(
                    "retry-on", "java.lang.IllegalStateException, java.io.FileNotFoundException",
                    "never-on", "java.io.IOException, com.example.NotThere"))
            .service("orders")
            .policy()
            .classifier();

    private static boolean isRetried(Throwable failure) {
        Classification found = CLASSIFIER.classify(failure);
        return found.isRetryable(found.category() != ErrorCategory.CLIENT_ERROR);
    }

    @Test
    void aTypeAndItsSubtypesFollowTheNearestName() {
        assertThat(isRetried(new IOException("reset"))).isFalse();
        assertThat(isRetried(new ConnectException("refused"))).isFalse();
        assertThat(isRetried(new FileNotFoundException("none")))
                .as("nearer than IOException")
                .isTrue();
        assertThat(isRetried(new IllegalStateException("odd"))).isTrue();
    }

    @Test
    void theFailureItselfIsAskedBeforeItsCauses() {
        assertThat(isRetried(new IllegalStateException(new IOException("reset"))))
                .isTrue();
        assertThat(isRetried(new RuntimeException(new IOException("reset")))).isFalse();
        assertThat(isRetried(new RuntimeException(new RuntimeException(new IllegalStateException()))))
                .isTrue();
    }

    @Test
    void theCategoryStaysAndWhatIsNotNamedIsTheDefaultClassifiers() {
        assertThat(CLASSIFIER.classify(new ConnectException("refused")).category())
                .isEqualTo(ErrorClassifier.defaults()
                        .classify(new ConnectException("refused"))
                        .category());
        assertThat(CLASSIFIER.classify(new ArithmeticException("/ by zero")))
                .isEqualTo(ErrorClassifier.defaults().classify(new ArithmeticException("/ by zero")));
    }

    @Test
    void interfacesAreNamesToo() {
        ErrorClassifier byInterface = RetryConfig.of(Map.of("never-on", Marked.class.getName()))
                .service("orders")
                .policy()
                .classifier();

        assertThat(byInterface.classify(new MarkedFailure()).isRetryable(true)).isFalse();
    }

    interface Marked {}

    private static final class MarkedFailure extends RuntimeException implements Marked {
        private static final long serialVersionUID = 1;

        /** A cause that leads back to itself, and one that throws, must not keep the classifier. */
        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("unreadable");
        }
    }

    @Test
    void aNameCannotBeBothAndMustBeOne() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("retry-on", "a.B, a.C", "never-on", "a.C")))
                .hasMessage("never-on: a.C (expected: none of the names that retry-on has: a.C)");
        assertThatThrownBy(() -> RetryConfig.of(Map.of("retry-on", "timeout")))
                .as("a category is no class")
                .hasMessageStartingWith("retry-on: timeout (expected: full names of classes");
        assertThatThrownBy(() -> RetryConfig.of(Map.of("never-on", "java.io.IOException, IOException")))
                .as("no class of a package: it would never match")
                .hasMessageStartingWith("never-on: java.io.IOException, IOException (expected: full names of classes");
        assertThatThrownBy(() -> RetryConfig.of(Map.of("retry-on", "a.B,")))
                .hasMessageStartingWith("retry-on: a.B, (expected: full names of classes");
    }
}
