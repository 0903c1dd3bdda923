package io.forbear.retry;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The time, the chance and the threads that services use: clock, random generator, sleeper, executor, scheduler and
 * context capture.
 *
 * <p>{@link #system()} is the runtime of every service that is given none. An application replaces what it must, such
 * as the executor; a test replaces everything, by {@code ManualRuntime} of {@code retry-testkit}:
 *
 * <pre>{@code
 * RetryRuntime runtime = RetryRuntime.builder().executor(pool).build();
 * Retry users = Retries.named("user-service").runtime(runtime).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe; one runtime may serve any number of services.
 *
 * @since 0.1
 */
public final class RetryRuntime {

    private static final RetryRuntime SYSTEM = builder().build();

    private final NanoClock clock;
    private final @Nullable RandomGenerator random;
    private final Sleeper sleeper;
    private final @Nullable Executor executor;
    private final @Nullable ScheduledExecutorService scheduler;
    private final @Nullable ContextCapture context;

    private RetryRuntime(Builder builder) {
        this.clock = builder.clock;
        this.random = builder.random;
        this.sleeper = builder.sleeper;
        this.executor = builder.executor;
        this.scheduler = builder.scheduler;
        this.context = builder.context;
    }

    /**
     * Returns the runtime of the JVM: {@link NanoClock#system()}, the random generator of the current thread, {@link
     * Sleeper#parking()}, the common pool, a timer that all services share, and no context.
     *
     * @return the runtime of {@code builder().build()}
     */
    public static RetryRuntime system() {
        return SYSTEM;
    }

    /**
     * Returns a builder that starts from the runtime of the JVM.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that starts from this runtime.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the clock.
     *
     * @return the only time that services read
     */
    public NanoClock clock() {
        return clock;
    }

    /**
     * Returns the random generator that jitter draws from.
     *
     * @return empty for that of the current thread
     */
    public Optional<RandomGenerator> random() {
        return Optional.ofNullable(random);
    }

    /**
     * Returns how blocking calls wait between attempts.
     *
     * @return the sleeper
     */
    public Sleeper sleeper() {
        return sleeper;
    }

    /**
     * Returns the executor on which asynchronous attempts after the first begin.
     *
     * @return empty for that of the library, see {@link Builder#executor}
     */
    public Optional<Executor> executor() {
        return Optional.ofNullable(executor);
    }

    /**
     * Returns the scheduler that ends the waits of asynchronous calls.
     *
     * @return empty for the timer that all services share, see {@link Builder#scheduler}
     */
    public Optional<ScheduledExecutorService> scheduler() {
        return Optional.ofNullable(scheduler);
    }

    /**
     * Returns the part that carries the context of asynchronous calls.
     *
     * @return empty where no context is carried
     */
    public Optional<ContextCapture> context() {
        return Optional.ofNullable(context);
    }

    @Override
    public String toString() {
        return "RetryRuntime(clock " + clock + ", sleeper " + sleeper + ", executor " + executor + ", scheduler "
                + scheduler + ", context " + context + ")";
    }

    /**
     * Collects the parts of a runtime. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private NanoClock clock = NanoClock.system();
        private @Nullable RandomGenerator random;
        private Sleeper sleeper = Sleeper.parking();
        private @Nullable Executor executor;
        private @Nullable ScheduledExecutorService scheduler;
        private @Nullable ContextCapture context;

        private Builder() {}

        private Builder(RetryRuntime runtime) {
            this.clock = runtime.clock;
            this.random = runtime.random;
            this.sleeper = runtime.sleeper;
            this.executor = runtime.executor;
            this.scheduler = runtime.scheduler;
            this.context = runtime.context;
        }

        /**
         * Sets the clock; {@link NanoClock#system()} by default.
         *
         * @param value the only time that services read
         * @return this
         */
        public Builder clock(NanoClock value) {
            this.clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /**
         * Sets the random generator that jitter draws from; that of the current thread by default.
         *
         * @param value a thread-safe generator
         * @return this
         */
        public Builder random(RandomGenerator value) {
            this.random = Objects.requireNonNull(value, "random");
            return this;
        }

        /**
         * Sets how blocking calls wait between attempts; {@link Sleeper#parking()} by default.
         *
         * @param value the sleeper
         * @return this
         */
        public Builder sleeper(Sleeper value) {
            this.sleeper = Objects.requireNonNull(value, "sleeper");
            return this;
        }

        /**
         * Sets the executor on which asynchronous attempts after the first begin. By default this is the common pool,
         * or a thread for each task where the common pool has fewer than two threads.
         *
         * @param value the executor; the library never shuts it down
         * @return this
         */
        public Builder executor(Executor value) {
            this.executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * Sets the scheduler that ends the waits of asynchronous calls. By default this is one daemon thread, which all
         * services share, which runs no code of the application, and which ends when nothing waits.
         *
         * @param value the scheduler, which should remove cancelled tasks; the library never shuts it down
         * @return this
         */
        public Builder scheduler(ScheduledExecutorService value) {
            this.scheduler = Objects.requireNonNull(value, "scheduler");
            return this;
        }

        /**
         * Sets the part that carries the context of a call to the threads on which its later attempts run; none by
         * default.
         *
         * @param value captures the context on the thread that makes an asynchronous call
         * @return this
         */
        public Builder context(ContextCapture value) {
            this.context = Objects.requireNonNull(value, "context");
            return this;
        }

        /**
         * Makes the runtime. The builder may be used again; that does not change what it has made.
         *
         * @return a new runtime
         */
        public RetryRuntime build() {
            return new RetryRuntime(this);
        }
    }
}
