package io.forbear.retry.export;

import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.export.FlatSettings.Written;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one instance of Resilience4j's circuit breaker. */
final class Resilience4jBreakerImport {

    private static final double RATE = 50;
    private static final int CALLS = 100;
    private static final int PROBES = 10;
    private static final long OPEN_NANOS = 60_000_000_000L;
    private static final double ALL = 100;
    private static final long SLOW_NANOS = 60_000_000_000L;
    private static final int MOST_CALLS = 1_000_000;
    private static final long MILLI = 1_000_000;

    private static final Map<String, String> CODE = Map.of(
            "recordexceptions", "circuit-breaker-counts names categories; a classifier says which an exception is of",
            "ignoreexceptions", "circuit-breaker-counts names categories; a classifier says which an exception is of",
            "recordfailurepredicate", "a classifier: policy.classifier(failure -> ...)",
            "ignoreexceptionpredicate", "a classifier: policy.classifier(failure -> ...)",
            "recordresultpredicate", "a rule for results: policy.classifyResult(Type.class, result -> ...)",
            "initialstate", "the breaker is made in code: CircuitBreakers.shared(breaker), breaker.forceOpen()");

    private static final Map<String, String> NOTHING = Map.of(
            "automatictransitionfromopentohalfopenenabled", "a call that comes after the time is the probe",
            "writablestacktraceenabled", "the exception of a refusal has no stack trace",
            "registerhealthindicator", "health is a matter of the integration with Spring",
            "allowhealthindicatortofail", "health is a matter of the integration with Spring",
            "eventconsumerbuffersize", "the last 100 events of a service are kept",
            "ignoreclassbindingexceptions", "no class is loaded");

    private static final Map<String, String> OTHERWISE = Map.of(
            "transitiontostateafterwaitduration", "probes that do not end in time open it again",
            "exponentialbackoffmultiplier", "the time doubles, see circuit-breaker-open-for-max",
            "enablerandomizedwait", "a growing time has equal jitter, a fixed one has none",
            "randomizedwaitfactor", "a growing time has equal jitter, a fixed one has none");

    private final String service;
    private final Map<String, Written> fields;
    private final ImportBook book;

    Resilience4jBreakerImport(String service, Map<String, Written> fields, ImportBook book) {
        this.service = service;
        this.fields = new HashMap<>(fields);
        this.book = book;
    }

    void read() {
        double percent = rate();
        window();
        open();
        probes(percent);
        slow();
        book.set(service, "circuit-breaker-failures-in-a-row", "0");
        book.set(service, "circuit-breaker-slow-start", "0");
        book.set(
                service,
                "circuit-breaker-counts",
                Arrays.stream(ErrorCategory.values()).map(Units::word).collect(Collectors.joining(", ")));
        rest();
    }

    private @Nullable Written taken(String field) {
        return fields.remove(field);
    }

    private double rate() {
        Written written = taken("failureratethreshold");
        double percent = RATE;
        if (written != null) {
            percent = book.number(written.key(), written.value(), 0.0001, ALL, RATE);
            book.changed(written.key(), written.value(), "circuit-breaker; a call that it refuses is not retried");
        }
        book.set(service, "circuit-breaker", ImportBook.plain(percent) + "%");
        return percent;
    }

    private void window() {
        Written type = taken("slidingwindowtype");
        Written size = taken("slidingwindowsize");
        Written minimum = taken("minimumnumberofcalls");
        boolean isOfTime = type != null && type.value().equalsIgnoreCase("TIME_BASED");
        if (type != null && !isOfTime && !type.value().equalsIgnoreCase("COUNT_BASED")) {
            book.wrong(type.key(), type.value(), "TIME_BASED or COUNT_BASED");
        }
        int length = size == null ? CALLS : book.whole(size.key(), size.value(), 1, MOST_CALLS, CALLS);
        int least = minimum == null ? CALLS : book.whole(minimum.key(), minimum.value(), 1, MOST_CALLS, CALLS);
        book.set(service, "circuit-breaker-window", isOfTime ? length + "s" : length + " calls");
        book.set(service, "circuit-breaker-minimum-calls", String.valueOf(isOfTime ? least : Math.min(least, length)));
        kept(type, "the unit of circuit-breaker-window");
        kept(size, "circuit-breaker-window");
        kept(minimum, "circuit-breaker-minimum-calls");
    }

