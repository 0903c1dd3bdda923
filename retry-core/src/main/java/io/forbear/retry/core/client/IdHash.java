package io.forbear.retry.core.client;

import java.security.SecureRandom;

/**
 * The hash of a client's id, keyed with a secret of this process. Ids come from outside. {@link String#hashCode} is
 * public, so an attacker could choose ids that collide in one slot.
 *
 * <p>Mixes four characters at a time by a multiplication of 64 by 64 bits whose halves are folded, as wyhash does.
 * Reads all characters, allocates nothing.
 */
final class IdHash {

    private static final long SEED;
    private static final long KEY;
    private static final long LAST_KEY;
    private static final long SEED_2;
    private static final long KEY_2;
    private static final long LAST_KEY_2;

    static {
        SecureRandom random = new SecureRandom();
        SEED = random.nextLong();
        KEY = random.nextLong() | 1;
        LAST_KEY = random.nextLong() | 1;
        SEED_2 = random.nextLong();
        KEY_2 = random.nextLong() | 1;
        LAST_KEY_2 = random.nextLong() | 1;
    }

    /** The length of the longest id that is kept as it is. */
    static final int LONGEST = 256;

    private static final int PREFIX = 200;

    private IdHash() {}

    /**
     * Returns an id of at most {@value #LONGEST} characters. A longer one is cut, and 128 bits of a keyed hash of all
     * its characters are appended. So the memory of a client is bounded, and an attacker cannot make two ids equal.
     */
    static String bounded(String id) {
        return id.length() <= LONGEST
                ? id
                : id.substring(0, PREFIX)
                        + "..."
                        + Long.toHexString(full(id, SEED, KEY, LAST_KEY))
                        + "-"
                        + Long.toHexString(full(id, SEED_2, KEY_2, LAST_KEY_2));
    }

    static int of(String id) {
        return of(id, SEED, KEY, LAST_KEY);
    }

    static int of(String id, long seed, long key, long lastKey) {
        long hash = full(id, seed, key, lastKey);
        return (int) (hash ^ hash >>> 32);
    }

    private static long full(String id, long seed, long key, long lastKey) {
        int length = id.length();
        long hash = seed ^ length;
        int at = 0;
        for (; at <= length - 4; at += 4) {
            long four = id.charAt(at)
                    | (long) id.charAt(at + 1) << 16
                    | (long) id.charAt(at + 2) << 32
                    | (long) id.charAt(at + 3) << 48;
            hash = fold(hash ^ four, key);
        }
        long rest = 0;
        for (; at < length; at++) {
            rest = rest << 16 | id.charAt(at);
        }
        return fold(fold(hash ^ rest, key) ^ seed, lastKey);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
