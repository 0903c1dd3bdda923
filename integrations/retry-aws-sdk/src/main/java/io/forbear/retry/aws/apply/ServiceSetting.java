package io.forbear.retry.aws.apply;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A policy, and the place at a service of AWS where its export belongs. Immutable; thread-safe as its client is.
 * Nothing is asked of the service before {@link #compare()} or {@link #apply()}.
 *
 * <p>A service keeps no lock between the read and the write: what another program sets in between is overwritten where
 * the service takes a setting only as a whole (state machines, targets of rules, schedules), and seen by the read after
 * that otherwise.
 *
 * @since 0.1
 */
public final class ServiceSetting {

    /** How long {@link #apply()} waits for the service to hold what was sent: SQS takes up to a minute. */
    public static final Duration READ_BACK_FOR = Duration.ofSeconds(60);

    private static final long FIRST_WAIT_NANOS = 50_000_000;
    private static final long LONGEST_WAIT_NANOS = 5_000_000_000L;

    private final String place;
    private final Held.Reader service;

    ServiceSetting(String place, Held.Reader service) {
        this.place = place;
        this.service = service;
    }

    /**
     * Returns what the setting is of.
     *
     * @return the place, for people
     */
    public String place() {
        return place;
    }

    /**
     * Reads what the service holds, and changes nothing.
     *
     * @return which fields differ from the policy
     * @throws IllegalArgumentException if the place takes no such setting; the message names the place and the rule
     * @throws software.amazon.awssdk.core.exception.SdkException if the service cannot be read
     */
    public SettingReport compare() {
        Held now = service.read();
        return new SettingReport(place, now.export(), now.differences(), false);
    }

    /**
     * Sets what differs, and reads it back for a minute at most.
     *
     * @return as {@link #apply(Duration)} says
     */
    public SettingReport apply() {
        return apply(READ_BACK_FOR);
    }

    /**
     * Sets what differs, and reads it back until the service holds it. A service that holds it already is not written
     * to.
     *
     * @param readBackFor how long the service may go on to show what it held before; zero reads once. Reads are 50 ms
     *     apart, then twice as long each time, at most 5 s
     * @return what was changed
     * @throws SettingNotHeldException if the service holds something else after that time, or when the thread is
     *     interrupted, whose flag then stays set; the message names field, held and sent value
     * @throws IllegalArgumentException if the place takes no such setting, or the time is negative
     * @throws software.amazon.awssdk.core.exception.SdkException if the service cannot be read or refuses the setting
     */
    public SettingReport apply(Duration readBackFor) {
        if (readBackFor.isNegative()) {
            throw new IllegalArgumentException("readBackFor: " + readBackFor + " (expected: >= PT0S)");
        }
        Held before = service.read();
        List<SettingDifference> changes = before.differences();
        if (!changes.isEmpty()) {
            before.write().run();
            readBack(before.wanted(), readBackFor.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1) : readBackFor);
        }
        return new SettingReport(place, before.export(), changes, !changes.isEmpty());
    }

    private void readBack(Fields sent, Duration readBackFor) {
        long end = System.nanoTime() + readBackFor.toNanos();
        long wait = FIRST_WAIT_NANOS;
        List<SettingDifference> left = service.read().differencesTo(sent);
        while (!left.isEmpty()) {
            long rest = end - System.nanoTime();
            if (rest <= 0 || !sleep(Math.min(wait, rest))) {
                throw new SettingNotHeldException(place, left);
            }
            wait = Math.min(wait * 2, LONGEST_WAIT_NANOS);
            left = service.read().differencesTo(sent);
        }
    }

    /** Returns {@code false} if the thread was interrupted. */
    private static boolean sleep(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String toString() {
        return "ServiceSetting(" + place + ")";
    }

    /** Returns the name of a place, checked. */
    static String named(String what, String name, String value) {
        if (Objects.requireNonNull(value, name).isBlank()) {
            throw new IllegalArgumentException(name + ": \"" + value + "\" (expected: the name of a " + what + ")");
        }
        return what + " " + value;
    }
}
