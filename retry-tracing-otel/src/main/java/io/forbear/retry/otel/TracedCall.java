package io.forbear.retry.otel;

import io.forbear.retry.CallObserver;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one call.
 *
 * <p>The parent is the span that was current where the call began; its attempts may run on any thread. An attempt's
 * span stays open until the decision on it, which follows at once: only the last attempt of a call that failed has the
 * status of an error.
 *
 * <p>An attempt whose begin is not told, since the caller of {@link io.forbear.retry.Retry#begin} makes it, gets its
 * span when it has ended, with the time at which it began: that of the call, or the end of the delay.
 */
final class TracedCall implements CallObserver {
    /*
     * Protocol   as CallObserver has it: events in order, one thread at a time, safely handed over; so plain fields do.
     * Invariant  at most one attempt span is open, and none once the call's span has ended; a scope is closed on the
     * thread that
     *            opened it, between attemptStarted and attemptReturned. Each step leaves this intact if a span
     *            processor throws.
     */

    private static final long NO_DELAY = -1;

    private static final Attributes OPENED_BREAKER = Attributes.of(RetryAttributes.LINK, "opened_breaker");

    /** Failures that are never retried, and refusals, have no classification. */
    private static final Classification UNCLASSIFIED =
            Classification.of(ErrorCategory.TRANSIENT).notRetryable();

    private final Tracer tracer;
    private final Options options;
    private final Openings openings;
    private final String service;
    private final @Nullable String clientName;
    private final Context parent;
    private final long startEpochNanos;

    private @Nullable Span call;
    private Context context;
    private @Nullable Span attempt;
    private int begun;
    private @Nullable Scope scope;
    private @Nullable FailedAttempt lastFailure;
    private long delayNanos = NO_DELAY;
    private long attemptEpochNanos;
    private boolean told;

    TracedCall(Tracer tracer, Options options, Openings openings, String service, @Nullable String client) {
        this.tracer = tracer;
        this.options = options;
        this.openings = openings;
        this.service = service;
        this.clientName = client;
        this.parent = Context.current();
        this.context = parent;
        this.startEpochNanos = epochNanos();
        this.attemptEpochNanos = startEpochNanos;
        openings.callBegins(service);
        if (!options.onlyCallsThatRetry()) {
            beginCall(0);
        }
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** Begins the span of the call, now or at an earlier time. */
    private void beginCall(long epochNanos) {
        SpanBuilder builder =
                tracer.spanBuilder("retry " + service).setParent(parent).setAttribute(RetryAttributes.SERVICE, service);
        String named = clientName;
        if (named != null && options.clientAttribute()) {
            builder.setAttribute(RetryAttributes.CLIENT, named);
        }
        Span span = startAt(builder, epochNanos);
        call = span;
        context = parent.with(span);
    }

    private static Span startAt(SpanBuilder builder, long epochNanos) {
        if (epochNanos > 0) {
            builder.setStartTimestamp(epochNanos, TimeUnit.NANOSECONDS);
        }
        return builder.startSpan();
    }

    /** Begins the span of an attempt, where one is wanted. */
    private void beginAttempt(int number, long epochNanos) {
        if (call == null || number == 1 && options.onlyLaterAttempts()) {
            return;
        }
        SpanBuilder builder = tracer.spanBuilder("attempt " + number)
                .setParent(context)
                .setAttribute(RetryAttributes.ATTEMPT, (long) number);
        if (delayNanos != NO_DELAY) {
            builder.setAttribute(RetryAttributes.DELAY, RetryAttributes.seconds(delayNanos));
        }
        attempt = startAt(builder, epochNanos);
        begun = number;
    }

    // ---- attempts

    @Override
    @SuppressWarnings("MustBeClosed") // attemptReturned, which always follows, closes it
    public void attemptStarted(int number) {
        told = true;
        beginAttempt(number, 0);
        Span span = attempt;
        Context inside = AttemptContext.with(context, number);
        scope = (span == null ? inside : inside.with(span)).makeCurrent();
    }

    @Override
    public void attemptReturned(int number) {
        Scope open = scope;
        if (open != null) {
            scope = null;
            open.close();
        }
    }

    @Override
    public void attemptSucceeded(int number) {
        beginUntold(number);
        openings.attemptEnded(service, attempt == null ? call : attempt); // a slow one may have opened the breaker
        endAttempt();
    }

    @Override
    public void attemptFailed(FailedAttempt failed) {
        lastFailure = failed;
        beginUntold(failed.attempt());
        Span span = attempt;
        if (span != null) {
            span.setAttribute(RetryAttributes.ERROR_TYPE, RetryAttributes.errorType(failed));
            span.setAttribute(RetryAttributes.CATEGORY, RetryAttributes.category(failed.classification()));
        }
        openings.attemptEnded(service, span == null ? call : span);
    }

    /** Begins the span of an attempt that is over already, unless it had one. */
    void beginUntold(int number) {
        if (!told && begun < number) {
            beginAttempt(number, Math.min(attemptEpochNanos, epochNanos()));
        }
    }

    @Override
    public void retryScheduled(FailedAttempt failed, long nanos) {
        if (call == null) {
            beginLateCall(failed);
        }
        delayNanos = nanos;
        told = false;
        attemptEpochNanos = epochNanos() + nanos;
        try {
            endAttempt();
        } finally {
            addEvent(failed, nanos);
            tell(listener -> listener.onRetry(failed, Duration.ofNanos(nanos)));
        }
    }

    private void addEvent(FailedAttempt failed, long nanos) {
        Span span = call;
        if (span != null) {
            span.addEvent(
                    "retry",
                    Attributes.of(
                            RetryAttributes.ATTEMPT,
                            (long) failed.attempt(),
                            RetryAttributes.DELAY,
                            RetryAttributes.seconds(nanos),
                            RetryAttributes.CATEGORY,
                            RetryAttributes.category(failed.classification()),
                            RetryAttributes.ERROR_TYPE,
                            RetryAttributes.errorType(failed)));
        }
    }

    /** Makes up for the spans of a call of which it shows only now that it is retried. */
    private void beginLateCall(FailedAttempt failed) {
        beginCall(startEpochNanos);
        beginAttempt(failed.attempt(), attemptEpochNanos);
        attemptFailed(failed);
    }

    /** Returns the context with the span of the attempt that is under way, or of the call where it has none. */
    Context attemptContext() {
        Span span = attempt;
        return span == null ? context : context.with(span);
    }

    /** Returns the context with the span of the call, or that in which it began where it has none. */
    Context callContext() {
        return context;
    }

    private void endAttempt() {
        Span span = attempt;
        if (span != null) {
            attempt = null;
            span.end();
        }
    }

    /** Tells the other listener while the call's span is current, or what was current before where it has none. */
    @SuppressWarnings("try") // the scope is only to be closed
    private void tell(Consumer<RetryListener> event) {
        RetryListener listener = options.inContext();
        if (listener != null) {
            try (Scope ignored = context.makeCurrent()) {
                event.accept(listener);
            }
        }
    }

    // ---- the end

    @Override
    public void succeeded(int attempts) {
        try {
            if (attempts > 1) {
                tell(listener -> listener.onRecovered(service, attempts));
            }
        } finally {
            endCall(attempts, null, null);
        }
    }

    @Override
    public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
        FailedAttempt last = lastFailure;
        String errorType = failure != null
                ? RetryAttributes.errorType(failure)
                : last == null ? null : RetryAttributes.errorType(last);
        beginUntold(attempts);
        Span span = attempt;
        if (span != null) {
            fail(span, reason, errorType);
        }
        try {
            FailedAttempt told = last != null && last.attempt() == attempts
                    ? last
                    : new FailedAttempt(service, clientName, attempts, UNCLASSIFIED, failure);
            tell(listener -> listener.onStop(told, reason));
        } finally {
            endCall(attempts, reason, errorType);
        }
    }

    private void endCall(int attempts, @Nullable StopReason reason, @Nullable String errorType) {
        try {
            endAttempt();
        } finally {
            Span span = call;
            if (span != null) {
                call = null;
                span.setAttribute(RetryAttributes.ATTEMPTS, (long) attempts);
                if (reason != null) {
                    fail(span, reason, errorType);
                }
                if (reason == StopReason.CIRCUIT_OPEN) {
                    linkToOpener(span);
                }
                span.end();
            }
        }
    }

    /** Leads from a call that the breaker refused to the attempt that opened it. */
    private void linkToOpener(Span span) {
        SpanContext opener = openings.opener(service);
        if (opener != null) {
            span.addLink(opener, OPENED_BREAKER);
        }
    }

    /** A cancelled call is no error; every other stop is one. */
    private static void fail(Span span, StopReason reason, @Nullable String errorType) {
        span.setAttribute(RetryAttributes.REASON, RetryAttributes.word(reason));
        if (reason == StopReason.CANCELLED) {
            return;
        }
        if (errorType != null) {
            span.setAttribute(RetryAttributes.ERROR_TYPE, errorType);
        }
        span.setStatus(StatusCode.ERROR, RetryAttributes.word(reason));
    }
}
