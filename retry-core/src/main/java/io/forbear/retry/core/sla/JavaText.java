package io.forbear.retry.core.sla;

import io.forbear.retry.Criticality;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A Java class with a method for each part; it needs retry-api and retry-core. */
final class JavaText {

    private JavaText() {}

    /** Returns the name of the class. */
    static String className(SlaPolicy plan) {
        return Arrays.stream(plan.target().service().split("[^A-Za-z0-9]+"))
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                        .collect(Collectors.joining())
                + "Retry";
    }

    /** Returns the source. */
    static String of(SlaPolicy plan) {
        boolean isNormal = plan.target().criticality() == Criticality.NORMAL;
        String backoff = plan.hasUsualBackoff()
                ? ""
                : ".backoff(Backoff.exponential(" + time(plan.firstBackoff())
                        + ", Duration.ofSeconds(20)).jitter(Jitter.equal()))\n                ";
        return """
                %simport io.forbear.retry.Retry;
                import io.forbear.retry.RetryPolicy;
                import io.forbear.retry.core.Retries;
                import io.forbear.retry.core.breaker.CircuitBreakers;
                import io.forbear.retry.core.budget.EarnedSpec;
                import io.forbear.retry.core.budget.RetryBudgets;
                import java.time.Duration;

                /** %s */
                public final class %s {

                    private %s() {}

                    public static RetryPolicy policy() {
                        return RetryPolicy.builder()
                                .maxAttempts(%s)
                                %s.attemptTimeout(%s)
                                .deadline(%s)
                                .build();
                    }

                    public static EarnedSpec budget() {
                        return RetryBudgets.earned(%s);
                    }

                    public static Retry retry() {
                        return Retries.named("%s")
                                .policy(policy())
                                .budget(budget())
                                .circuitBreaker(CircuitBreakers.standard())
                                .build()%s;
                    }
                }
                """.formatted(
                        imports(plan, isNormal),
                        comment(plan),
                        className(plan),
                        className(plan),
                        plan.attempts(),
                        backoff,
                        time(plan.attemptTimeout()),
                        time(plan.target().deadline()),
                        Figures.plain(plan.budgetRatio()),
                        plan.target().service(),
                        isNormal
                                ? ""
                                : "\n                .with(CallOptions.defaults().criticality(Criticality."
                                        + plan.target().criticality() + "))");
    }

    private static String imports(SlaPolicy plan, boolean isNormal) {
        return (plan.hasUsualBackoff() ? "" : "import io.forbear.retry.Backoff;\n")
                + (isNormal ? "" : "import io.forbear.retry.CallOptions;\nimport io.forbear.retry.Criticality;\n")
                + (plan.hasUsualBackoff() ? "" : "import io.forbear.retry.Jitter;\n");
    }

    private static String comment(SlaPolicy plan) {
        return Figures.percent(plan.target().availability()) + " % of the calls within "
                + Figures.time(plan.target().deadline()) + ", where "
                + Figures.percent(plan.target().errorRate())
                + " % of the attempts fail; made by SlaPolicy.";
    }

    private static String time(Duration time) {
        return time.toNanos() % 1_000_000 == 0
                ? "Duration.ofMillis(" + time.toMillis() + ")"
                : "Duration.ofNanos(" + time.toNanos() + "L)";
    }
}
