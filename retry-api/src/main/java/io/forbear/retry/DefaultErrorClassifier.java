package io.forbear.retry;

import java.io.IOException;

/** The rules of {@link ErrorClassifier#defaults()}. */
enum DefaultErrorClassifier implements ErrorClassifier {
    INSTANCE;

    @Override
    public Classification classify(Throwable failure) {
        if (failure instanceof IOException) {
            return Classification.of(ErrorCategory.NETWORK_ERROR);
        }
        return Classification.of(ErrorCategory.TRANSIENT);
    }
}
