package io.forbear.retry.lab.peers;

import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.storm.StatusException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** The failures of attempts, as libraries see them: what the JDK's HTTP client throws. */
final class Thrown {

    private Thrown() {}

    static Exception by(Failure failure) {
        return switch (failure.kind()) {
            case TIMEOUT -> new HttpTimeoutException("request timed out");
            case REFUSED -> new ConnectException("connection refused");
            case CONFLICT -> new SQLTransactionRollbackException("another transaction wrote first", "40001");
            case STATUS -> new StatusException(failure.status());
        };
    }

    /** Begins an attempt; what it throws is the failure of its answer. */
    static CompletionStage<Integer> begun(Supplier<? extends CompletionStage<Integer>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Takes away what futures put around a failure. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && (failure instanceof CompletionException || failure instanceof ExecutionException)
                ? cause
                : failure;
    }
}
