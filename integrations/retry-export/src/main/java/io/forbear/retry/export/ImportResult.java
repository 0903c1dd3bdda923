package io.forbear.retry.export;

import io.forbear.retry.core.config.RetryConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Settings of another library as settings of ours, and what became of each of them.
 *
 * @param settings values by key, such as {@code service.orders.max-attempts}, as {@link RetryConfig#of(Map)} reads them
 * @param findings what became of each setting that was read, in the order of the file
 * @since 0.1
 */
public record ImportResult(Map<String, String> settings, List<Finding> findings) {

    /** Creates a result; map and list are copied. */
    public ImportResult {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        findings = List.copyOf(findings);
    }

    /** What becomes of a setting. */
    public enum Kind {
        /** It has a setting of ours with the same meaning. */
        KEPT("kept"),
        /** It has a setting of ours whose meaning is not quite the same. */
        CHANGED("changed meaning"),
        /** It is code, or needs code. */
        NEEDS_CODE("needs code"),
        /** It has no meaning for retries here. */
        IGNORED("ignored");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /**
         * Returns what it is called in a report.
         *
         * @return words in lower case
         */
        public String words() {
            return words;
        }
    }

    /**
     * What became of one setting.
     *
     * @param kind in short
     * @param key the setting as it was written
     * @param value its value as it was written
     * @param here what it is here, or why it is not
     */
    public record Finding(Kind kind, String key, String value, String here) {

        /** Creates a finding. */
        public Finding {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(here, "here");
        }

        @Override
        public String toString() {
            return String.format("%-15s  %s = %s: %s", kind.words(), key, value, here);
        }
    }

    /**
     * Returns the settings as the one parser reads them.
     *
     * @return the configuration
     */
    public RetryConfig config() {
        return RetryConfig.of(settings);
    }

    /**
     * Returns what became of the settings, for people.
     *
     * @return one line for each, those that need code first
     */
    public String report() {
        return findings.stream()
                .sorted((one, other) -> Integer.compare(rank(one.kind), rank(other.kind)))
                .map(Finding::toString)
                .collect(Collectors.joining("\n"));
    }

    private static int rank(Kind kind) {
        return switch (kind) {
            case NEEDS_CODE -> 0;
            case CHANGED -> 1;
            case KEPT -> 2;
            case IGNORED -> 3;
        };
    }

    /**
     * Returns the settings as a file of properties, with what is not kept as comments at its beginning.
     *
     * @return text in the format of {@link java.util.Properties}
     */
    public String properties() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            if (finding.kind != Kind.KEPT) {
                String line = finding.toString().replace('\n', ' ').replace('\r', ' ');
                text.append("# ").append(line).append('\n');
            }
        }
        settings.forEach((key, value) -> text.append(escaped(key, true))
                .append('=')
                .append(escaped(value, false))
                .append('\n'));
        return text.toString();
    }

    /** As java.util.Properties reads it. */
    private static String escaped(String text, boolean isKey) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            boolean special =
                    letter == '\\' || isKey && "=: #!".indexOf(letter) >= 0 || !isKey && i == 0 && letter == ' ';
            if (letter == '\n') {
                escaped.append("\\n");
            } else if (letter == '\r') {
                escaped.append("\\r");
            } else if (letter == '\t') {
                escaped.append("\\t");
            } else {
                escaped.append(special ? "\\" : "").append(letter);
            }
        }
        return escaped.toString();
    }
}
