package io.forbear.retry.aws;

import io.forbear.retry.error.Pushback;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What a server asked for. It is read from the response itself: the SDK hands a strategy that is not its own at most
 * whole seconds of {@code Retry-After}, and in asynchronous clients nothing.
 */
final class RetryHints {

    private RetryHints() {}

    /**
     * Returns the hint of a response.
     *
     * @param details {@code null} where there was no response
     */
    static Pushback of(@Nullable AwsErrorDetails details) {
        SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
        if (response == null) {
            return Pushback.none();
        }
        Pushback millis = Pushback.amzRetryAfter(header(response, "x-amz-retry-after"));
        if (!millis.isNone()) {
            return millis;
        }
        String value = header(response, "Retry-After");
        return value == null ? Pushback.none() : Pushback.retryAfter(value, header(response, "Date"), Instant.now());
    }

    private static @Nullable String header(SdkHttpResponse response, String name) {
        return response.firstMatchingHeader(name).orElse(null);
    }
}
