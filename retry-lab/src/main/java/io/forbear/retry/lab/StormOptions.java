package io.forbear.retry.lab;

import io.forbear.retry.lab.peers.Peer;
import io.forbear.retry.lab.peers.Peers;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import io.forbear.retry.lab.storm.Course;
import io.forbear.retry.lab.storm.Policies;
import io.forbear.retry.lab.storm.Scenario;
import io.forbear.retry.lab.storm.StormPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From the words of the command line to values. Every refusal reads {@code name: value (expected: rule)}. */
final class StormOptions {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|)");
    private static final Duration SHORTEST = Duration.ofSeconds(6);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int LEAST_LOAD = 20;
    private static final int MOST_LOAD = 400;
    private static final int MOST_RUNS = 100;
    private static final int MOST_PORT = 65_535;
    private static final int MOST_PROCESSES = 64;
    /** What one machine makes and answers over HTTP while its timing still holds. */
    private static final FleetShape MOST_FLEET = new FleetShape(2000, 0.5, 1);

    private StormOptions() {}

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.trim());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration found =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofSeconds(number);
                    };
            if (found.compareTo(SHORTEST) >= 0 && found.compareTo(LONGEST) <= 0) {
                return found;
            }
        }
        throw Options.refused("--duration", text, "6s to 10m, such as 17s or 9500ms", null);
    }

    static int load(String text) {
        return Options.number(
                "--load", text, LEAST_LOAD, MOST_LOAD, LEAST_LOAD + " to " + MOST_LOAD + " calls per second");
    }

    static int runs(String text) {
        return Options.number("--runs", text, 1, MOST_RUNS, "1 to " + MOST_RUNS);
    }

    /** 0 stands for a free port. */
    static int port(String text) {
        return Options.number("--serve", text, 0, MOST_PORT, "a port, 0 to " + MOST_PORT + "; 0 takes a free one");
    }

    static int processes(String text) {
        return Options.number("--processes", text, 1, MOST_PROCESSES, "1 to " + MOST_PROCESSES);
    }

    /** A process without a client would measure nothing. */
    static void atLeastOneClientEach(int processes, Course course) {
        if (processes > course.clients()) {
            String rule = "one client in each at least, of " + course.clients()
                    + "; --scenario with --fleet, such as 20x2, has more";
            throw Options.refused("--processes", Integer.toString(processes), rule, null);
        }
    }

    /** The storm's own outage. */
    static Course outage(@Nullable String duration, @Nullable String load, String seed) {
        return Course.of(Scenario.of(
                duration == null ? Scenario.DEFAULT_DURATION : duration(duration),
                load == null ? Scenario.DEFAULT_LOAD : load(load),
                Options.seed(seed)));
    }

    /** What a scenario file says. */
    static Course scenario(String scenario, @Nullable String fleet, @Nullable String utilisation, String seed) {
        return Course.of(ScenarioOptions.one(scenario, fleet, utilisation, MOST_FLEET), Options.seed(seed));
    }

    /** Options of which one excludes the other. */
    static void excludes(boolean given, String option, @Nullable String found, String rule) {
        if (given && found != null) {
            throw Options.refused(option, found, rule, null);
        }
    }

    /** The chosen policies in their own order, then peers, then the user's; the default is always last. */
    static List<StormPolicy> policies(@Nullable String names, @Nullable String peers, @Nullable Path own) {
        List<StormPolicy> all = Policies.standard();
        List<StormPolicy> chosen =
                new ArrayList<>(names == null ? all : Options.policies(names, all, StormPolicy::name));
        StormPolicy ours = all.get(all.size() - 1);
        boolean withOurs = chosen.remove(ours);
        if (peers != null) {
            chosen.addAll(peers(peers));
        }
        if (own != null) {
            chosen.add(Options.policy(own, Policies::own));
        }
        if (withOurs) {
            chosen.add(ours);
        }
        return chosen;
    }

    private static List<StormPolicy> peers(String names) {
        List<Peer> found;
        try {
            found = Peers.named(Options.words(names));
        } catch (IllegalArgumentException e) {
            String rule = Peers.all().stream()
                    .map(Peer::name)
                    .collect(Collectors.joining(", ", "all, or a list of ", ", with commas between"));
            throw Options.refused("--peers", names, rule, e);
        }
        return found.stream()
                .map(peer ->
                        new StormPolicy(peer.name(), peer.title(), peer.description(), peer.settings(), peer.opener()))
                .toList();
    }
}
