package io.forbear.retry.micrometer;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.operations.ServiceEvent;
import org.jspecify.annotations.Nullable;

/** Brings retries and the catalog of a registry together. */
final class Binding implements RetryListener {

    private final Catalog catalog;
    private final @Nullable DurationOptions durations;

    Binding(Catalog catalog, @Nullable DurationOptions durations) {
        this.catalog = catalog;
        this.durations = durations;
    }

    @Override
    public void registered(Retry retry) {
        catalog.registered(retry, durations);
    }

    @Override
    public void closed(Retry retry) {
        catalog.closed(retry);
    }

    @Override
    public void onEvent(ServiceEvent event) {
        catalog.happened(event);
    }

    @Override
    public boolean observesEveryCall() {
        return durations != null;
    }

    @Override
    public @Nullable CallObserver observe(String service, @Nullable String client, CallOptions options) {
        DurationOptions asked = durations;
        Durations target = asked == null ? null : catalog.durations(service, asked);
        return target == null ? null : new TimedCall(target);
    }
}
