package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the annotations {@code @Retryable} of Spring Framework 7 and of Spring Retry from Java. */
final class AnnotationImport {

    /*
     * Sources: org.springframework.resilience.annotation.Retryable of Spring Framework 7.0;
     * org.springframework.retry.annotation.Retryable and Backoff of Spring Retry 2.0, and its BackOffPolicyBuilder.
     */

    private static final Set<String> OF_SPRING_RETRY =
            Set.of("maxattempts", "backoff", "retryfor", "noretryfor", "include", "exclude", "recover", "stateful");

    private static final int RETRIES = 3;
    private static final long MILLI = 1_000_000;
    private static final double DELAY = 1000;
    private static final double GROWING_MAX = 30_000;
    private static final double HALF = 0.5;
    private static final Map<String, Double> UNITS =
            Map.of("NANOSECONDS", 1e-6, "MICROSECONDS", 1e-3, "MILLISECONDS", 1.0, "SECONDS", 1e3, "MINUTES", 6e4);

    private final ImportBook book;

    AnnotationImport(ImportBook book) {
        this.book = book;
    }

    void read(String java) {
        for (AnnotationSource.Found found : AnnotationSource.find(java)) {
            Map<String, Written> attributes = new HashMap<>(found.attributes());
            boolean springRetry = java.contains("org.springframework.retry.annotation")
                    || attributes.keySet().stream().anyMatch(OF_SPRING_RETRY::contains);
            book.set(found.place(), "preset", "resilience4j");
            if (springRetry) {
                springRetry(found.place(), attributes);
            } else {
                framework(found.place(), attributes);
            }
            book.needsCode(
                    found.place(),
                    "@Retryable",
                    "the method is called by registry.get(\"" + found.place() + "\").call(() -> ...)");
            rest(attributes);
        }
    }

    // ---- Spring Framework 7

    private void framework(String service, Map<String, Written> attributes) {
        double unit = unit(attributes.remove("timeunit"));
        Written retries = attributes.remove("maxretries");
        int attempts = 1 + (retries == null ? RETRIES : whole(retries, RETRIES));
        book.set(service, "max-attempts", String.valueOf(attempts));
        kept(retries, "max-attempts, one more, since it counts the first one too");
        Written delay = attributes.remove("delay");
        Written jitter = attributes.remove("jitter");
        Written growth = attributes.remove("multiplier");
        Written cap = attributes.remove("maxdelay");
        double first = delay == null ? DELAY : number(delay, DELAY) * unit;
        double multiplier = growth == null ? 1 : Math.max(1, number(growth, 1));
        double spread = jitter == null || first == 0 ? 0 : Math.min(1, number(jitter, 0) * unit / first);
        double longest = cap == null ? Double.MAX_VALUE : number(cap, Double.MAX_VALUE) * unit;
        new WaitImport(book, service, attempts).set(nanos(first), multiplier, spread, nanos(longest));
        if (spread > 0) {
            book.set(service, "jitter", "clamped"); // never below the first delay, as there
        }
        kept(delay, "base-delay");
        kept(growth, "multiplier");
        kept(cap, "max-delay");
        if (jitter != null) {
            book.changed(
                    jitter.key(),
                    jitter.value(),
                    "jitter = clamped: the same range; what is outside is brought to its end");
        }
        Written timeout = attributes.remove("timeout");
        if (timeout != null) {
            long millis = Math.round(number(timeout, 0) * unit);
            if (millis > 0) {
                book.set(service, "deadline", Units.millis(millis));
                book.changed(timeout.key(), timeout.value(), "deadline, which bounds waits and attempts too");
            } else {
                book.ignored(timeout.key(), timeout.value(), "no timeout");
            }
        }
        exceptions(service, attributes, "includes", "excludes");
    }

    // ---- Spring Retry

