package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one instance of Resilience4j's retry. */
final class Resilience4jRetryImport {

    private static final int ATTEMPTS = 3;
    private static final long WAIT_NANOS = 500_000_000;
    private static final double MULTIPLIER = 1.5;
    private static final double FACTOR = 0.5;
    private static final String PRESET = "resilience4j";

    private final String service;
    private final Map<String, Written> fields;
    private final ImportBook book;

    Resilience4jRetryImport(String service, Map<String, Written> fields, ImportBook book) {
        this.service = service;
        this.fields = new HashMap<>(fields);
        this.book = book;
    }

    void read() {
        book.set(service, "preset", PRESET);
        int attempts = attempts();
        waits(attempts);
        new ExceptionImport(service, book)
                .read(fields.remove("retryexceptions"), fields.remove("ignoreexceptions"), true);
        code("retryexceptionpredicate", "an ErrorClassifier that asks it: policy.classifier(failure -> ...)");
        code("resultpredicate", "a rule for results: policy.classifyResult(Type.class, result -> ...)");
        code("consumeresultbeforeretryattempt", "policy.onDiscard(Type.class, result -> ...)");
        code("intervalbifunction", "Backoff.custom(attempt -> ..., max)");
        Written failing = fields.remove("failaftermaxattempts");
        if (failing != null) {
            boolean fails = book.flag(failing.key(), failing.value());
            book.set(service, "throw-failed-results", String.valueOf(fails));
            book.changed(failing.key(), failing.value(), "throw-failed-results; FailedResultException is thrown");
        }
        ignore("eventconsumerbuffersize", "the last 100 events of a service are kept");
        fields.values().forEach(one -> book.ignored(one.key(), one.value(), "no setting of Resilience4j 2.4"));
    }

    private int attempts() {
        Written written = fields.remove("maxattempts");
        int attempts = ATTEMPTS;
        if (written != null) {
            attempts = book.whole(written.key(), written.value(), 1, Integer.MAX_VALUE, ATTEMPTS);
            book.kept(written.key(), written.value(), "max-attempts, which counts the first one too");
        }
        book.set(service, "max-attempts", String.valueOf(attempts));
        return attempts;
    }

    private void waits(int attempts) {
        Written wait = fields.remove("waitduration");
        Written grows = fields.remove("enableexponentialbackoff");
        Written multiplier = fields.remove("exponentialbackoffmultiplier");
        Written cap = fields.remove("exponentialmaxwaitduration");
        Written random = fields.remove("enablerandomizedwait");
        Written factor = fields.remove("randomizedwaitfactor");
        boolean isGrowing = grows != null && book.flag(grows.key(), grows.value());
        boolean isRandom = random != null && book.flag(random.key(), random.value());
        long first = wait == null ? WAIT_NANOS : book.nanos(wait.key(), wait.value(), WAIT_NANOS);
        // a cap and a factor beside a growing wait are read only if what comes before them is written too
        boolean hasMultiplier = isGrowing && multiplier != null;
        boolean hasFactor = isRandom && factor != null && (!isGrowing || hasMultiplier);
        boolean hasCap = hasMultiplier && cap != null && (!isRandom || hasFactor);
        double by = isGrowing ? number(multiplier, 1, Double.MAX_VALUE, MULTIPLIER) : 1;
        double spread = isRandom ? hasFactor ? number(factor, 0, 1, FACTOR) : FACTOR : 0;
        long most = hasCap ? book.nanos(cap.key(), cap.value(), Long.MAX_VALUE) : Long.MAX_VALUE;
        boolean cuts = new WaitImport(book, service, attempts).set(first, by, spread, most);

        kept(wait, "base-delay, the first wait");
        kept(grows, isGrowing ? "strategy = exponential" : "strategy = fixed");
        tell(multiplier, isGrowing, "multiplier");
        if (cuts && spread > 0 && cap != null) {
            book.changed(cap.key(), cap.value(), "max-delay, which jitter spreads; there it cuts what was drawn");
        } else {
            tell(cap, hasCap, "max-delay");
        }
        kept(random, isRandom ? "jitter = proportional" : "jitter = none");
        tell(factor, hasFactor, "jitter-factor");
    }

    private double number(@Nullable Written written, double least, double most, double otherwise) {
        return written == null ? otherwise : book.number(written.key(), written.value(), least, most, otherwise);
    }

    private void kept(@Nullable Written written, String here) {
        tell(written, true, here);
    }

    private void tell(@Nullable Written written, boolean isInForce, String here) {
        if (written != null && isInForce) {
            book.kept(written.key(), written.value(), here);
        } else if (written != null) {
            book.ignored(
                    written.key(),
                    written.value(),
                    "not in force: its switch is off, or a field that it needs is not written");
        }
    }

    private void code(String field, String here) {
        Written written = fields.remove(field);
        if (written != null) {
            book.needsCode(written.key(), written.value(), here);
        }
    }

    private void ignore(String field, String why) {
        Written written = fields.remove(field);
        if (written != null) {
            book.ignored(written.key(), written.value(), why);
        }
    }
}
