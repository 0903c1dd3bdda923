package io.forbear.retry.core.tuner;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.ServiceCustomizer;
import io.forbear.retry.core.internal.Notices;
import io.forbear.retry.core.internal.SharedThreads;
import io.forbear.retry.core.internal.Switches;
import io.forbear.retry.core.service.LiveOperations;
import io.forbear.retry.internal.Checks;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the budget ratio, the attempts and the base delay of services inside of bounds, by what their retries bring.
 *
 * <pre>{@code
 * RetryTuner tuner = RetryTuner.builder().apply().build();
 * RetryRegistry registry = RetryRegistry.builder().customize(tuner).build(config);
 * tuner.start(registry);
 * }</pre>
 *
 * <p>At each look it compares the counters of a service with those of the look before. Where the breaker was not
 * closed, or fewer than one of four retries helped, it halves the ratio, takes an attempt away and waits longer; while
 * four of ten retries help, the breaker stays closed and the budget denies retries, it raises the ratio by 5 points. It
 * never raises while a breaker is not closed, nor in the three looks after a cut.
 *
 * <p>Without {@link Builder#apply()} it is a dry run: it tells what it would do next, and does nothing.
 * Every step is an event {@link io.forbear.retry.operations.ServiceEvent.Kind#TUNED} of its service, and so in the log
 * and in meters. Only a budget of {@link io.forbear.retry.core.budget.RetryBudgets#earned()} has a ratio that is moved;
 * one whose ratio is moved starts with a new balance. Where the configuration changes, tuning begins with what it says.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class RetryTuner implements BiConsumer<String, ServiceCustomizer>, AutoCloseable {
    /*
     * State      by service: the configured and the tuned values, the last figures; the latest steps.
     * Writers    looks, one at a time; reloads of the registry, which ask accept; operators. Under the lock of this
     *            object, which is not held while the registry is reloaded: a reload asks accept under its own lock.
     * Ordering   the lock. Calls are not concerned.
     */

    /** The most steps that are kept: {@value}. */
    public static final int STEPS = 100;

    private final TuningBounds bounds;
    private final Duration every;
    private final boolean applies;
    private final Set<String> only;
    private final Map<String, TunedService> services = new HashMap<>();
    private final Deque<TuningStep> steps = new ArrayDeque<>();
    private @Nullable RetryRegistry registry;
    private @Nullable Future<?> next;
    private boolean closed;

    private RetryTuner(Builder builder) {
        this.bounds = builder.bounds;
        this.every = builder.every;
        this.applies = builder.applies;
        this.only = Set.copyOf(builder.only);
    }

    /**
     * Returns a builder.
     *
     * @return a new builder of a dry run for all services, with the usual bounds
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Is asked by the registry for each service. Customizers that come after it see the tuned values.
     *
     * @param service the name of the service
     * @param given what text and earlier customizers say of it
     */
    @Override
    public synchronized void accept(String service, ServiceCustomizer given) {
        if (only.isEmpty() || only.contains(service)) {
            services.computeIfAbsent(service, unknown -> new TunedService()).customize(given, applies && !closed);
        }
    }

    /**
     * Looks at the services of a registry from now on, again and again, on a thread of the library.
     *
     * @param tuned the registry that this is a customizer of
     * @throws IllegalStateException if it was started or closed
     */
    public void start(RetryRegistry tuned) {
        attach(tuned);
        look();
        schedule();
    }

    /**
     * Takes a registry without looking at it by itself: {@link #look()} is called by the program, such as on virtual
     * time.
     *
     * @param tuned the registry that this is a customizer of
     * @throws IllegalStateException if it has a registry, or is closed
     */
    public synchronized void attach(RetryRegistry tuned) {
        Objects.requireNonNull(tuned, "tuned");
        if (registry != null || closed) {
            throw new IllegalStateException("start: called twice or after close (expected: once)");
        }
        registry = tuned;
    }

    /**
     * Looks at every service once, and makes the steps that follow. The first look only notes the figures.
     *
     * @throws IllegalArgumentException if another customizer refuses a changed service; no step is made then
     */
    public void look() {
        RetryRegistry tuned = target();
        if (tuned == null) {
            return;
        }
        Map<ServiceOperations, TuningStep> found = new LinkedHashMap<>();
        for (ServiceOperations service : tuned.operations().services().values()) {
            TuningStep step = look(service);
            if (step != null) {
                found.put(service, step);
            }
        }
        if (applies && !found.isEmpty()) {
            putInForce(tuned, found);
        }
        found.forEach(this::tell);
    }

    private void putInForce(RetryRegistry tuned, Map<ServiceOperations, TuningStep> found) {
        try {
            tuned.reload();
        } catch (RuntimeException | Error refused) {
            synchronized (this) {
                for (TuningStep step : found.values()) {
                    Objects.requireNonNull(services.get(step.service())).takeBack();
                }
            }
            throw refused;
        }
    }

    private synchronized @Nullable RetryRegistry target() {
        return closed ? null : registry;
    }

    private synchronized @Nullable TuningStep look(ServiceOperations service) {
        TunedService known = services.get(service.service());
        TunedValues before = known == null ? null : known.now();
        if (known == null || before == null) {
            return null;
        }
        TuningRule.Change change = known.look(service.snapshot(), bounds);
        if (change == null || !known.take(change, applies)) {
            return null;
        }
        return new TuningStep(service.service(), before.changesTo(change.to()), change.reason(), applies);
    }

    /** Tells of a step that is in force by now: whoever reads of it finds the service changed. */
    private void tell(ServiceOperations service, TuningStep step) {
        synchronized (this) {
            if (steps.size() == STEPS) {
                steps.removeFirst();
            }
            steps.addLast(step);
        }
        if (service instanceof LiveOperations live) {
            live.tuned(step.changes(), step.reason(), step.applied());
        }
    }

    /**
     * Returns the latest steps.
     *
     * @return at most {@value #STEPS}, oldest first; a copy
     */
    public synchronized List<TuningStep> steps() {
        return new ArrayList<>(steps);
    }

    /**
     * Gives a service back what is configured, and leaves it so until {@link #resume}. An event says who and why.
     *
     * @param service the name of the service
     * @param who who does it: one line of at most {@value ServiceOperations#LONGEST_WHO} characters
     * @param why the reason: one line of at most {@value ServiceOperations#LONGEST_WHY} characters
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     */
    public void undo(String service, String who, String why) {
        Switches.who(who);
        Switches.why(why);
        RetryRegistry tuned = target();
        boolean changes;
        synchronized (this) {
            TunedService known = services.get(Objects.requireNonNull(service, "service"));
            changes = known != null && known.leave();
        }
        if (tuned != null) {
            if (changes && applies) {
                tuned.reload();
            }
            tuned.operations().service(service).ifPresent(found -> {
                if (found instanceof LiveOperations live) {
                    live.tuningUndone(who, why);
                }
            });
        }
    }

    /**
     * Tunes a service again, from its configured values on.
     *
     * @param service the name of the service
     */
    public synchronized void resume(String service) {
        TunedService known = services.get(Objects.requireNonNull(service, "service"));
        if (known != null) {
            known.resume();
        }
    }

    private synchronized void schedule() {
        if (!closed) {
            next = SharedThreads.timer().schedule(this::handOver, every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void handOver() {
        try {
            SharedThreads.workersOfOwn().execute(this::lookAndGoOn);
        } catch (Throwable noThread) {
            schedule();
        }
    }

    private void lookAndGoOn() {
        try {
            look();
        } catch (RuntimeException | Error fault) {
            Notices.log(System.Logger.Level.WARNING, "tuner: a look failed and changed nothing: " + fault);
        } finally {
            schedule();
        }
    }

    /** Looks no more, and gives the services back what is configured. Closing again does nothing. */
    @Override
    public void close() {
        RetryRegistry tuned;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            tuned = registry;
            Future<?> pending = next;
            if (pending != null) {
                pending.cancel(false);
            }
        }
        if (tuned != null && applies) {
            tuned.reload();
        }
    }

    /**
     * Collects the settings of a tuner. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofHours(1);

        private TuningBounds bounds = TuningBounds.standard();
        private Duration every = Duration.ofSeconds(30);
        private boolean applies;
        private final Set<String> only = new HashSet<>();

        private Builder() {}

        /**
         * Sets how far settings may be moved; {@link TuningBounds#standard()} by default.
         *
         * @param value the bounds
         * @return this
         */
        public Builder bounds(TuningBounds value) {
            this.bounds = Objects.requireNonNull(value, "bounds");
            return this;
        }

        /**
         * Sets the time between two looks; 30 s by default. A service should have some hundred calls in it.
         *
         * @param value from 1 s to 1 h
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder every(Duration value) {
            Objects.requireNonNull(value, "every");
            Checks.check(
                    value.compareTo(SHORTEST) >= 0 && value.compareTo(LONGEST) <= 0,
                    "every",
                    value,
                    "from PT1S to PT1H");
            this.every = value;
            return this;
        }

        /**
         * Tunes this service, and no other that is not named too; all of the registry by default.
         *
         * @param name the name of the service
         * @return this
         */
        public Builder service(String name) {
            only.add(Objects.requireNonNull(name, "service"));
            return this;
        }

        /**
         * Makes the steps; without this they are only told.
         *
         * @return this
         */
        public Builder apply() {
            this.applies = true;
            return this;
        }

        /**
         * Makes the tuner.
         *
         * @return a new tuner, to be given to one registry
         */
        public RetryTuner build() {
            return new RetryTuner(this);
        }
    }
}
