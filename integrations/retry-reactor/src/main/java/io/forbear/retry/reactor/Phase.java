package io.forbear.retry.reactor;

/**
 * Where a call is, and who may touch it.
 *
 * <pre>
 *   OWNED -> LAUNCHING -> ATTEMPT -> OWNED             an attempt that ends later
 *            LAUNCHING -> ENDED                        one that ends while it is subscribed to; its launcher goes on
 *            LAUNCHING -> LAUNCHING_STREAM -> STREAM   elements come
 *                         ATTEMPT -> STREAM -> OWNED
 *   OWNED -> WAITING -> OWNED                          between attempts
 *   any phase -> OVER
 * </pre>
 */
enum Phase {
    /** A thread decides. */
    OWNED,
    /** A thread subscribes to the source, and goes on with the call afterwards. */
    LAUNCHING,
    /** The same, and the subscriber has got elements. */
    LAUNCHING_STREAM,
    /** The attempt has ended while a thread still subscribes. */
    ENDED,
    /** An attempt is under way. */
    ATTEMPT,
    /** An attempt is under way, and the subscriber has got elements. */
    STREAM,
    /** The wait before an attempt. */
    WAITING,
    /** The call has ended. */
    OVER;

    private static final int BITS = 3;
    private static final Phase[] ALL = values();

    /** Returns this with the ticket of an attempt or a wait. */
    int word(int ticket) {
        return ticket << BITS | ordinal();
    }

    static Phase of(int word) {
        return ALL[word & ALL.length - 1];
    }
}
