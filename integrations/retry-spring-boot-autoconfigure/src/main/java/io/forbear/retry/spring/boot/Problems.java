package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the settings, as one error. */
final class Problems {

    private Problems() {}

    /**
     * Reads the settings.
     *
     * @param sources where they are read from
     * @param others what is wrong besides
     * @return the settings
     * @throws InvalidSettingsException if anything is wrong: all of it
     */
    static RetryConfig read(ConfigSources sources, List<String> others) {
        List<String> problems = new ArrayList<>(others);
        try {
            RetryConfig config = sources.read();
            if (problems.isEmpty()) {
                return config;
            }
        } catch (IllegalArgumentException wrong) {
            problems.addAll(lines(String.valueOf(wrong.getMessage())));
        }
        throw new InvalidSettingsException(
                problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " settings are wrong:\n  " + String.join("\n  ", problems));
    }

    /** Returns the lines of an error of the parser, which are indented where there are several. */
    private static List<String> lines(String message) {
        List<String> lines = message.lines().toList();
        return lines.size() == 1
                ? lines
                : lines.stream().skip(1).map(String::strip).toList();
    }
}
