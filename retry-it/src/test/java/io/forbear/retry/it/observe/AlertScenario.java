package io.forbear.retry.it.observe;

import java.util.List;
import java.util.Set;

/**
 * A kind of trouble that the lab makes, and the alerts that are for it. The fault lasts from second 40 to second 70;
 * until second 20 the program warms up, which nobody looks at.
 *
 * @param name as tables show it
 * @param title what happens
 * @param policy which policy of the lab the clients follow
 * @param yaml the lines of the lab's scenario
 * @param expected the alerts that fire
 * @param allowed those that may fire too: what they ask for is near their limit here
 */
record AlertScenario(String name, String title, String policy, String yaml, Set<String> expected, Set<String> allowed) {

    static final int WARM = 20;
    static final int FAULT = 40;
    private static final String JUDGE = "judge: {from: 40s, to: 70s, end: 80s}\n";
    private static final Set<String> NONE = Set.of();
    private static final String FAST = "ForbearCallsLostFast";
    private static final String LOST = "ForbearCallsLost";
    private static final String REFUSED = "ForbearCallsRefused";
    private static final String OPEN = "ForbearBreakersOpen";
    private static final String DENIES = "ForbearBudgetDenies";
    private static final String WASTED = "ForbearRetriesWasted";

    static final List<AlertScenario> OF_THE_LAB = List.of(
            of("healthy", "all is well", "default", "", NONE, NONE),
            of("transient", "2 % of the requests fail", "default", fault("kind: errors, value: 2%"), NONE, NONE),
            of(
                    "brown-out",
                    "one replica of three answers errors, and there is room for retries",
                    "default",
                    "replicas: 3\nutilisation: 40%\n" + fault("kind: errors, replicas: 34%"),
                    NONE,
                    Set.of(DENIES)),
            of(
                    "outage",
                    "every request is answered 503",
                    "default",
                    fault("kind: errors"),
                    Set.of(FAST, LOST, REFUSED, OPEN, DENIES, WASTED),
                    NONE),
            of(
                    "hang",
                    "no request is answered",
                    "default",
                    fault("kind: silent"),
                    Set.of(FAST, LOST, REFUSED, OPEN, DENIES, WASTED),
                    NONE),
            of(
                    "overload",
                    "1.5 times as many calls as the service can do",
                    "default",
                    fault("kind: demand, value: 1.5 of capacity"),
                    Set.of(FAST, LOST, REFUSED, OPEN, DENIES),
                    Set.of(WASTED)),
            of(
                    "no budget",
                    "an outage, and a policy without a budget and a breaker",
                    "jitter",
                    fault("kind: errors"),
                    Set.of(FAST, LOST, WASTED, "ForbearAmplification"),
                    NONE));

    private static AlertScenario of(
            String name, String title, String policy, String yaml, Set<String> expected, Set<String> allowed) {
        return new AlertScenario(name, title, policy, yaml, expected, allowed);
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