    private void springRetry(String service, Map<String, Written> attributes) {
        Written most = attributes.remove("maxattempts");
        int attempts = most == null ? RETRIES : Math.max(1, whole(most, RETRIES));
        book.set(service, "max-attempts", String.valueOf(attempts));
        kept(most, "max-attempts, which counts the first one too");
        Written delay = first(attributes.remove("backoff.delay"), attributes.remove("backoff.value"));
        Written growth = attributes.remove("backoff.multiplier");
        Written cap = attributes.remove("backoff.maxdelay");
        Written random = attributes.remove("backoff.random");
        double first = delay == null ? DELAY : number(delay, DELAY);
        double multiplier = growth == null ? 0 : number(growth, 0);
        double longest = cap == null ? 0 : number(cap, 0);
        WaitImport waits = new WaitImport(book, service, attempts);
        if (multiplier > 0) {
            boolean isRandom = random != null && random.value().equals("true") && multiplier > 1;
            double middle = isRandom ? first * (1 + multiplier) * HALF : first;
            double spread = isRandom ? (multiplier - 1) / (multiplier + 1) : 0;
            waits.set(nanos(middle), Math.max(1, multiplier), spread, nanos(longest > first ? longest : GROWING_MAX));
            kept(random, isRandom ? "jitter: the wait × 1 to multiplier" : "jitter = none");
        } else if (longest > first) {
            waits.set(nanos((first + longest) * HALF), 1, (longest - first) / (longest + first), nanos(longest));
            kept(random, "jitter: uniform between delay and maxDelay");
        } else {
            waits.set(nanos(first), 1, 0, Long.MAX_VALUE);
            kept(random, "jitter = none");
        }
        kept(delay, "base-delay");
        kept(growth, multiplier > 0 ? "multiplier" : "strategy = fixed");
        kept(cap, "max-delay");
        exceptions(service, attributes, "retryfor", "noretryfor");
    }

    private static @Nullable Written first(@Nullable Written one, @Nullable Written other) {
        return one == null ? other : one;
    }

    // ---- both

    private void exceptions(String service, Map<String, Written> attributes, String yes, String no) {
        Written retried =
                first(attributes.remove(yes), first(attributes.remove("include"), attributes.remove("value")));
        Written never = first(attributes.remove(no), attributes.remove("exclude"));
        new ExceptionImport(service, book).read(retried, never, true);
    }

    private void rest(Map<String, Written> attributes) {
        attributes.forEach((name, one) -> {
            switch (name) {
                case "recover" -> book.needsCode(one.key(), one.value(), "a fallback: catch around retry.call");
                case "predicate", "exceptionexpression" ->
                    book.needsCode(one.key(), one.value(), "a classifier: policy.classifier(failure -> ...)");
                case "listeners" -> book.needsCode(one.key(), one.value(), "a RetryListener");
                case "label" -> book.ignored(one.key(), one.value(), "the name of the service");
                default -> book.needsCode(one.key(), one.value(), "no setting of a policy");
            }
        });
    }

    private double unit(@Nullable Written written) {
        if (written == null) {
            return 1;
        }
        String word = written.value().substring(written.value().lastIndexOf('.') + 1);
        Double millis = UNITS.get(word);
        if (millis == null) {
            book.wrong(written.key(), written.value(), "a TimeUnit from NANOSECONDS to MINUTES");
            return 1;
        }
        book.kept(written.key(), written.value(), "the unit of the other times");
        return millis;
    }

    private static long nanos(double millis) {
        return millis >= Long.MAX_VALUE / (double) MILLI ? Long.MAX_VALUE : Math.round(millis * MILLI);
    }

    /** A number of Java: {@code 1_000L}. */
    private double number(Written written, double otherwise) {
        String plain = written.value().replace("_", "").replaceAll("(?i)[ld]$", "");
        return book.number(written.key(), plain, 0, Double.MAX_VALUE, otherwise);
    }

    private int whole(Written written, int otherwise) {
        String plain = written.value().replace("_", "").replaceAll("(?i)l$", "");
        return book.whole(written.key(), plain, 0, Integer.MAX_VALUE - 1, otherwise);
    }

    private void kept(@Nullable Written written, String here) {
        if (written != null) {
            book.kept(written.key(), written.value(), here);
        }
    }
}
