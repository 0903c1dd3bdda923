package io.forbear.retry.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The settings of a fleet budget. Amounts are milli-tokens.
 *
 * @param refill in a second
 * @param ratio earned by a success
 * @param reserve what only critical calls may draw on
 */
record FleetSettings(
        String service,
        long capacity,
        long refill,
        long ratio,
        long initial,
        long reserve,
        int expectedProcesses,
        long timeoutNanos,
        long holderLifeMillis) {

    /** Returns the two keys, which a cluster keeps in one slot because of the braces. */
    List<String> keys() {
        String tag = "forbear:{" + encoded(service) + "}:";
        return List.of(tag + "pot", tag + "holders");
    }

    /** Percent-encodes all but letters, digits, dot, minus and underscore: a brace would end the hash tag. */
    private static String encoded(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._-".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
