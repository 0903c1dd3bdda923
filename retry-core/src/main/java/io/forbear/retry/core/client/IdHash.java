package io.forbear.retry.core.client;

import java.security.SecureRandom;

/**
 * The hash of a client's id, under a secret of this process. Ids come from outside: {@link String#hashCode} is known to all, so
 * ids that share a slot could be chosen.
 *
 * <p>Four characters at a time are mixed by a multiplication of 64 by 64 bits whose halves are folded, as in wyhash. Reads all
 * characters, allocates nothing.
 */
final class IdHash {

    private static final long SEED;
    private static final long KEY;
    private static final long LAST_KEY;

    static {
        SecureRandom random = new SecureRandom();
        SEED = random.nextLong();
        KEY = random.nextLong() | 1;
        LAST_KEY = random.nextLong() | 1;
    }

    private IdHash() {}

    static int of(String id) {
        return of(id, SEED, KEY, LAST_KEY);
    }

    static int of(String id, long seed, long key, long lastKey) {
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
        hash = fold(fold(hash ^ rest, key) ^ seed, lastKey);
        return (int) (hash ^ hash >>> 32);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
