package io.forbear.retry.aws;

import java.util.Locale;

/**
 * The retry modes of the SDKs of AWS.
 *
 * @since 0.1
 */
public enum AwsRetryMode {

    /** 4 attempts; a quota of 500 tokens, of which a throttle costs none. The default of the SDK for Java. */
    LEGACY,

    /** 3 attempts; a quota of 500 tokens. */
    STANDARD,

    /** As {@link #STANDARD}, with a limiter that learns from throttles how fast this client may send. */
    ADAPTIVE;

    /**
     * Reads a mode as the SDK does, in upper or lower case.
     *
     * @param text {@code legacy}, {@code standard} or {@code adaptive}
     * @return the mode
     * @throws IllegalStateException for another text, as the SDK throws it
     */
    public static AwsRetryMode of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "legacy" -> LEGACY;
            case "standard" -> STANDARD;
            case "adaptive" -> ADAPTIVE;
            default ->
                throw new IllegalStateException(
                        "retry mode: \"" + text + "\" (expected: legacy, standard or adaptive)");
        };
    }
}
