package io.forbear.retry.spring.boot;

import io.forbear.retry.spring.InvalidForbearRetryException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints wrong annotations in place of a stack trace. Left out by Boot where the annotation is not there. */
final class InvalidAnnotationAnalyzer extends AbstractFailureAnalyzer<InvalidForbearRetryException> {

    InvalidAnnotationAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidForbearRetryException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), "Change the methods that are listed above.", cause);
    }
}
