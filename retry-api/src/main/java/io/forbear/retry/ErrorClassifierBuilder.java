package io.forbear.retry;

/** Collects rules by type and by status; see {@link ErrorClassifier#builder()}. */
public final class ErrorClassifierBuilder {
    ErrorClassifierBuilder() {}
}
