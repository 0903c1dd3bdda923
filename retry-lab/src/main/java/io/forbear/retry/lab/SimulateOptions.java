package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.peers.Peer;
import io.forbear.retry.lab.peers.Peers;
import io.forbear.retry.lab.simulate.ScenarioFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the words of {@code simulate} to values. Every refusal reads {@code name: value (expected: rule)}. */
final class SimulateOptions {

    private static final int MOST_SEEDS = 1000;
    private static final int MOST_THREADS = 256;

    private SimulateOptions() {}

    static int seeds(String text) {
        return count("--seeds", text, MOST_SEEDS);
    }

    static int threads(@Nullable String text) {
        return text == null ? Runtime.getRuntime().availableProcessors() : count("--threads", text, MOST_THREADS);
    }

    private static int count(String option, String text, int most) {
        return Options.number(option, text, 1, most, "a whole number, 1 to " + most);
    }

    /**
     * The library's policies in their own order, then those of the scenarios, then the user's, then the other libraries
     * in the order asked for. Where nobody asks for policies and the scenarios name some, those of the library are left
     * out.
     */
    static List<SimulatedPolicy> policies(
            List<ScenarioFile> scenarios, @Nullable String names, @Nullable Path own, @Nullable String peers) {
        List<SimulatedPolicy> ofScenarios = ScenarioOptions.policies(scenarios);
        List<SimulatedPolicy> all = SimulatedPolicies.standard();
        List<SimulatedPolicy> chosen = new ArrayList<>();
        if (names != null) {
            chosen.addAll(Options.policies(names, all, SimulatedPolicy::name));
        } else if (ofScenarios.isEmpty()) {
            chosen.addAll(all);
        }
        for (SimulatedPolicy named : ofScenarios) {
            if (chosen.stream().noneMatch(policy -> policy.name().equals(named.name()))) {
                chosen.add(named);
            }
        }
        if (own != null) {
            chosen.add(Options.policy(own, SimulatedPolicies::own));
        }
        if (peers != null) {
            peers(peers).stream().map(SimulatedPolicies::of).forEach(chosen::add);
        }
        return chosen;
    }

    private static List<Peer> peers(String names) {
        try {
            return Peers.named(Options.words(names));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }
}
