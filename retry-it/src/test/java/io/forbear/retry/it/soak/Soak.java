package io.forbear.retry.it.soak;

import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The command behind {@code bin/soak}: random services, calls and faults until the time is over. After each round the
 * books must balance.
 *
 * <p>A round has a seed of its own, which decides all of it. Most rounds run on virtual time and one thread, so that
 * the same seed gives the same round; one in {@value #REAL_EVERY} runs on real threads, where it gives the same calls
 * in another order.
 */
final class Soak {

    private static final int REAL_EVERY = 20;
    private static final int THREADS = 4;
    private static final int CALLS_OF_A_ROUND = 200;
    private static final int SHARE_MINIMUM = 3;
    private static final long HANG_MINUTES = 2;
    private static final String USAGE = """
            bin/soak MINUTES [SEED] [--round SEED] [--without PART[,PART]...]
              MINUTES   how long; 0 with --round
              SEED      of all rounds; a random one where none is given
              --round   runs the one round of this seed, and no other
              --without parts that never throw, or calls that are never made: %s
            """;

    /** What a round may do beside calls; to be switched off as faults are. */
    private enum Doing {
        CANCEL,
        CLOSE,
        RELOAD,
        FORCE,
        CLIENT,
        OPTIONS,
        REAL,
        ERRORS;

        String option() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Set<String> without;
    private final LogFaults log;
    private final Map<Shell, Long> callsOf = new java.util.EnumMap<>(Shell.class);
    private long calls;
    private long attempts;
    private long thrown;
    private long rounds;

    private Soak(Set<String> without, LogFaults log) {
        this.without = without;
        this.log = log;
    }

    /**
     * Runs.
     *
     * @param args see the usage; exit 0 where all balanced, 1 where something did not, 2 where the arguments are wrong
     */
    public static void main(String[] args) throws Exception {
        long minutes;
        long seed = ThreadLocalRandom.current().nextLong() >>> 16;
        Long round = null;
        Set<String> without = new LinkedHashSet<>();
        try {
            minutes = Long.parseLong(args[0]);
            for (int i = 1; i < args.length; i++) {
                switch (args[i]) {
                    case "--round" -> round = Long.parseLong(args[++i]);
                    case "--without" -> without.addAll(List.of(args[++i].split(",")));
                    default -> seed = Long.parseLong(args[i]);
                }
            }
            if (!parts().containsAll(without)) {
                throw new IllegalArgumentException("--without: " + without + " (expected: some of " + parts() + ")");
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
            System.err.println("soak: " + wrong.getMessage());
            System.err.printf(USAGE, String.join(", ", parts()));
            System.exit(2);
            return;
        }
        int status;
        try (LogFaults log = new LogFaults()) {
            Soak soak = new Soak(without, log);
            status = round == null ? soak.runs(minutes, seed) : soak.again(round);
        }
        System.exit(status);
    }

    private static Set<String> parts() {
        Set<String> parts = new LinkedHashSet<>();
        for (Point point : Point.values()) {
            parts.add(point.part());
        }
        for (Doing doing : Doing.values()) {
            parts.add(doing.option());
        }
        return parts;
    }

    private boolean does(Doing doing) {
        return !without.contains(doing.option());
    }

    // ---- rounds

    private int runs(long minutes, long seed) throws Exception {
        System.out.println(
                "soak: " + minutes + " min, seed " + seed + (without.isEmpty() ? "" : ", without " + without));
        long begun = System.nanoTime();
        long end = begun + TimeUnit.MINUTES.toNanos(minutes);
        long told = begun;
        SplittableRandom seeds = new SplittableRandom(seed);
        boolean right = true;
        while (right && System.nanoTime() - end < 0) {
            right = one(seeds.nextLong() >>> 16);
            if (System.nanoTime() - told > TimeUnit.SECONDS.toNanos(30)) {
                told = System.nanoTime();
                System.out.println("soak: " + (told - begun) / 1_000_000_000 + " s, " + counts());
            }
        }
        System.out.println((right ? "PASS " : "FAIL ") + counts() + ", seed " + seed);
        return right ? 0 : 1;
    }

    private int again(long round) throws Exception {
        boolean right = one(round);
        System.out.println((right ? "PASS " : "FAIL ") + counts());
        return right ? 0 : 1;
    }

    private String counts() {
        return rounds + " rounds, " + calls + " calls " + callsOf + ", " + attempts + " attempts, " + thrown
                + " faults";
    }

    private boolean one(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int kind = random.nextInt(REAL_EVERY);
        List<String> wrong;
        String name;
        if (kind == 0 && does(Doing.REAL)) {
            name = "real time";
            wrong = realRound(random);
        } else if (kind == 1 && does(Doing.RELOAD)) {
            name = "a registry that is reloaded";
            wrong = registryRound(random);
        } else {
            name = "virtual time";
            wrong = virtualRound(random);
        }
        rounds++;
        if (wrong.isEmpty()) {
            return true;
        }
        System.out.println("soak: " + name + ", round " + seed + ":");
        wrong.stream().distinct().limit(10).forEach(line -> System.out.println("  " + line));
        System.out.println("soak: again: bin/soak 0 --round " + seed
                + (without.isEmpty() ? "" : " --without " + String.join(",", without)));
        return false;
    }

    /** A few points, each armed for some of its hits; none in one round of five. */
    private Faults faults(SplittableRandom random, boolean threads) {
        Set<Point> armed = EnumSet.noneOf(Point.class);
        Point[] points = Point.values();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Point point = points[random.nextInt(points.length)];
            if (!without.contains(point.part())) {
                armed.add(point);
            }
        }
        boolean error = does(Doing.ERRORS) && random.nextInt(4) == 0;
        int share = 1 + random.nextInt(4);
        SplittableRandom own = random.split();
        Faults faults = new Faults(
                point -> armed.contains(point)
                        && (threads ? ThreadLocalRandom.current().nextInt(share) : own.nextInt(share)) == 0,
                point -> error);
        log.faults = faults;
        return faults;
    }

    private void books(Rig rig) {
        calls += rig.tally.calls.get();
        attempts += rig.tally.attempts.get();
        for (Point point : Point.values()) {
            thrown += rig.faults.thrownAt(point);
        }
    }

    private static RetryBudget.Spec budget(SplittableRandom random) {
        return switch (random.nextInt(9)) {
            case 0 -> RetryBudgets.tokenBucket(1 + random.nextInt(50)).refill(5, Duration.ofSeconds(1));
            case 1 -> RetryBudgets.ratio(0.05 + random.nextDouble(0.5));
            case 2 -> RetryBudgets.awsQuota();
            case 3 -> RetryBudgets.grpcThrottle(10, 0.1);
            case 4 -> RetryBudgets.adaptiveThrottle();
            case 5 -> RetryBudgets.none();
            case 6 -> RetryBudgets.unlimited();
            case 7 -> RetryBudgets.allOf(RetryBudgets.ratio(), RetryBudgets.tokenBucket(30));
            default -> share();
        };
    }

    private static RetryBudget.Spec share() {
        return RetryBudgets.concurrencyShare(0.5, SHARE_MINIMUM);
    }

    private static CircuitBreaker.Spec breaker(SplittableRandom random, List<CircuitBreaker> made) {
        CircuitBreaker.Spec spec =
                switch (random.nextInt(4)) {
                    case 0 ->
                        CircuitBreakers.failureRate(0.3 + random.nextDouble(0.6))
                                .minimumCalls(5)
                                .window(Duration.ofSeconds(1));
                    case 1 ->
                        CircuitBreakers.failureRate(0.5)
                                .window(10 + random.nextInt(40))
                                .minimumCalls(5)
                                .openFor(Duration.ofMillis(20));
                    case 2 ->
                        CircuitBreakers.consecutiveFailures(3 + random.nextInt(10))
                                .openFor(Duration.ofMillis(5));
                    default -> CircuitBreakers.never();
                };
        return (name, clock) -> {
            CircuitBreaker breaker = spec.create(name, clock);
            made.add(breaker);
            return breaker;
        };
    }

    private static void force(SplittableRandom random, CircuitBreaker breaker) {
        switch (random.nextInt(5)) {
            case 0 -> breaker.forceOpen();
            case 1 -> breaker.disable();
            case 2 -> breaker.metricsOnly();
            case 3 -> breaker.open();
            default -> breaker.reset();
        }
    }

    private Retry view(Retry retry, SplittableRandom random) {
        Retry view = retry;
        if (does(Doing.CLIENT) && random.nextInt(3) == 0) {
            view = view.forClient("client-" + random.nextInt(50));
        }
        if (does(Doing.OPTIONS) && random.nextInt(3) == 0) {
            CallOptions options = CallOptions.defaults().deadline(Duration.ofMillis(1 + random.nextInt(20)));
            view = view.with(random.nextBoolean() ? options.nonIdempotent() : options);
        }
        return view;
    }

    // ---- virtual time

    private List<String> virtualRound(SplittableRandom random) {
        Faults faults = faults(random, false);
        List<CircuitBreaker> breakers = new ArrayList<>();
        boolean own = random.nextBoolean();
        RetryBudget.Spec budget = budget(random);
        CircuitBreaker.Spec breaker = breaker(random, breakers);
        RetryBudget[] kept = new RetryBudget[1];
        VirtualRig virtual = new VirtualRig(
                faults,
                random.nextLong(),
                (of, around) -> own
                        ? Rig.ofOwnParts(of, around)
                        : Rig.ofTheLibrarysParts(of, around, clock -> kept[0] = budget.create(clock), breaker));
        List<String> wrong = new ArrayList<>();
        try {
            for (int i = 0; i < CALLS_OF_A_ROUND; i++) {
                Shell shell = Shell.values()[random.nextInt(Shell.values().length)];
                callsOf.merge(shell, 1L, Long::sum);
                int failures = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0;
                boolean cancel = does(Doing.CANCEL) && random.nextInt(10) == 0;
                virtual.call(shell, view(virtual.rig.retry, random), failures, random.nextInt(4) == 0, cancel);
                if (random.nextInt(20) == 0) {
                    virtual.passMillis(random.nextInt(2_000));
                }
                if (does(Doing.FORCE) && !breakers.isEmpty() && random.nextInt(50) == 0) {
                    force(random, breakers.get(0));
                }
                if (does(Doing.CLOSE) && random.nextInt(300) == 0) {
                    virtual.rig.retry.close(); // a closed service that is held goes on as before
                }
            }
            wrong.addAll(virtual.violations());
            if (!own && kept[0] != null && isShare(kept[0])) {
                quiet(kept[0], wrong);
            }
        } catch (RuntimeException | Error failure) {
            wrong.add("thrown beside a call: " + failure);
        }
        books(virtual.rig);
        return wrong;
    }

    private static boolean isShare(RetryBudget budget) {
        return budget.getClass().getSimpleName().equals("ConcurrencyShareBudget");
    }

    private static void quiet(RetryBudget share, List<String> wrong) {
        if (share.balance() != SHARE_MINIMUM * RetryBudget.TOKEN) {
            wrong.add("concurrency share: balance " + share.balance() + " with no call under way (expected: "
                    + SHARE_MINIMUM * RetryBudget.TOKEN + ")");
        }
    }

    // ---- a registry whose settings change under its calls

    private List<String> registryRound(SplittableRandom random) throws Exception {
        List<String> wrong = new ArrayList<>();
        io.forbear.retry.testkit.ManualClock clock = new io.forbear.retry.testkit.ManualClock();
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(r -> r.clock(clock)
                        .sleeper(new io.forbear.retry.testkit.ManualSleeper(clock))
                        .random(random.split()))
                .build(RetryConfig.of(settings(random)));
        long made = 0;
        long succeeded = 0;
        long tried = 0;
        for (int i = 0; i < CALLS_OF_A_ROUND; i++) {
            if (random.nextInt(20) == 0) {
                registry.reload(RetryConfig.of(settings(random)));
            }
            boolean fails = random.nextInt(3) == 0;
            made++;
            long[] attempt = {0};
            try {
                view(registry.get("users"), random).call(() -> {
                    attempt[0]++;
                    if (fails) {
                        throw new java.io.IOException("down");
                    }
                    return Rig.OK;
                });
                succeeded++;
            } catch (java.io.IOException | io.forbear.retry.CircuitOpenException expected) {
                // counted as a stop
            }
            tried += attempt[0];
        }
        RetrySnapshot snapshot = registry.get("users").snapshot();
        long stopped =
                Arrays.stream(StopReason.values()).mapToLong(snapshot::stopped).sum();
        if (snapshot.calls() != made
                || snapshot.successes() != succeeded
                || snapshot.attempts() != tried
                || snapshot.successes() + stopped != made) {
            wrong.add("registry: calls " + snapshot.calls() + ", succeeded " + snapshot.successes() + ", stopped "
                    + stopped + ", attempts " + snapshot.attempts() + " (expected: calls " + made + ", succeeded "
                    + succeeded + ", attempts " + tried + ")");
        }
        registry.close();
        calls += made;
        attempts += tried;
        return wrong;
    }

    private static java.util.Properties settings(SplittableRandom random) {
        java.util.Properties settings = new java.util.Properties();
        settings.setProperty("max-attempts", "" + (1 + random.nextInt(4)));
        settings.setProperty("circuit-breaker", random.nextBoolean() ? "on" : "off");
        settings.setProperty("retry-budget", random.nextBoolean() ? "0.2" : "50");
        settings.setProperty("replenishment-rate", "" + (1 + random.nextInt(100)));
        return settings;
    }

    // ---- real time

    private List<String> realRound(SplittableRandom random) throws Exception {
        Faults faults = faults(random, true);
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, Soak::daemon);
        scheduler.setRemoveOnCancelPolicy(true);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS, Soak::daemon);
        ExecutorService callers = Executors.newFixedThreadPool(THREADS, Soak::daemon);
        List<CircuitBreaker> breakers = new java.util.concurrent.CopyOnWriteArrayList<>();
        try {
            RetryBudget[] kept = new RetryBudget[1];
            boolean own = random.nextBoolean();
            RetryBudget.Spec budget = random.nextBoolean() ? share() : budget(random);
            CircuitBreaker.Spec breaker = breaker(random, breakers);
            Rig.Surroundings around = new Rig.Surroundings(
                    NanoClock.system(), Soak::sleep, executor, scheduler, () -> ThreadLocalRandom.current()
                            .nextLong());
            Rig rig = own
                    ? Rig.ofOwnParts(faults, around)
                    : Rig.ofTheLibrarysParts(faults, around, clock -> kept[0] = budget.create(clock), breaker);
            List<Future<List<String>>> ends = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom own1 = random.split();
                ends.add(callers.submit(() -> realCalls(rig, own1, breakers)));
            }
            List<String> wrong = new ArrayList<>();
            for (Future<List<String>> end : ends) {
                wrong.addAll(end.get(HANG_MINUTES, TimeUnit.MINUTES));
            }
            settles(() -> rig.violations().isEmpty() && scheduler.getQueue().isEmpty());
            wrong.addAll(rig.violations());
            if (!scheduler.getQueue().isEmpty()) {
                wrong.add("timers left: " + scheduler.getQueue().size());
            }
            if (!own && kept[0] != null && isShare(kept[0])) {
                quiet(kept[0], wrong);
            }
            for (int i = 0; i < THREADS; i++) {
                int attempt = executor.submit(Retries::currentAttempt).get(HANG_MINUTES, TimeUnit.MINUTES);
                if (attempt != 1) {
                    wrong.add("a thread of the executor marked as attempt " + attempt);
                }
            }
            books(rig);
            return wrong;
        } finally {
            callers.shutdownNow();
            executor.shutdownNow();
            scheduler.shutdownNow();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "soak");
        thread.setDaemon(true);
        return thread;
    }

    private static void sleep(long nanos) throws InterruptedException {
        LockSupport.parkNanos(Math.min(nanos, 1_000_000));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** What a cancelled call still settles on another thread comes a moment later; only a leak takes this long. */
    private static void settles(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<String> realCalls(Rig rig, SplittableRandom random, List<CircuitBreaker> breakers) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < CALLS_OF_A_ROUND; i++) {
            Shell shell = Shell.values()[random.nextInt(Shell.values().length)];
            Shell.Script script =
                    new Shell.Script(rig, random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0, random.nextInt(4) == 0);
            boolean cancel = does(Doing.CANCEL) && random.nextInt(10) == 0;
            if (does(Doing.FORCE) && !breakers.isEmpty() && random.nextInt(50) == 0) {
                force(random, breakers.get(0));
            }
            rig.tally.calls.incrementAndGet();
            String what;
            try {
                CompletableFuture<String> end = shell.make(rig, view(rig.retry, random), script, Soak::sleep);
                if (cancel) {
                    end.cancel(true);
                }
                what = end.handle(script::ended).get(HANG_MINUTES, TimeUnit.MINUTES);
            } catch (TimeoutException hang) {
                what = "a future that never ends";
            } catch (Throwable failure) {
                what = shell == Shell.ASYNC || shell == Shell.BATCH_ASYNC
                        ? "thrown in place of a future: " + failure
                        : script.ended(null, failure);
            }
            if (!what.isEmpty()) {
                wrong.add(what);
            }
            if (Retries.currentAttempt() != 1) {
                wrong.add("a thread marked as attempt " + Retries.currentAttempt());
            }
            if (Thread.interrupted()) {
                wrong.add("a flag of an interrupt that nobody sent");
            }
        }
        return wrong;
    }
}
