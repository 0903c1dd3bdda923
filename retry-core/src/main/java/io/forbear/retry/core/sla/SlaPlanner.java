package io.forbear.retry.core.sla;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Works out a {@link SlaPlan}: how many attempts the promise needs, how many fit, and what they cost. */
final class SlaPlanner {

    /** More attempts than this do not help: what fails six times is down. */
    private static final int MOST_ATTEMPTS = 6;

    /** Room for what comes in bursts, above the mean. */
    private static final double HEADROOM = 2;

    private static final double LEAST_RATIO = 0.01;
    private static final double MOST_RATIO = 0.5;

    /** That of the default policy. */
    static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    private final double availability;
    private final double errorRate;
    private final Duration deadline;
    private final Duration attemptTime;
    private final Duration firstBackoff;
    private final List<String> reasons = new ArrayList<>();

    private SlaPlanner(
            double availability, double errorRate, Duration deadline, Duration attemptTime, Duration firstBackoff) {
        this.availability = availability;
        this.errorRate = errorRate;
        this.deadline = deadline;
        this.attemptTime = attemptTime;
        this.firstBackoff = firstBackoff;
    }

    static SlaPlan plan(
            double availability, double errorRate, Duration deadline, Duration attemptTime, Duration firstBackoff) {
        Checks.check(
                availability > 0 && availability < 1, "availability", availability, "more than 0.0, less than 1.0");
        Checks.check(errorRate >= 0 && errorRate < 1, "expectedErrorRate", errorRate, "from 0.0 to less than 1.0");
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        Checks.nanosBetween(Duration.ofNanos(1), longest, attemptTime, "attemptTime");
        Checks.nanosBetween(attemptTime, longest, deadline, "deadline");
        Checks.nanosBetween(Duration.ZERO, longest, firstBackoff, "firstBackoff");
        return new SlaPlanner(availability, errorRate, deadline, attemptTime, firstBackoff).plan();
    }

    private SlaPlan plan() {
        int needed = needed();
        int fitting = fitting();
        int attempts = Math.min(Math.min(needed, fitting), MOST_ATTEMPTS);
        if (attempts < needed) {
            say(
                    "Only %s of them can be made: %s.",
                    attempts, fitting < MOST_ATTEMPTS ? "the deadline allows no more" : "what fails so often is down");
        }
        double reached = 1 - Math.pow(errorRate, attempts);
        double retries = retriesPerCall(attempts);
        double ratio = ratio(retries, reached);
        boolean reachable = reached >= availability;
        say(
                "%s calls in 100 succeed at %s attempts a call; the promise %s.",
                number(reached * 100), number(1 + retries), reachable ? "is kept" : "is not kept by retries alone");
        Duration timeout = timeout(attempts);
        return new SlaPlan(attempts, ratio, timeout, reached, 1 + retries, reachable, String.join("\n", reasons));
    }

    /** The least n with 1 - errorRate^n at or above the promise. */
    private int needed() {
        int attempts = 1;
        double failing = errorRate;
        while (1 - failing < availability && attempts < Short.MAX_VALUE) {
            attempts++;
            failing *= errorRate;
        }
        say(
                "If %s of 100 attempts fail, independently, %s attempts leave %s of 100 calls failed, where %s are "
                        + "allowed.",
                number(errorRate * 100), attempts, number(failing * 100), number((1 - availability) * 100));
        return attempts;
    }

    /** The most attempts that end before the deadline if each takes its time and each wait its ceiling. */
    private int fitting() {
        int attempts = 1;
        double nanos = attemptTime.toNanos();
        double wait = firstBackoff.toNanos();
        while (attempts < MOST_ATTEMPTS && nanos + wait + attemptTime.toNanos() <= deadline.toNanos()) {
            nanos += wait + attemptTime.toNanos();
            wait *= 2;
            attempts++;
        }
        say(
                "Within %s, %s attempt%s of %s fit, with waits of up to %s, doubling.",
                deadline, attempts, attempts == 1 ? "" : "s", attemptTime, firstBackoff);
        return attempts;
    }

    private double retriesPerCall(int attempts) {
        double sum = 0;
        double reach = errorRate;
        for (int retry = 1; retry < attempts; retry++) {
            sum += reach;
            reach *= errorRate;
        }
        return sum;
    }

    private double ratio(double retries, double reached) {
        double mean = retries / reached;
        double ratio = Math.ceil(Math.max(LEAST_RATIO, Math.min(MOST_RATIO, mean * HEADROOM)) * 1000) / 1000;
        say(
                "That takes %s retries per successful call; with room for bursts (times %s, from %s to %s) the "
                        + "budget's ratio is %s.",
                number(mean), number(HEADROOM), number(LEAST_RATIO), number(MOST_RATIO), number(ratio));
        return ratio;
    }

    private Duration timeout(int attempts) {
        double waits = firstBackoff.toNanos() * (Math.pow(2, attempts - 1) - 1);
        Duration timeout = Duration.ofNanos((long) ((deadline.toNanos() - waits) / attempts));
        say("An attempt may take %s for all of them to fit.", timeout);
        return timeout;
    }

    private void say(String sentence, Object... values) {
        reasons.add(String.format(Locale.ROOT, sentence, values));
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
