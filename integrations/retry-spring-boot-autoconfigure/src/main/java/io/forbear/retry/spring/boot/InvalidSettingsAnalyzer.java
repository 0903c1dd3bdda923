package io.forbear.retry.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints wrong settings in place of a stack trace. */
final class InvalidSettingsAnalyzer extends AbstractFailureAnalyzer<InvalidSettingsException> {

    private static final String ACTION =
            "Change what is listed above. The guide page configuration.md lists every key under forbear.default and"
                    + " forbear.services.<name>.";

    InvalidSettingsAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingsException cause) {
        return new FailureAnalysis("Forbear: " + cause.getMessage(), ACTION, cause);
    }
}
