package io.forbear.retry.lab;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.sla.Latency;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From the words of {@code plan} to values. Every refusal reads {@code name: value (expected: rule)}. */
final class PlanOptions {

    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(us|ms|s|m)");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)\\s*%");
    private static final Pattern SHARE = Pattern.compile("0?\\.\\d{1,11}|0");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,59}");
    private static final Pattern P50_P99 = Pattern.compile("p50=([^,=]+),\\s*p99=([^,=]+)");
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_SEEDS = 20;
    private static final String LATENCY_RULE = "p50=40ms,p99=300ms, p99 not below p50, or a list of measured times with"
            + " commas between, each above 0, up to 10m";

    private PlanOptions() {}

    static double target(String text) {
        String rule = "a share of the calls above 0 and below 100%, such as 99.95%";
        double share = share("--target", text, rule);
        if (!(share > 0 && share < 1)) {
            throw Options.refused("--target", text, rule, null);
        }
        return share;
    }

    static double errorRate(String text) {
        String rule = "a share of the attempts below 99%, such as 1%";
        double share = share("--error-rate", text, rule);
        if (share > 0.99) {
            throw Options.refused("--error-rate", text, rule, null);
        }
        return share;
    }

    /** A number alone could be either, so it is a share only where it is below 1. */
    private static double share(String option, String text, String rule) {
        Matcher percent = PERCENT.matcher(text.trim());
        if (percent.matches()) {
            return new BigDecimal(percent.group(1)).movePointLeft(2).doubleValue();
        }
        if (SHARE.matcher(text.trim()).matches()) {
            return Double.parseDouble(text.trim());
        }
        throw Options.refused(option, text, rule, null);
    }

    static Duration deadline(String text) {
        String rule = "a time of whole milliseconds up to 10m, such as 2s or 250ms";
        Duration found = time(text);
        if (found == null || found.toMillis() < 1 || found.toNanos() % 1_000_000 != 0) {
            throw Options.refused("--deadline", text, rule, null);
        }
        return found;
    }

    static Latency latency(String text) {
        Matcher both = P50_P99.matcher(text.trim());
        List<Duration> times = new ArrayList<>();
        for (String word : both.matches() ? List.of(both.group(1), both.group(2)) : Options.words(text)) {
            Duration time = time(word);
            if (time == null || time.isZero()) {
                throw Options.refused("--latency", text, LATENCY_RULE, null);
            }
            times.add(time);
        }
        if (!both.matches()) {
            return Latency.of(times);
        }
        if (times.get(1).compareTo(times.get(0)) < 0) {
            throw Options.refused("--latency", text, LATENCY_RULE, null);
        }
        return new Latency(times.get(0), times.get(1));
    }

    private static @Nullable Duration time(String text) {
        Matcher matcher = TIME.matcher(text.trim());
        if (!matcher.matches()) {
            return null;
        }
        int digits =
                switch (matcher.group(2)) {
                    case "us" -> 3;
                    case "ms" -> 6;
                    default -> 9;
                };
        BigDecimal nanos = new BigDecimal(matcher.group(1)).movePointRight(digits);
        Duration found = Duration.ofNanos(nanos.longValue());
        Duration whole = matcher.group(2).equals("m") ? found.multipliedBy(60) : found;
        return whole.compareTo(LONGEST) <= 0 ? whole : null;
    }

    static Criticality criticality(String text) {
        for (Criticality known : Criticality.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(text.trim())) {
                return known;
            }
        }
        String rule = Arrays.stream(Criticality.values())
                .map(known -> known.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "one of ", ""));
        throw Options.refused("--criticality", text, rule, null);
    }

    static FleetShape fleet(String text, String utilisation) {
        List<FleetShape> fleets = new ScenarioOptions(List.of(text), utilisation).shapes();
        if (fleets.size() != 1) {
            throw Options.refused("--utilisation", utilisation, "one share from 0.01 to 1", null);
        }
        return fleets.get(0);
    }

    static String service(String text) {
        if (!SERVICE.matcher(text).matches()) {
            throw Options.refused("--service", text, "a letter, then up to 59 letters, digits, dots and hyphens", null);
        }
        return text;
    }

    static int seeds(String text) {
        return Options.number("--seeds", text, 1, MOST_SEEDS, "a whole number, 1 to " + MOST_SEEDS);
    }
}
