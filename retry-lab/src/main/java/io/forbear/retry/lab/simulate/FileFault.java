package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.simulate.Fault.Kind;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fault as a file says it, for any fleet; with {@code repeat} several of them.
 *
 * @param kind what is wrong
 * @param fromNanos when it begins for the first time
 * @param toNanos when it is over for the first time
 * @param value how much
 * @param endValue how much at its end
 * @param replicas the share of the replicas
 * @param calls the share of the calls
 * @param everyNanos from one beginning to the next
 * @param times how often
 */
record FileFault(
        Kind kind,
        long fromNanos,
        long toNanos,
        Amount value,
        Amount endValue,
        double replicas,
        double calls,
        long everyNanos,
        int times) {

    private static final String VALUE = "value";
    private static final String END_VALUE = "end-value";
    private static final Set<Kind> GRADUAL = EnumSet.of(Kind.ERRORS, Kind.FAILURES, Kind.LOST, Kind.SLOW, Kind.DEMAND);
    private static final double MOST_SLOW = 1000;
    private static final double MOST_RATE = 1_000_000;
    private static final double MOST_DEMAND = 100;
    private static final int MOST_TIMES = 1000;

    private static final Map<String, Kind> BY_TEXT = new LinkedHashMap<>();

    static {
        for (Kind kind : Kind.values()) {
            BY_TEXT.put(text(kind), kind);
        }
    }

    private static final String KINDS = "one of " + String.join(", ", BY_TEXT.keySet());

    /** Reads one; {@code null} where its kind is not known. */
    static @Nullable FileFault read(YamlMap file) {
        file.required("kind", KINDS);
        Kind kind = BY_TEXT.get(file.read("kind", "", KINDS, text -> BY_TEXT.containsKey(text) ? text : null));
        file.required("from", "a time");
        file.required("to", "a time");
        long from = file.time("from", 0, 0, ScenarioReader.LONGEST);
        long to = file.time("to", ScenarioReader.LONGEST, 0, ScenarioReader.LONGEST);
        if (file.has("from") && file.has("to") && to <= from) {
            file.wrong("to", "a time after from");
        }
        Amount value = kind == null ? Amount.NONE : value(file, kind, VALUE);
        Amount endValue = value;
        if (kind == null) {
            file.skip(VALUE);
            file.skip(END_VALUE);
        } else if (GRADUAL.contains(kind) && file.has(END_VALUE)) {
            file.required(VALUE, "together with end-value");
            endValue = value(file, kind, END_VALUE);
        }
        double replicas = file.share("replicas", 1, 1);
        double calls = file.share("calls", 1, 1);
        if (kind != null) {
            checkPart(file, kind);
        }
        long every = 0;
        int times = 1;
        YamlMap repeat = file.map("repeat");
        if (repeat != null) {
            repeat.required("every", "a time");
            repeat.required("times", "a number");
            every = repeat.time("every", to - from, 1_000_000, ScenarioReader.LONGEST);
            times = repeat.count("times", 1, 1, MOST_TIMES);
            if (every < to - from) {
                repeat.wrong("every", "a time that is not shorter than the fault");
            }
            repeat.end();
        }
        file.end();
        return kind == null ? null : new FileFault(kind, from, to, value, endValue, replicas, calls, every, times);
    }

    private static Amount value(YamlMap file, Kind kind, String key) {
        switch (kind) {
            case ERRORS, FAILURES, LOST -> {
                return new Amount(file.share(key, 1, 1), Amount.Of.NOTHING);
            }
            case CAPACITY -> {
                file.required(key, "the share of the workers that work");
                return new Amount(file.share(key, 0, Math.nextDown(1.0)), Amount.Of.NOTHING);
            }
            case SLOW -> {
                file.required(key, "how many times as long work takes");
                return new Amount(
                        file.number(key, 1, 1, MOST_SLOW, "how many times as long work takes, 1 to 1000"),
                        Amount.Of.NOTHING);
            }
            case REFUSED, SILENT -> {
                if (file.has(key)) {
                    file.wrong(key, "no value with kind " + text(kind));
                }
                file.skip(key);
                return new Amount(1, Amount.Of.NOTHING);
            }
            case RATE_LIMIT, RATE_LIMIT_WITH_HINT -> {
                String rule = "requests per second, such as 100, 80% of load or 0.5 of capacity";
                file.required(key, rule);
                return file.amount(key, Double.MIN_VALUE, MOST_RATE, rule);
            }
            default -> {
                String rule = "times as many calls, such as 1.8, 180% of load or 1.2 of capacity, at most 100";
                file.required(key, rule);
                return file.amount(key, 0, MOST_DEMAND, rule);
            }
        }
    }

    /** Some kinds hit the whole service, or the replica before it knows the call. */
    private static void checkPart(YamlMap file, Kind kind) {
        boolean service = kind == Kind.RATE_LIMIT || kind == Kind.RATE_LIMIT_WITH_HINT || kind == Kind.DEMAND;
        if (service && file.has("replicas")) {
            file.wrong("replicas", "not with kind " + text(kind));
        }
        if ((kind == Kind.DEMAND || kind == Kind.CAPACITY) && file.has("calls")) {
            file.wrong("calls", "not with kind " + text(kind));
        }
    }

    private static String text(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Adds what this means for a fleet. */
    void addTo(List<Fault> faults, FleetShape fleet) {
        double much = amount(value, fleet);
        double muchAtEnd = amount(endValue, fleet);
        for (int i = 0; i < times; i++) {
            long later = i * everyNanos;
            faults.add(new Fault(kind, fromNanos + later, toNanos + later, much, muchAtEnd, replicas, calls));
        }
    }

    private double amount(Amount asked, FleetShape fleet) {
        return kind == Kind.DEMAND ? asked.timesLoad(fleet) : asked.perSecond(fleet);
    }
}
