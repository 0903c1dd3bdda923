package io.forbear.retry.benchmarks.contender;

import java.util.function.Supplier;

/** Every contender under the name that the results give it. */
@SuppressWarnings("checkstyle:ConstantName")
public enum Contender {
    /** The call alone. */
    direct(Baselines::direct),
    /** The call, counted. */
    longAdderIncrement(Baselines::longAdderIncrement),
    /** The call and one reading of the clock. */
    nanoTime(Baselines::nanoTime),
    /** The call and one look into a map, at the ids of {@link #forbearFullClient}. */
    concurrentHashMapGet(Baselines::concurrentHashMapGet),
    /** The same, and counted. */
    concurrentHashMapGetAndCount(Baselines::concurrentHashMapGetAndCount),
    /** Three attempts in a loop, and nothing else: the least that a retried call can cost. */
    handWrittenLoop(Baselines::handWrittenLoop),
    /** A policy, no budget, no breaker. */
    forbearBare(Forbear::bare),
    /** A policy and a ratio budget. */
    forbearBudget(Forbear::budget),
    /** A policy and a breaker. */
    forbearBreaker(Forbear::breaker),
    /** A policy, a ratio budget, a breaker, counters. */
    forbearFull(Forbear::fullLibrary),
    /** The same with a token bucket for a budget. */
    forbearFullBucket(Forbear::fullBucket),
    /** The same as {@link #forbearFull} with a deadline for each call. */
    forbearFullDeadline(Forbear::fullDeadline),
    /** The same as {@link #forbearFull} for one of many clients. */
    forbearFullClient(Forbear::fullClient),
    /** The same as {@link #forbearFull} with its counters shown as Micrometer's meters. */
    forbearFullMetrics(Forbear::fullMetrics),
    /** The same as {@link #forbearFull} with tracing set up, and an OpenTelemetry that records nothing. */
    forbearFullTraced(Forbear::fullTraced),
    /** See {@link Resilience4j}. */
    resilience4jRetry(Resilience4j::retryOnly),
    /** See {@link Resilience4j}. */
    resilience4jRetryAndBreaker(Resilience4j::retryAndBreaker),
    /** See {@link Resilience4j}. */
    resilience4jRetryWithoutSleep(Resilience4j::retryWithoutSleep),
    /** See {@link Resilience4j}. */
    resilience4jRetryAndBreakerWithoutSleep(Resilience4j::retryAndBreakerWithoutSleep),
    /** See {@link FailsafeLibrary}. */
    failsafeRetry(FailsafeLibrary::retry),
    /** See {@link FailsafeLibrary}. */
    failsafeRetryAndBreaker(FailsafeLibrary::retryAndBreaker),
    /** See {@link AwsStandard}. */
    awsStandard(AwsStandard::standard),
    /** See {@link AwsStandard}. */
    awsStandardWithRoom(AwsStandard::standardWithRoom),
    /** See {@link Spring}. */
    springCoreRetry(Spring::core),
    /** See {@link Spring}. */
    springRetry(Spring::retry),
    /** See {@link Gax}. */
    gax(Gax::direct),
    /** See {@link SmallRye}. */
    smallrye(SmallRye::guard);

    private final Supplier<Library> maker;

    Contender(Supplier<Library> maker) {
        this.maker = maker;
    }

    /** Tells whether this only shows what a call costs at least. */
    public boolean isBaseline() {
        return ordinal() <= concurrentHashMapGetAndCount.ordinal();
    }

    /**
     * Sets the library up and makes sure that it retries.
     *
     * @return the library
     */
    public Library make() {
        Library library = maker.get();
        if (!isBaseline()) {
            Checks.retriesTwice(name(), library);
        }
        return library;
    }
}
