package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was probably meant by a key that is not known: a mistyped key, or that of another library. */
final class Elsewhere {

    private static final String ATTEMPTS = "max-attempts, which counts the first attempt too";

    /** Names of keys in other libraries, folded, and the key that has the same meaning here. */
    private static final Map<String, String> KEYS = new HashMap<>();

    static {
        // Resilience4j
        put("base-delay", "waitduration", "intervalfunction");
        put("max-delay", "exponentialmaxwaitduration");
        put("multiplier", "exponentialbackoffmultiplier");
        put("jitter-factor", "randomizedwaitfactor");
        put("strategy", "enableexponentialbackoff");
        put("jitter", "enablerandomizedwait");
        put("retry-on", "retryexceptions", "recordexceptions");
        put("never-on", "ignoreexceptions");
        put("preset", "baseconfig");
        put("circuit-breaker", "failureratethreshold");
        put("circuit-breaker-window", "slidingwindowsize", "slidingwindowtype");
        put("circuit-breaker-minimum-calls", "minimumnumberofcalls");
        put("circuit-breaker-open-for", "waitdurationinopenstate");
        put("circuit-breaker-open-for-max", "exponentialmaxwaitdurationinopenstate");
        put("circuit-breaker-probes", "permittednumberofcallsinhalfopenstate");
        put("circuit-breaker-probe-timeout", "maxwaitdurationinhalfopenstate");
        put("circuit-breaker-slow-calls", "slowcallratethreshold", "slowcalldurationthreshold");
        // Spring, Spring Retry, Failsafe, Polly
        put("base-delay", "initialinterval", "initialdelay", "delay", "backoff", "backoffinitialinterval");
        put("max-delay", "maxinterval", "backoffmaxinterval", "maxwait");
        put("multiplier", "delayfactor", "backofffactor");
        put("jitter", "random", "usejitter");
        put(ATTEMPTS, "maxretries", "maxretryattempts", "retries", "retrycount");
        put("deadline", "timeout", "maxduration", "totaltimeout");
        put("retry-on", "retryfor", "includes", "include", "handle");
        put("never-on", "noretryfor", "excludes", "exclude", "aborton");
        put("attempt-timeout", "pertrytimeout", "attempttimelimit");
        // gRPC and Envoy
        put("base-delay", "initialbackoff", "baseinterval");
        put("max-delay", "maxbackoff");
        put("retry-budget-tokens", "maxtokens");
        put("retry-budget-ratio", "tokenratio", "budgetpercent");
        put(ATTEMPTS, "numretries");
        // the AWS SDKs
        put("preset", "retrymode");
    }

    private static final Pattern RESILIENCE4J = Pattern.compile(
            "resilience4j\\.(?:retry|circuitbreaker)\\.(?:(?:instances|backends|configs)\\.)?(?:(.+)\\.)?([^.]+)");

    private Elsewhere() {}

    private static void put(String ours, String... theirs) {
        for (String name : theirs) {
            KEYS.put(name, ours);
        }
    }

    /** Returns the rule for an error about a key that is not known: what was probably meant, else all keys. */
    static String expected(String label) {
        Matcher resilience4j = RESILIENCE4J.matcher(label);
        if (resilience4j.matches()) {
            String ours = ours(resilience4j.group(2));
            if (ours != null) {
                String name = resilience4j.group(1);
                return "a known key; that is "
                        + (name == null || name.equals("default") ? "" : Spelling.SERVICE + name + ".") + ours;
            }
        }
        for (String tail : Spelling.tails(label)) {
            Key<?> known = Spelling.key(tail);
            int before = label.length() - tail.length() - 1;
            if (known != null && before > 0) {
                return "a known key; did you mean " + known.text
                        + (known.common
                                ? ""
                                : ", or " + Spelling.SERVICE + label.substring(0, before) + "." + known.text)
                        + "?";
            }
            String ours = KEYS.get(Key.folded(tail));
            if (ours != null) {
                return "a known key; that is " + ours;
            }
            List<String> near = Spelling.key(tail) == null ? Nearest.to(hyphened(tail), Keys.texts()) : List.of();
            if (!near.isEmpty()) {
                return "a known key; did you mean " + String.join(" or ", near) + "?";
            }
        }
        return Keys.listed() + ", after default. or service.<name>. or nothing";
    }

    private static @Nullable String ours(String theirs) {
        String ours = KEYS.get(Key.folded(theirs));
        Key<?> same = Spelling.key(theirs);
        return ours == null && same != null ? same.text : ours;
    }

    /** Tells whether a key that is not known was probably meant to be one. */
    static boolean isNear(String label) {
        return Spelling.tails(label).stream()
                .anyMatch(tail -> KEYS.containsKey(Key.folded(tail))
                        || Spelling.key(tail) == null
                                && !Nearest.to(hyphened(tail), Keys.texts()).isEmpty());
    }

    /** Returns {@code maxAtempts} and {@code MAX_ATEMPTS} in the form of a key, without a unit: {@code max-atempts}. */
    private static String hyphened(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-')
                .replaceFirst("-ms$", "");
    }
}
