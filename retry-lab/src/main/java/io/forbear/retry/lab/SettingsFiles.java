package io.forbear.retry.lab;

import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.yaml.YamlSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Files of settings that a command line names. */
final class SettingsFiles {

    private SettingsFiles() {}

    /** Returns the files, or refuses the command line if one is not there. */
    static List<Path> existing(CommandSpec spec, List<Path> files) {
        try {
            return files.stream().map(SettingsFiles::existing).toList();
        } catch (IllegalArgumentException missing) {
            throw new ParameterException(spec.commandLine(), String.valueOf(missing.getMessage()), missing);
        }
    }

    static Path existing(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("FILE: " + file + " (expected: a file that can be read)");
        }
        return file;
    }

    /** Reads the files together, a later one over an earlier one, and properties over YAML. */
    static RetryConfig read(List<Path> files) {
        ConfigSources sources = ConfigSources.none()
                .entries(YamlSettings.of(
                        files.stream().filter(SettingsFiles::isYaml).toArray(Path[]::new)));
        for (Path file : files) {
            sources = isYaml(file) ? sources : sources.file(file);
        }
        return sources.read();
    }

    private static boolean isYaml(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".yml") || name.endsWith(".yaml");
    }

    /** Reads the files, or refuses the command line. */
    static RetryConfig config(CommandSpec spec, List<Path> files) {
        List<Path> found = existing(spec, files);
        try {
            return read(found);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Returns what is wrong, one line for each. */
    static List<String> problems(IllegalArgumentException wrong) {
        return String.valueOf(wrong.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.endsWith(" settings are wrong:"))
                .toList();
    }
}
