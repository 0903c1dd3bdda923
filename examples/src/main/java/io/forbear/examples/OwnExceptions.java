package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.Arrays;
import java.util.Optional;

/** Exceptions of the application: which are retried, and why a call was not. */
final class OwnExceptions {

    /** The warehouse has no such order. */
    static final class UnknownOrder extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The warehouse answers with a code. */
    static final class WarehouseFailure extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int code;

        WarehouseFailure(int code) {
            super("warehouse code " + code);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    static Retry newRetry() {
        ErrorClassifier classifier = ErrorClassifier.builder()
                .neverOn(UnknownOrder.class)
                .on(WarehouseFailure.class, OwnExceptions::classify)
                .build();
        return Retries.named("warehouse")
                .policy(RetryPolicy.builder().classifier(classifier).build())
                .build();
    }

    private static Classification classify(WarehouseFailure failure) {
        return switch (failure.code()) {
            case 7 -> Classification.of(ErrorCategory.RATE_LIMIT).notExecuted();
            case 9 -> Classification.of(ErrorCategory.CLIENT_ERROR);
            default -> Classification.of(ErrorCategory.TRANSIENT);
        };
    }

    /** Returns why a call was not attempted again. */
    static Optional<RetryStopped> whyStopped(Throwable failure) {
        return Arrays.stream(failure.getSuppressed())
                .filter(RetryStopped.class::isInstance)
                .map(RetryStopped.class::cast)
                .findFirst();
    }

    public static void main(String[] args) {
        Retry warehouse = newRetry();
        try {
            warehouse.run(() -> {
                throw new UnknownOrder();
            });
        } catch (UnknownOrder failure) {
            System.out.println(whyStopped(failure).map(RetryStopped::getMessage).orElse("no note"));
        }
    }
}