    private void open() {
        Written wait = taken("waitdurationinopenstate");
        Written grows = taken("enableexponentialbackoff");
        Written most = taken("exponentialmaxwaitdurationinopenstate");
        long nanos = wait == null ? OPEN_NANOS : book.nanos(wait.key(), wait.value(), OPEN_NANOS);
        long legal = Math.max(MILLI, nanos);
        book.set(service, "circuit-breaker-open-for", WaitImport.text(legal));
        kept(wait, "circuit-breaker-open-for");
        boolean isGrowing = grows != null && book.flag(grows.key(), grows.value());
        if (most != null) {
            long longest = book.nanos(most.key(), most.value(), legal);
            if (isGrowing && longest >= legal) {
                book.set(service, "circuit-breaker-open-for-max", WaitImport.text(longest));
                book.changed(most.key(), most.value(), "circuit-breaker-open-for-max, with equal jitter");
            } else {
                book.ignored(most.key(), most.value(), "not in force, since its switch is off");
            }
        }
        if (grows != null) {
            book.changed(
                    grows.key(),
                    grows.value(),
                    isGrowing && most == null
                            ? "needs circuit-breaker-open-for-max; the time stays the same without it"
                            : "circuit-breaker-open-for-max lets the time double");
        }
    }

    /** It closes if fewer of the probes fail than the rate says. */
    private void probes(double percent) {
        Written written = taken("permittednumberofcallsinhalfopenstate");
        int count = written == null ? PROBES : book.whole(written.key(), written.value(), 1, MOST_CALLS, PROBES);
        int failures = (int) Math.ceil(count * percent / ALL) - 1;
        int required = Math.max(1, count - failures);
        book.set(service, "circuit-breaker-probes", required == count ? count + "" : required + " of " + count);
        kept(written, "circuit-breaker-probes: " + required + " of " + count + " must succeed");
        Written wait = taken("maxwaitdurationinhalfopenstate");
        if (wait != null) {
            long nanos = book.nanos(wait.key(), wait.value(), 0);
            if (nanos >= MILLI) {
                book.set(service, "circuit-breaker-probe-timeout", WaitImport.text(nanos));
                book.kept(wait.key(), wait.value(), "circuit-breaker-probe-timeout");
            } else {
                book.changed(wait.key(), wait.value(), "circuit-breaker-probe-timeout is never without end, 30 s");
            }
        }
    }

    private void slow() {
        Written rate = taken("slowcallratethreshold");
        Written duration = taken("slowcalldurationthreshold");
        if (rate == null && duration == null) {
            return; // all calls of a minute and more, which a breaker of ours does not ask for
        }
        double percent = rate == null ? ALL : book.number(rate.key(), rate.value(), 0.0001, ALL, ALL);
        long nanos = duration == null ? SLOW_NANOS : book.nanos(duration.key(), duration.value(), SLOW_NANOS);
        book.set(service, "circuit-breaker-slow-calls", ImportBook.plain(percent) + "% over " + WaitImport.text(nanos));
        kept(rate, "circuit-breaker-slow-calls");
        kept(duration, "circuit-breaker-slow-calls");
    }

    private void rest() {
        fields.forEach((field, one) -> {
            String code = CODE.get(field);
            String nothing = NOTHING.get(field);
            String otherwise = OTHERWISE.get(field);
            if (code != null) {
                book.needsCode(one.key(), one.value(), code);
            } else if (nothing != null) {
                book.ignored(one.key(), one.value(), nothing);
            } else if (otherwise != null) {
                book.changed(one.key(), one.value(), otherwise);
            } else {
                book.ignored(one.key(), one.value(), "no setting of Resilience4j 2.4");
            }
        });
    }

    private void kept(@Nullable Written written, String here) {
        if (written != null) {
            book.kept(written.key(), written.value(), here);
        }
    }
}
