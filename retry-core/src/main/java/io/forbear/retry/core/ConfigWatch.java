package io.forbear.retry.core;

import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.ConfigSources.Reading;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.internal.SharedThreads;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a registry follow its sources: looks at their content again and again, and takes what has changed. Made by
 * {@link RetryRegistry#watch}, closed with its registry. Thread-safe.
 *
 * <p>The content is compared, not the time of a file, so that a change by another link is seen, as Kubernetes changes a
 * ConfigMap. A change is taken once two looks, {@value #SETTLE_MILLIS} ms apart, have found the same: a file that is
 * still being written is waited for. What is wrong changes nothing: the settings before stay in force, which is told
 * once for each wrong content.
 *
 * @since 0.1
 */
public final class ConfigWatch implements AutoCloseable {
    /*
     * State      seen: the content that was taken or refused last; candidate: a content that one look has found; what
     *            is told of them.
     * Invariant  a content is taken or refused once, however often it is found; one that follows on another is taken
     *            again.
     * Writers    seen, candidate: a thread that looks, or that reloads at once. The others: that thread, and close.
     * Ordering   seen and candidate are guarded by looking, which is held while a registry is reloaded. The others are
     *            guarded by this object, which is not held then: a customizer may ask the watch. Calls come by none of
     *            it.
     */

    /** Milliseconds from the look that finds a change to the one that makes sure of it: {@value}. */
    public static final long SETTLE_MILLIS = 200;

    private final Object looking = new Object();
    private final ConfigSources sources;
    private final long everyMillis;
    private final Consumer<RetryConfig> apply;
    private final Consumer<String> refuse;
    private @Nullable Reading seen;
    private @Nullable Reading candidate;
    private @Nullable Future<?> next;
    private @Nullable String problem;
    private @Nullable Instant lastReload;
    private long reloads;
    private long refusals;
    private boolean closed;

    ConfigWatch(ConfigSources sources, Consumer<RetryConfig> apply, Consumer<String> refuse) {
        this.sources = sources;
        this.everyMillis = sources.every().toMillis();
        this.apply = apply;
        this.refuse = refuse;
    }

    /**
     * Begins to look.
     *
     * @param now what the registry has; a content that says the same is not taken again
     */
    void start(RetryConfig now) {
        synchronized (looking) {
            Reading first = sources.look();
            seen = first;
            try {
                RetryConfig config = first.config();
                if (!config.toMap().equals(now.toMap())) {
                    take(config);
                }
            } catch (RuntimeException | Error wrong) {
                refused(wrong);
            }
        }
        schedule(everyMillis);
    }

    /** Looks once, and says when to look next. */
    private void run() {
        try {
            look();
        } finally {
            schedule(isSettled() ? everyMillis : Math.min(SETTLE_MILLIS, everyMillis));
        }
    }

    private boolean isSettled() {
        synchronized (looking) {
            return candidate == null;
        }
    }

    /** Looks at the sources: takes a change that the look before has found as well. */
    void look() {
        synchronized (looking) {
            Reading found = sources.look();
            if (found.equals(seen)) {
                candidate = null;
            } else if (found.equals(candidate)) {
                settle(found);
            } else {
                candidate = found;
            }
        }
    }

    /**
     * Looks at the sources at once, and takes what they hold, whether it has changed or not: for a program that is told
     * that they have changed, and for an operator who says so. What is wrong changes nothing.
     *
     * @return what is wrong: every wrong key; empty if the settings were taken
     */
    public Optional<String> reload() {
        synchronized (looking) {
            settle(sources.look());
            return problem();
        }
    }

    private void settle(Reading found) {
        candidate = null;
        seen = found;
        try {
            take(found.config());
        } catch (RuntimeException | Error wrong) {
            refused(wrong);
        }
    }

    private void take(RetryConfig config) {
        apply.accept(config);
        synchronized (this) {
            reloads++;
            lastReload = Instant.now();
            problem = null;
        }
    }

    private void refused(Throwable wrong) {
        String message =
                wrong instanceof IllegalArgumentException ? String.valueOf(wrong.getMessage()) : wrong.toString();
        synchronized (this) {
            refusals++;
            problem = message;
        }
        refuse.accept(message);
    }

    /** The timer's thread only hands over: to read files may take its time. */
    private synchronized void schedule(long millis) {
        if (!closed) {
            next = SharedThreads.timer().schedule(this::handOver, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void handOver() {
        try {
            SharedThreads.workersOfOwn().execute(this::run);
        } catch (Throwable noThread) {
            schedule(everyMillis);
        }
    }

    /**
     * Returns how many changes were taken.
     *
     * @return since the watch began
     */
    public synchronized long reloads() {
        return reloads;
    }

    /**
     * Returns when settings were taken last.
     *
     * @return by the clock of the machine; empty if none were taken since the watch began
     */
    public synchronized Optional<Instant> lastReload() {
        return Optional.ofNullable(lastReload);
    }

    /**
     * Returns how many changes were refused because something in them was wrong.
     *
     * @return since the watch began
     */
    public synchronized long refusals() {
        return refusals;
    }

    /**
     * Returns what is wrong with the content that was found last; the settings before are in force.
     *
     * @return every wrong key; empty if nothing is wrong
     */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Stops looking. The settings stay as they are. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        Future<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
