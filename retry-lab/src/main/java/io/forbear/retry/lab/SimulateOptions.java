package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.peers.Peer;
import io.forbear.retry.lab.peers.Peers;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From the words of {@code simulate} to values. Every refusal reads {@code name: value (expected: rule)}. */
final class SimulateOptions {

    private static final int MOST_SEEDS = 1000;
    private static final int MOST_THREADS = 256;

    private SimulateOptions() {}

    static long seed(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw refused("--seed", text, "a whole number", e);
        }
    }

    static int seeds(String text) {
        return count("--seeds", text, MOST_SEEDS);
    }

    static int threads(@Nullable String text) {
        return text == null ? Runtime.getRuntime().availableProcessors() : count("--threads", text, MOST_THREADS);
    }

    private static int count(String option, String text, int most) {
        String rule = "a whole number, 1 to " + most;
        try {
            int found = Integer.parseInt(text.trim());
            if (found >= 1 && found <= most) {
                return found;
            }
        } catch (NumberFormatException e) {
            throw refused(option, text, rule, e);
        }
        throw refused(option, text, rule, null);
    }

    /** The library's policies in their own order, then the user's, then the other libraries in the order asked for. */
    static List<SimulatedPolicy> policies(@Nullable String names, @Nullable Path own, @Nullable String peers) {
        List<SimulatedPolicy> all = SimulatedPolicies.standard();
        List<SimulatedPolicy> chosen = new ArrayList<>(names == null ? all : named(names, all));
        if (own != null) {
            chosen.add(own(own));
        }
        if (peers != null) {
            peers(peers).stream().map(SimulatedPolicies::of).forEach(chosen::add);
        }
        return chosen;
    }

    private static List<SimulatedPolicy> named(String names, List<SimulatedPolicy> all) {
        List<String> known = all.stream().map(SimulatedPolicy::name).toList();
        List<String> asked = words(names);
        if (!known.containsAll(asked)) {
            String rule = known.stream().collect(Collectors.joining(", ", "a list of ", ", with commas between"));
            throw refused("--policies", names, rule, null);
        }
        return all.stream().filter(policy -> asked.contains(policy.name())).toList();
    }

    private static List<Peer> peers(String names) {
        try {
            return Peers.named(words(names));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }

    private static List<String> words(String names) {
        return Arrays.stream(names.split(",", -1)).map(String::trim).toList();
    }

    private static SimulatedPolicy own(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw refused("--policy", file.toString(), "a properties file that can be read", e);
        }
        try {
            return SimulatedPolicies.own(properties);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--policy: " + file + ": " + e.getMessage(), e);
        }
    }

    static IllegalArgumentException refused(String option, String found, String rule, @Nullable Exception cause) {
        return new IllegalArgumentException(option + ": " + found + " (expected: " + rule + ")", cause);
    }
}
