package io.forbear.retry.aws.config;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.config.ConfigEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Settings in a store of AWS, read in the background: {@link #get()} returns what was found last, and asks nothing.
 *
 * <pre>{@code
 * StoredSettings stored = ParameterStoreSettings.of(ssm, "/shop/forbear").start();
 * stored.await(Duration.ofSeconds(10));
 * ConfigSources sources = ConfigSources.none().entries(stored);
 * RetryRegistry registry = RetryRegistry.builder().build(sources.read());
 * registry.watch(sources);
 * }</pre>
 *
 * <ul>
 *   <li>The store is read when this starts, and then every five minutes or as {@link Builder#refreshEvery} says, each
 *       time after a wait that is drawn from half to one and a half of that: the members of a fleet do not ask
 *       together.
 *   <li>A change is taken when a second reading, {@value #SETTLE_MILLIS} ms later, finds the same: values that belong
 *       together are not taken while they are still being written. Settings that the registry refuses change nothing,
 *       as its watch says.
 *   <li>If the store cannot be read, or holds no settings, what was read last stays; {@link #problem()} and the log say
 *       why, by the name of the place. Until the first reading has worked, it is tried every ten seconds or so.
 *   <li>The retries of these requests are those of a {@link Retry} of its own, which no registry has made; those of the
 *       client are off for them.
 *   <li>The values of secrets are in no message and no log.
 * </ul>
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class StoredSettings implements Supplier<List<List<ConfigEntry>>>, AutoCloseable {
    /*
     * State      found: the content that was taken last; problem: what is wrong with the reading after it.
     * Writers    the one thread of the timer; get and the others only read.
     * Ordering   each field is volatile and written whole; no two of them have to agree.
     */

    /** Milliseconds from the reading that finds a change to the one that makes sure of it: {@value}. */
    public static final long SETTLE_MILLIS = 1000;

    private static final Logger LOG = System.getLogger("io.forbear.retry.aws");
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration UNTIL_FIRST = Duration.ofSeconds(10);

    /** A store that is never at rest is given up for this time. */
    private static final int MOST_READINGS = 5;

    private final String place;
    private final Content.Reader reader;
    private final Duration every;
    private final long settleMillis;
    private final @Nullable Retry ownRetry;
    private final ScheduledExecutorService timer;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile @Nullable Content found;
    private volatile @Nullable String problem;
    private volatile @Nullable Instant lastRead;

    private StoredSettings(Builder builder) {
        this.place = builder.place;
        this.every = builder.every;
        this.settleMillis = builder.settleMillis;
        Retry given = builder.retry;
        this.ownRetry = given == null ? ownRetry(place) : null;
        this.reader = builder.reader.apply(given == null ? Objects.requireNonNull(ownRetry) : given);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "forbear-settings");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static Retry ownRetry(String place) {
        return Retries.named("settings: " + place)
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .deadline(Duration.ofSeconds(30))
                        .classifier(AwsClassifier.services())
                        .build())
                .build();
    }

    /**
     * Returns several stores as one source.
     *
     * @param stores the strongest first: of two that have the same key, the first holds
     * @return what asks each of them
     */
    public static Supplier<List<List<ConfigEntry>>> strongestFirst(StoredSettings... stores) {
        List<StoredSettings> all = List.of(stores);
        return () -> {
            List<List<ConfigEntry>> layers = new ArrayList<>();
            all.forEach(store -> layers.addAll(store.get()));
            return layers;
        };
    }

    /**
     * Returns what was found last. Does not block, and asks nothing.
     *
     * @return one layer of settings
     * @throws IllegalStateException if nothing was read yet; the message has the place and the reason. To {@code
     *     ConfigSources} that is one more error of the settings
     */
    @Override
    public List<List<ConfigEntry>> get() {
        Content now = found;
        if (now == null) {
            String reason = problem;
            throw new IllegalStateException(
                    reason == null ? place + ": nothing (expected: settings that have been read)" : reason);
        }
        return List.of(now.entries());
    }

    /**
     * Waits for the first reading: at the start of a program, before its registry is built.
     *
     * @param atMost how long
     * @return whether settings were read; if not, they are looked for on, and {@link #problem()} says why
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(Duration atMost) throws InterruptedException {
        return first.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Reads the store at once, in the background: for a program that is told of a change, such as by EventBridge.
     *
     * @return completed when it is read, with what is wrong; empty if nothing is. Exceptional only after {@link
     *     #close()}
     */
    public CompletableFuture<Optional<String>> refresh() {
        try {
            return CompletableFuture.runAsync(this::read, timer).thenApply(done -> problem());
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }

    /**
     * Returns why the last reading failed; what was read before it is in force.
     *
     * @return the place and the reason; empty if the last reading worked
     */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * Returns when the store was read last.
     *
     * @return by the clock of the machine; empty if it was never
     */
    public Optional<Instant> lastRead() {
        return Optional.ofNullable(lastRead);
    }

    private void run() {
        try {
            read();
        } finally {
            Duration wait = found == null && UNTIL_FIRST.compareTo(every) < 0 ? UNTIL_FIRST : every;
            schedule(waitMillis(wait, ThreadLocalRandom.current().nextDouble()));
        }
    }

    /**
     * Returns the wait before a reading.
     *
     * @param chance from 0 to 1
     * @return from half to one and a half of the time
     */
    static long waitMillis(Duration every, double chance) {
        return Math.round(every.toMillis() * (0.5 + chance));
    }

    private void schedule(long millis) {
        try {
            timer.schedule(this::run, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // no more readings
        }
    }

    private void read() {
        try {
            Content now = settled();
            if (found == null || !now.isSame(Objects.requireNonNull(found))) {
                found = now;
            }
            lastRead = Instant.now();
            problem = null;
            first.countDown();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    /** Two readings of what has changed, and of pages, must say the same. */
    private Content settled() throws InterruptedException {
        Content known = found;
        Content now = reader.read();
        if (known == null ? now.whole() : now.isSame(known)) {
            return now;
        }
        for (int readings = 1; readings < MOST_READINGS; readings++) {
            Thread.sleep(settleMillis);
            Content next = reader.read();
            if (next.isSame(now)) {
                return next;
            }
            now = next;
        }
        throw new IllegalStateException(place + ": changes all the time (expected: two readings that find the same)");
    }

    private void failed(RuntimeException failure) {
        String reason = String.valueOf(failure.getMessage());
        String message = reason.startsWith(place) ? reason : place + ": " + failure;
        if (!message.equals(problem) && !timer.isShutdown()) {
            LOG.log(Level.WARNING, () -> message + (found == null ? "" : "; what was read before stays in force"));
        }
        problem = message;
    }

    /** Ends the readings. What was found last stays. Idempotent. */
    @Override
    public void close() {
        timer.shutdownNow();
        Retry own = ownRetry;
        if (own != null) {
            own.close();
        }
    }

    @Override
    public String toString() {
        return "StoredSettings(" + place + ")";
    }

    /**
     * Says how a store is read. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String place;
        private final Function<Retry, Content.Reader> reader;
        private Duration every = Duration.ofMinutes(5);
        private long settleMillis = SETTLE_MILLIS;
        private @Nullable Retry retry;

        Builder(String place, Function<Retry, Content.Reader> reader) {
            this.place = place;
            this.reader = reader;
        }

        /**
         * Sets how often the store is read; every five minutes by default.
         *
         * @param value the middle of the waits, from a second to a day
         * @return this
         * @throws IllegalArgumentException if the time is out of range
         */
        public Builder refreshEvery(Duration value) {
            if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "refreshEvery: " + value + " (expected: " + SHORTEST + " to " + LONGEST + ")");
            }
            every = value;
            return this;
        }

        /**
         * Sets the retries of the requests. By default they are a service of its own with four attempts and a deadline
         * of 30 s.
         *
         * @param value with {@code AwsClassifier.services()} as its classifier; not closed here. One that the registry
         *     of these settings has made follows them, and works before they are read
         * @return this
         */
        public Builder retry(Retry value) {
            retry = Objects.requireNonNull(value, "retry");
            return this;
        }

        /** For tests. */
        Builder settleMillis(long value) {
            settleMillis = value;
            return this;
        }

        /**
         * Begins to read, in the background.
         *
         * @return the settings, to be closed
         */
        public StoredSettings start() {
            StoredSettings settings = new StoredSettings(this);
            settings.schedule(0);
            return settings;
        }
    }
}
