package io.forbear.retry.core.config;

import io.forbear.retry.error.ErrorCategory;
import java.util.HashMap;
import java.util.Map;

/**
 * What holds where neither a key is written nor the preset has one: the defaults of the parts of the library, for the
 * documentation, and those of the settings for all services together. A test writes each of them, and nothing changes.
 */
final class Usual {

    private static final Map<Key<?>, String> VALUES = new HashMap<>();

    static {
        VALUES.put(Keys.PRESET, "forbear");
        VALUES.put(PolicyKeys.ENABLED, "true");
        for (ErrorCategory category : ErrorCategory.values()) {
            VALUES.put(PolicyKeys.RETRYABLE.of(category), String.valueOf(category.isRetryableByDefault()));
        }
        VALUES.put(PolicyKeys.MAX_PUSHBACK, "1m");
        VALUES.put(PolicyKeys.PUSHBACK_BEYOND, "give-up");
        VALUES.put(PolicyKeys.INTERRUPT_ON_TIMEOUT, "false");
        VALUES.put(PolicyKeys.THROW_FAILED_RESULTS, "false");
        VALUES.put(PolicyKeys.IDEMPOTENT, "true");
        VALUES.put(PolicyKeys.REFUSE_NESTED, "false");
        VALUES.put(BudgetKeys.WINDOW, "10s");
        VALUES.put(BudgetKeys.PER_FAILED_CALL, "0.02");
        VALUES.put(BudgetKeys.BURST, "2");
        VALUES.put(BudgetKeys.RESCUE_CREDIT, "0.7");
        VALUES.put(BudgetKeys.TIMEOUT_COST, "2");
        VALUES.put(BreakerKeys.WINDOW, "2s");
        VALUES.put(BreakerKeys.MINIMUM_CALLS, "20");
        VALUES.put(BreakerKeys.ERROR_RATE, "0.95");
        VALUES.put(BreakerKeys.IN_A_ROW, "4");
        VALUES.put(BreakerKeys.OPEN_FOR, "1s");
        VALUES.put(BreakerKeys.OPEN_FOR_ERRORS, "100ms");
        VALUES.put(BreakerKeys.PROBES, "1");
        VALUES.put(BreakerKeys.PROBE_TIMEOUT, "30s");
        VALUES.put(BreakerKeys.SLOW_START, "2");
        VALUES.put(BreakerKeys.COUNTS, "transient, timeout, server-error, network-error");
        VALUES.put(BreakerKeys.GATE, "none");
        VALUES.put(BreakerKeys.GATE_MIN, "0.5");
        VALUES.put(BreakerKeys.GATE_MAX_WAIT, "1m");
        VALUES.put(CommonKeys.REPLENISHMENT_RATE, "10");
        VALUES.put(CommonKeys.MAX_CLIENTS, "10000");
        VALUES.put(CommonKeys.TOP_CLIENTS, "10");
        VALUES.put(CommonKeys.LOGGING, "off");
    }

    private Usual() {}

    /** Returns the value, empty for none. */
    static String of(Key<?> key) {
        return VALUES.getOrDefault(key, "");
    }
}
