package io.forbear.retry.otel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which spans opened the breakers that are open now. */
final class Openings {
    /*
     * State      by the name of a service whose breaker has opened and not closed since: the span of the attempt whose
     *            outcome opened it, once it is known, and until then the thread that is recording that outcome.
     * Invariant  at most MOST services; a breaker that opens beyond that is not remembered.
     * Writers    the thread whose outcome opened the breaker: it tells of the transition, and then, before it does
     *            anything else, of the attempt. A call that begins on it in between was not the cause, so the breaker
     *            was opened by hand.
     * Ordering   volatile: a thread whose call is refused sees the span or none.
     * Progress   wait-free but for the map; while no breaker is open nothing is looked up.
     */

    /** The most services that are remembered: {@value}. */
    static final int MOST = 1_000;

    private static final long NO_THREAD = -1;

    private final ConcurrentHashMap<String, Opening> byService = new ConcurrentHashMap<>();

    private static final class Opening {
        private volatile long thread = Thread.currentThread().getId();
        private volatile @Nullable SpanContext span;

        /** Tells whether the breaker was opened by what this thread is doing, once. */
        private boolean isOwnOnce() {
            if (thread != Thread.currentThread().getId()) {
                return false;
            }
            thread = NO_THREAD;
            return true;
        }
    }

    /** A breaker has opened, by the outcome of an attempt on this thread or by hand. */
    void opened(String service) {
        if (byService.size() < MOST || byService.containsKey(service)) {
            byService.put(service, new Opening());
        }
    }

    /** A breaker is closed, or open for another reason than an outcome. */
    void over(String service) {
        byService.remove(service);
    }

    /** A call begins on this thread. */
    void callBegins(String service) {
        Opening opening = find(service);
        if (opening != null) {
            opening.isOwnOnce();
        }
    }

    /** An attempt has ended on this thread, and its outcome has been recorded. */
    void attemptEnded(String service, @Nullable Span span) {
        Opening opening = span == null ? null : find(service);
        if (opening != null && span != null && opening.isOwnOnce()) {
            SpanContext context = span.getSpanContext();
            opening.span = context.isValid() && context.isSampled() ? context : null;
        }
    }

    /** Returns the span that opened the breaker of a service; {@code null} where none did or it is not recorded. */
    @Nullable
    SpanContext opener(String service) {
        Opening opening = find(service);
        return opening == null ? null : opening.span;
    }

    private @Nullable Opening find(String service) {
        return byService.isEmpty() ? null : byService.get(service);
    }

    int size() {
        return byService.size();
    }
}
