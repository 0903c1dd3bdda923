package io.forbear.retry.core.config;

import java.util.List;
import java.util.Map;

/** The settings for all services together. */
final class CommonKeys {

    static final Key<Integer> MAX_BUDGET = Key.common(
            "max-budget",
            Types.integer(1, Integer.MAX_VALUE),
            "tokens of each client, at least 1. A client has one budget for all services together; calls without a"
                    + " client share one more");

    static final Key<Double> REPLENISHMENT_RATE = Key.common(
            "replenishment-rate",
            new Type<>(
                    "tokens a minute",
                    "0, or a number from 0.001 to 1000000",
                    text -> {
                        double value = Double.parseDouble(text);
                        return value == 0 || value >= 0.001 && value <= 1_000_000 ? value + 0.0 : null;
                    },
                    Types::write),
            "0, or 0.001 to 1000000: how fast the budgets of the clients refill, and a `retry-budget` of tokens; for"
                    + " all services together");

    static final Key<Integer> MAX_CLIENTS = Key.common(
            "max-clients",
            Types.integer(1, Integer.MAX_VALUE),
            "how many clients a service keeps apart, at least 1; for all services together. A reload does not change"
                    + " it");

    static final Key<Integer> TOP_CLIENTS = Key.common(
            "top-clients",
            Types.integer(0, 1000),
            "how many of the clients that fail most are told to operators; for all services together. A reload does"
                    + " not change it");

    static final Key<Logging> LOGGING = Key.common(
            "logging",
            // YAML says true where on is written
            Types.words(
                    "word",
                    Map.of("off", Logging.OFF, "on", Logging.ON, "with-clients", Logging.WITH_CLIENTS),
                    Map.of("false", Logging.OFF, "true", Logging.ON)),
            "`on` writes what stopped and what changed to the log of the JDK; `with-clients` names clients too; for"
                    + " all services together. A reload does not change it");

    static final Key<Types.Levels> CPU_LOAD = level("overload-cpu-load", "the CPU load of this process");

    static final Key<Types.Levels> SYSTEM_CPU_LOAD = level("overload-system-cpu-load", "the CPU load of the machine");

    static final Key<Types.Levels> HEAP_USAGE = level("overload-heap-usage", "the share of the heap in use");

    private CommonKeys() {}

    static List<Key<?>> all() {
        return List.of(
                MAX_BUDGET,
                REPLENISHMENT_RATE,
                MAX_CLIENTS,
                TOP_CLIENTS,
                LOGGING,
                CPU_LOAD,
                SYSTEM_CPU_LOAD,
                HEAP_USAGE);
    }

    private static Key<Types.Levels> level(String text, String what) {
        return Key.common(
                text,
                Types.Levels.TYPE,
                "stops retries while " + what + " is above the first share, until it is below the second (`90%, 80%`);"
                        + " for all services together. A reload does not change it");
    }

    /** The words for logging. */
    enum Logging {
        OFF,
        ON,
        WITH_CLIENTS
    }
}
