package io.forbear.retry.export;

/** Waits of another library as the backoff of a service of ours: a range for each wait, and a cap. */
final class WaitImport {

    private static final long MILLI = 1_000_000;

    /** Longer ones would not be waited for. */
    private static final long LONGEST_NANOS = 365L * 86_400_000L * MILLI;

    private final ImportBook book;
    private final String service;
    private final int attempts;

    WaitImport(ImportBook book, String service, int attempts) {
        this.book = book;
        this.service = service;
        this.attempts = attempts;
    }

    /**
     * Sets the keys.
     *
     * @param firstNanos the middle of the first wait
     * @param multiplier of the next; 1 for a fixed wait
     * @param factor the wait is drawn from its middle × (1 ± factor); 0 for no chance
     * @param capNanos the longest wait, {@link Long#MAX_VALUE} for none
     * @return whether the cap cuts a wait
     */
    boolean set(long firstNanos, double multiplier, double factor, long capNanos) {
        double last = firstNanos * Math.pow(multiplier, Math.max(0, attempts - 2)) * (1 + factor);
        boolean cuts = last > capNanos;
        long most = cuts ? capNanos : (long) Math.min(LONGEST_NANOS, Math.ceil(last / MILLI) * MILLI);
        long base = Math.min(Math.min(firstNanos, capNanos), LONGEST_NANOS);
        boolean grows = multiplier > 1;
        book.set(service, "strategy", firstNanos == 0 ? "none" : grows ? "exponential" : "fixed");
        if (firstNanos > 0) {
            book.set(service, "base-delay", text(base));
            book.set(service, "max-delay", text(Math.max(base, most)));
        }
        if (grows && firstNanos > 0) {
            book.set(service, "multiplier", ImportBook.plain(multiplier));
        }
        if (factor > 0 && firstNanos > 0) {
            book.set(service, "jitter", "proportional");
            book.set(service, "jitter-factor", ImportBook.plain(factor));
        } else {
            book.set(service, "jitter", "none");
        }
        return cuts;
    }

    /** As the one parser reads it. */
    static String text(long nanos) {
        return nanos % MILLI == 0 ? Units.millis(nanos / MILLI) : nanos + "ns";
    }
}
