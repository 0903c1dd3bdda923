package io.forbear.retry.apache;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Retry;
import io.forbear.retry.http.DeadlineHeader;
import io.forbear.retry.http.HttpAdapter;
import java.time.Duration;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** What an attempt of either client sends, and how long it may take. */
final class Attempts {

    private Attempts() {}

    /**
     * Writes the headers of an attempt into the request that is a copy for it.
     *
     * @param left how long the attempt may take, {@code null} for no limit
     */
    static void writeHeaders(HttpMessage sent, Retry view, @Nullable Duration left) {
        int number = HttpAdapter.attempt(view);
        if (number > 1) {
            Header written = sent.getFirstHeader(AttemptHeader.NAME);
            String value = HttpAdapter.attemptValue(number, written == null ? null : written.getValue());
            sent.setHeader(AttemptHeader.NAME, value);
        }
        if (left != null) {
            sent.setHeader(DeadlineHeader.NAME, DeadlineHeader.value(left));
        }
    }

    /** Returns a configuration whose time-outs are no longer than what is left. */
    static RequestConfig within(RequestConfig own, Duration left) {
        return RequestConfig.copy(own)
                .setConnectionRequestTimeout(shorter(left, own.getConnectionRequestTimeout()))
                .setResponseTimeout(shorter(left, own.getResponseTimeout()))
                .build();
    }

    private static Timeout shorter(Duration left, @Nullable Timeout own) {
        return Timeout.of(HttpAdapter.timeout(left, own == null ? null : own.toDuration()));
    }
}
