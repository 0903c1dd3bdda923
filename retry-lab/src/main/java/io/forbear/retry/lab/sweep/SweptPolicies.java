package io.forbear.retry.lab.sweep;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.storm.Policies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;

/** The policies of a sweep: no retries to compare with, then one policy for each value. */
public final class SweptPolicies {

    /** What values are compared with; a value may be named {@code none}. */
    public static final String NO_RETRIES = "no retries";

    private static final String BUDGET = "retrybudget";
    private static final Pattern NO_SHARE = Pattern.compile("0+(\\.0+)?%");
    private static final List<String> PREFIXES = List.of("service." + Policies.SERVICE + ".", "default.");

    private SweptPolicies() {}

    /**
     * Makes the policies.
     *
     * @param knob the key and its values
     * @param base what else is set, as for {@link SimulatedPolicies#own}
     * @return new list; a policy is named as its value
     * @throws IllegalArgumentException if there is no such key, or a value does not suit it; the message names each
     */
    public static List<SimulatedPolicy> of(Knob knob, Properties base) {
        List<SimulatedPolicy> policies = new ArrayList<>();
        SimulatedPolicy none = SimulatedPolicies.standard().get(0);
        policies.add(new SimulatedPolicy(NO_RETRIES, none.description(), none.maker()));
        for (String value : knob.values()) {
            policies.add(policy(knob.key(), value, base));
        }
        return policies;
    }

    private static SimulatedPolicy policy(String key, String value, Properties base) {
        Properties settings = new Properties();
        for (String name : base.stringPropertyNames()) {
            if (!isSame(name, key)) {
                settings.setProperty(name, base.getProperty(name, ""));
            }
        }
        String description = key + "=" + value;
        if (folded(key).equals(BUDGET) && NO_SHARE.matcher(value).matches()) {
            // the text has no word for a budget that successes do not fill; a range may begin there all the same
            return SimulatedPolicies.configured(value, description, settings, SweptPolicies::earnNothing);
        }
        settings.setProperty(key, value);
        return SimulatedPolicies.configured(value, description, settings, builder -> {});
    }

    private static void earnNothing(RetryRegistry.Builder builder) {
        builder.customize(Policies.SERVICE, service -> service.budget(RetryBudgets.earned(0)));
    }

    private static boolean isSame(String written, String key) {
        String plain = written;
        for (String prefix : PREFIXES) {
            if (written.startsWith(prefix)) {
                plain = written.substring(prefix.length());
            }
        }
        return folded(plain).equals(folded(key));
    }

    /** As the registry compares keys. */
    private static String folded(String key) {
        return key.replaceAll("[-_.]", "").toLowerCase(Locale.ROOT);
    }
}
