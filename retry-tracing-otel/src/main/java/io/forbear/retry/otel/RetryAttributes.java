package io.forbear.retry.otel;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.error.Classification;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Locale;

/**
 * The attributes of spans. Semantic conventions 1.44.0 have none for retries but {@code http.request.resend_count};
 * those of our own are named {@code retry.*}. {@code error.type} is theirs.
 */
final class RetryAttributes {

    /** The semantic conventions that spans follow, as every span says. */
    static final String SCHEMA = "https://opentelemetry.io/schemas/1.44.0";

    static final AttributeKey<String> SERVICE = AttributeKey.stringKey("retry.service");
    static final AttributeKey<String> CLIENT = AttributeKey.stringKey("retry.client");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("retry.attempt");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("retry.attempts");
    /** Seconds that were waited before the attempt. */
    static final AttributeKey<Double> DELAY = AttributeKey.doubleKey("retry.delay");

    static final AttributeKey<String> CATEGORY = AttributeKey.stringKey("retry.category");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("retry.reason");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    /** What a link leads to. */
    static final AttributeKey<String> LINK = AttributeKey.stringKey("retry.link");

    static final AttributeKey<Long> RESEND_COUNT = AttributeKey.longKey("http.request.resend_count");

    private RetryAttributes() {}

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static double seconds(long nanos) {
        return nanos / 1e9;
    }

    /** The type of what was thrown, or the category of a result that is called a failure. */
    static String errorType(FailedAttempt failed) {
        Throwable failure = failed.failure();
        return failure == null ? category(failed.classification()) : errorType(failure);
    }

    static String errorType(Throwable failure) {
        Class<?> type = failure instanceof CircuitOpenException ? CircuitOpenException.class : failure.getClass();
        String name = type.getCanonicalName();
        return name == null ? type.getName() : name;
    }

    static String category(Classification classification) {
        return word(classification.category());
    }
}
