package io.forbear.retry.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** What readers call the contenders, in the order of the README's table. */
final class Names {

    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("direct", "the call alone");
        NAMES.put("longAdderIncrement", "the call, counted by a LongAdder");
        NAMES.put("handWrittenLoop", "a loop written by hand");
        NAMES.put("forbearBare", "Forbear, policy only");
        NAMES.put("forbearFull", "Forbear, budget and breaker");
        NAMES.put("forbearFullDeadline", "Forbear, and a deadline");
        NAMES.put("forbearFullClient", "Forbear, one of 100,000 clients");
        NAMES.put("forbearFullMetrics", "Forbear, and Micrometer");
        NAMES.put("forbearFullTraced", "Forbear, and a no-op tracer");
        NAMES.put("resilience4jRetry", "Resilience4j");
        NAMES.put("resilience4jRetryWithoutSleep", "Resilience4j, its sleep(0) taken out");
        NAMES.put("resilience4jRetryAndBreaker", "Resilience4j, breaker");
        NAMES.put("resilience4jRetryAndBreakerWithoutSleep", "Resilience4j, breaker, no sleep(0)");
        NAMES.put("failsafeRetry", "Failsafe");
        NAMES.put("failsafeRetryAndBreaker", "Failsafe, breaker");
        NAMES.put("awsStandard", "AWS SDK, standard strategy");
        NAMES.put("awsStandardWithRoom", "AWS SDK, standard strategy");
        NAMES.put("springCoreRetry", "Spring Framework 7");
        NAMES.put("springRetry", "Spring Retry");
        NAMES.put("gax", "gax");
        NAMES.put("smallrye", "SmallRye Fault Tolerance");
    }

    private Names() {}

    /** Tells whether a reader is shown it; the others are parts of a comparison. */
    static boolean isShown(String contender) {
        return NAMES.containsKey(contender);
    }

    static String of(String contender) {
        return NAMES.getOrDefault(contender, contender);
    }

    static Iterable<String> inOrder() {
        return NAMES.keySet();
    }

    /** Whose it is: ours, a peer's, or a baseline. */
    static String style(String contender) {
        return contender.startsWith("forbear")
                ? "ours"
                : contender.equals("direct")
                                || contender.equals("longAdderIncrement")
                                || contender.equals("handWrittenLoop")
                        ? "base"
                        : "peer";
    }
}
