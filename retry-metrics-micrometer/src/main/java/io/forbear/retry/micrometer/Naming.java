package io.forbear.retry.micrometer;

import java.util.regex.Pattern;

/**
 * How the meters of a listener are named.
 *
 * @param prefix what each name begins with, without the dot
 * @param serviceTag the key of the tag that names the service
 */
record Naming(String prefix, String serviceTag) {

    private static final Pattern DOTTED = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*");

    Naming {
        check("prefix", prefix);
        check("serviceTag", serviceTag);
    }

    private static void check(String setting, String value) {
        if (!DOTTED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    setting + ": " + value + " (expected: words of a to z and 0 to 9 with dots between)");
        }
    }

    /** Returns the whole name of a meter. */
    String of(String meter) {
        return prefix + "." + meter;
    }
}
