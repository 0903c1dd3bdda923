package io.forbear.retry.it.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A kind of trouble that the lab makes, and the alerts that are for it. The fault lasts from second 40 to second 70;
 * until second 20 the program warms up, which nobody looks at.
 *
 * @param name as tables show it
 * @param title what happens
 * @param policy which policy of the lab the clients follow
 * @param yaml the lines of the lab's scenario
 * @param expected the alerts that fire
 */
record AlertScenario(String name, String title, String policy, String yaml, Set<String> expected) {

    static final int WARM = 20;
    static final int FAULT = 40;
    private static final String JUDGE = "judge: {from: 40s, to: 70s, end: 80s}\n";
    private static final String FAST = "ForbearCallsLostFast";
    private static final String LOST = "ForbearCallsLost";
    private static final String REFUSED = "ForbearCallsRefused";
    private static final String OPEN = "ForbearBreakersOpen";
    private static final String DENIES = "ForbearBudgetDenies";
    private static final String WASTED = "ForbearRetriesWasted";

    static final List<AlertScenario> OF_THE_LAB = List.of(
            of("healthy", "all is well", "default", ""),
            of("transient", "2 % of the requests fail", "default", fault("kind: errors, value: 2%")),
            of(
                    "brown-out",
                    "one replica of three answers errors",
                    "default",
                    "replicas: 3\n" + fault("kind: errors, replicas: 34%")),
            of("outage", "every request is answered 503", "default", fault("kind: errors"), FAST, LOST, REFUSED, OPEN),
            of("hang", "no request is answered", "default", fault("kind: silent"), FAST, LOST, REFUSED, OPEN, DENIES),
            of(
                    "overload",
                    "1.5 times as many calls as the service can do",
                    "default",
                    fault("kind: demand, value: 1.5 of capacity"),
                    FAST,
                    LOST,
                    REFUSED,
                    OPEN,
                    DENIES),
            of(
                    "no budget",
                    "an outage, and a policy without a budget and a breaker",
                    "jitter",
                    fault("kind: errors"),
                    FAST,
                    LOST,
                    WASTED,
                    "ForbearAmplification"));

    private static AlertScenario of(String name, String title, String policy, String yaml, String... expected) {
        return new AlertScenario(name, title, policy, yaml, new TreeSet<>(Arrays.asList(expected)));
    }

    private static String fault(String what) {
        return "faults:\n  - {" + what + ", from: 40s, to: 70s}\n";
    }

    /** What the series call their service. */
    String service() {
        return name.replace(' ', '-');
    }

    /** The file of the lab. */
    String file() {
        return "name: " + service() + "\ntitle: " + title + "\n" + JUDGE + yaml;
    }
}
