package io.forbear.retry.export;

import io.forbear.retry.export.ImportResult.Finding;
import io.forbear.retry.export.ImportResult.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects what an import finds: settings, what became of each, and what is wrong. Not thread-safe. */
final class ImportBook {

    private final String file;
    private final Map<String, String> settings = new TreeMap<>();
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    ImportBook(String file) {
        this.file = file;
    }

    /** Sets a key of a service, of all services if its name is empty. */
    void set(String service, String key, String value) {
        settings.put(service.isEmpty() ? key : "service." + service + "." + key, value);
    }

    void kept(String key, String value, String here) {
        found(Kind.KEPT, key, value, here);
    }

    void changed(String key, String value, String here) {
        found(Kind.CHANGED, key, value, here);
    }

    void needsCode(String key, String value, String here) {
        found(Kind.NEEDS_CODE, key, value, here);
    }

    void ignored(String key, String value, String why) {
        found(Kind.IGNORED, key, value, why);
    }

    private void found(Kind kind, String key, String value, String here) {
        findings.add(new Finding(kind, key, value, here));
    }

    void wrong(String key, String value, String rule) {
        problems.add(file + ": " + key + ": " + value + " (expected: " + rule + ")");
    }

    /** Reads a duration; a wrong one is a problem, and the other value holds. */
    long nanos(String key, String value, long otherwise) {
        try {
            return Units.nanos(value);
        } catch (IllegalArgumentException wrong) {
            wrong(key, value, "a duration such as 500ms, 2s or PT2S");
            return otherwise;
        }
    }

    /** Reads a number within a range; a wrong one is a problem, and the other value holds. */
    double number(String key, String value, double least, double most, double otherwise) {
        try {
            double number = new BigDecimal(value.trim()).doubleValue();
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        wrong(key, value, "a number from " + plain(least) + " to " + plain(most));
        return otherwise;
    }

    /** Reads a whole number within a range; a wrong one is a problem, and the other value holds. */
    int whole(String key, String value, int least, int most, int otherwise) {
        double number = number(key, value, least, most, otherwise);
        if (number != Math.rint(number)) {
            wrong(key, value, "a whole number");
            return otherwise;
        }
        return (int) number;
    }

    /** Reads true or false; a wrong word is a problem, and false holds. */
    boolean flag(String key, String value) {
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            wrong(key, value, "true or false");
        }
        return value.equalsIgnoreCase("true");
    }

    static String plain(double number) {
        BigDecimal exact = BigDecimal.valueOf(number);
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }

    ImportResult result() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.size() == 1
                            ? problems.get(0)
                            : problems.size() + " settings are wrong:\n  " + String.join("\n  ", problems));
        }
        if (findings.isEmpty()) {
            throw new IllegalArgumentException(file + ": no setting of retries (expected: resilience4j.retry.instances,"
                    + " resilience4j.circuitbreaker.instances, spring.rabbitmq, spring.kafka.retry.topic, or @Retryable"
                    + " in Java)");
        }
        return new ImportResult(settings, List.copyOf(findings));
    }
}
