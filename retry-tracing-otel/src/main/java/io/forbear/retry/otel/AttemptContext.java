package io.forbear.retry.otel;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;

/**
 * Tells which attempt is being made, so that the next service does not retry what is a retry already.
 *
 * <p>During an attempt after the first the current context holds its number, as baggage under {@value #NAME}: where the
 * application propagates baggage, the number travels by itself, and the far side reads it with {@link #options}. Where
 * it does not, {@link #inject} and {@link #extract} carry it in a header of the same name, {@link AttemptHeader}. A
 * first attempt adds nothing.
 *
 * @since 0.1
 */
public final class AttemptContext {

    /** The name of the baggage entry and of the header: {@value}. */
    public static final String NAME = AttemptHeader.NAME;

    private static final ContextKey<Integer> OWN_ATTEMPT = ContextKey.named(NAME);

    private AttemptContext() {}

    /** Returns a context in which an attempt is made; the greater number of it and of one from upstream travels on. */
    static Context with(Context parent, int attempt) {
        Context own = parent.with(OWN_ATTEMPT, attempt);
        Baggage baggage = Baggage.fromContext(parent);
        if (attempt <= 1 || attempt <= AttemptHeader.attempt(baggage.getEntryValue(NAME))) {
            return own;
        }
        BaggageBuilder builder = baggage.toBuilder();
        return own.with(builder.put(NAME, AttemptHeader.value(attempt), BaggageEntryMetadata.empty())
                .build());
    }

    /**
     * Returns the number of the attempt of which a context is part, of this process or of one upstream.
     *
     * @param context the context, such as {@link Context#current()}
     * @return 2 or more inside a retry, else 1
     */
    public static int attempt(Context context) {
        Integer own = context.get(OWN_ATTEMPT);
        int upstream = AttemptHeader.attempt(Baggage.fromContext(context).getEntryValue(NAME));
        return own == null ? upstream : Math.max(own, upstream);
    }

    /**
     * Returns options that say which attempt of an upstream caller a call is part of, read from the current context.
     *
     * @param options what else there is to say of the call
     * @return the options with {@link CallOptions#upstreamAttempt()} set, unless they say more already
     */
    public static CallOptions options(CallOptions options) {
        int attempt = attempt(Context.current());
        return attempt > options.upstreamAttempt() ? options.upstreamAttempt(attempt) : options;
    }

    /**
     * Writes the number of the attempt into a request, where the context is part of a retry.
     *
     * @param context the context, such as {@link Context#current()}
     * @param carrier the request
     * @param setter writes a header of the request
     * @param <C> what requests are
     */
    public static <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
        int attempt = attempt(context);
        if (attempt > 1) {
            setter.set(carrier, NAME, AttemptHeader.value(attempt));
        }
    }

    /**
     * Reads the number of the attempt from a request.
     *
     * @param carrier the request
     * @param getter reads a header of the request
     * @param <C> what requests are
     * @return from 1, for {@link CallOptions#upstreamAttempt(int)}; 1 where there is none or it is no number
     */
    public static <C> int extract(C carrier, TextMapGetter<C> getter) {
        return AttemptHeader.attempt(getter.get(carrier, NAME));
    }

    /**
     * Sets {@code http.request.resend_count} on the span of an HTTP request, where it is sent again: 1 for the second
     * attempt, and nothing for the first, as the semantic conventions for HTTP spans ask. Only attempts of this process
     * count.
     *
     * @param span the client span of the request, while the attempt's context is current
     */
    public static void markResend(Span span) {
        Integer own = Context.current().get(OWN_ATTEMPT);
        if (own != null && own > 1) {
            span.setAttribute(RetryAttributes.RESEND_COUNT, own - 1L);
        }
    }
}
