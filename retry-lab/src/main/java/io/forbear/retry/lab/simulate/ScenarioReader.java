package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one scenario file. Problems are collected, and told together. */
final class ScenarioReader {

    /** The longest run. */
    static final long LONGEST = 3_600_000_000_000L;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final long MILLISECOND = 1_000_000;
    private static final long LONGEST_TIMEOUT = 60_000_000_000L;
    private static final int MOST_TITLE = 100;
    private static final int MOST_REPLICAS = 1000;
    private static final int MOST_LAYERS = 3;

    private final FileProblems problems;

    ScenarioReader(String fileName) {
        this.problems = new FileProblems(fileName);
    }

    /**
     * Reads the text of a file.
     *
     * @throws IllegalArgumentException if anything is wrong; the message has one line for each problem
     */
    ScenarioFile read(String text) {
        LoadSettings settings = LoadSettings.builder().build();
        Node root;
        try {
            root = new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            throw problems.notYaml(e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(problems.at(1, String.valueOf(e.getMessage()) + " (expected: YAML)"), e);
        }
        if (root == null) {
            throw new IllegalArgumentException(problems.at(1, "file: empty (expected: a scenario)"));
        }
        ScenarioFile read = read(YamlMap.of(root, "", problems));
        problems.check();
        return read;
    }

    private ScenarioFile read(YamlMap file) {
        file.required("name", "a name");
        String name = file.read(
                "name",
                "",
                "up to 40 letters, digits, dots and hyphens",
                text -> NAME.matcher(text).matches() ? text : null);
        String title = file.read(
                "title",
                name,
                "a line of up to " + MOST_TITLE + " characters",
                text -> !text.isBlank()
                                && text.length() <= MOST_TITLE
                                && text.lines().count() == 1
                        ? text
                        : null);
        Scenario.Load load = file.word("load", Scenario.Load.OPEN, Scenario.Load.class);
        boolean callAtStart = file.flag("call-at-start");
        if (callAtStart && load != Scenario.Load.OPEN && load != Scenario.Load.EVEN) {
            file.wrong("call-at-start", "only with load: open or even");
        }
        long afterFailure = file.time("after-failure", 0, MILLISECOND, LONGEST_TIMEOUT);
        if (file.has("after-failure") && load != Scenario.Load.SERIAL) {
            file.wrong("after-failure", "a time, with load: serial");
        }
        Distribution network = distribution(file, "network", Distribution.fixed(0));
        FleetShape fleet = fleet(file, load);
        double utilisation = utilisation(file);
        long timeout = file.time("timeout", Scenario.Builder.TIMEOUT_NANOS, MILLISECOND, LONGEST_TIMEOUT);
        long queue = file.time("queue", Scenario.Builder.QUEUE_NANOS, 0, LONGEST_TIMEOUT);
        int replicas = file.count("replicas", 1, 1, MOST_REPLICAS);
        ServiceShapeKeys service = ServiceShapeKeys.read(file);
        double tail = file.share("tail", 0, 1);
        int layers = file.count("layers", 0, 0, MOST_LAYERS);
        long start = file.time("start", 0, 0, LONGEST);
        file.required("judge", "from, to and end of the judged time");
        YamlMap judge = file.map("judge");
        Judged judged = judge == null ? new Judged(0, 0, LONGEST) : Judged.read(judge);
        if (file.has("start") && start > judged.from()) {
            file.wrong("start", "not after judge.from");
        }
        List<FileFault> faults = faults(file, judged);
        Map<String, Properties> policies = policies(file);
        file.end();
        return new ScenarioFile(name, title, fleet, utilisation, policies, shape -> {
            List<Fault> all = new ArrayList<>();
            faults.forEach(fault -> fault.addTo(all, shape));
            Scenario.Builder builder = Scenario.of(name, title, shape)
                    .load(load, callAtStart, afterFailure)
                    .network(network)
                    .service(service.kind(), service.work(), service.eachAddsNanos())
                    .timeout(timeout)
                    .queue(queue)
                    .replicas(replicas)
                    .tail(tail)
                    .layers(layers)
                    .start(start)
                    .judge(judged.from(), judged.to(), judged.end());
            all.forEach(builder::fault);
            return builder.build();
        });
    }

    /** How long something takes: a time, or a mean and how values vary. */
    private static Distribution distribution(YamlMap file, String key, Distribution otherwise) {
        if (!file.has(key) || !file.isMap(key)) {
            return Distribution.fixed(file.time(key, otherwise.meanNanos(), 0, LONGEST_TIMEOUT));
        }
        YamlMap map = Objects.requireNonNull(file.map(key));
        map.required("mean", "a time");
        long mean = map.time("mean", otherwise.meanNanos(), 0, LONGEST_TIMEOUT);
        Distribution.Kind kind = map.word("distribution", Distribution.Kind.FIXED, Distribution.Kind.class);
        double variation = 0;
        switch (kind) {
            case MIXED -> {
                map.required("exponential", "the share that is exponential");
                variation = map.share("exponential", 0, 1);
            }
            case NORMAL, LOGNORMAL -> {
                map.required("deviation", "a time");
                long deviation = map.time("deviation", 0, 0, LONGEST_TIMEOUT);
                variation = mean == 0 ? 0 : (double) deviation / mean;
            }
            default -> {}
        }
        map.end();
        return new Distribution(kind, mean, variation);
    }

    /**
     * What a file says of the service itself.
     *
     * @param kind what it does with a request
     * @param work how long that takes
     * @param eachAddsNanos how much longer for each request in progress
     */
    private record ServiceShapeKeys(Scenario.ServiceKind kind, Distribution work, long eachAddsNanos) {

        static ServiceShapeKeys read(YamlMap file) {
            Scenario.ServiceKind kind = file.word("service", Scenario.ServiceKind.WORKERS, Scenario.ServiceKind.class);
            Distribution work = distribution(file, "work", Scenario.Builder.WORK);
            if (kind == Scenario.ServiceKind.WORKERS && work.isNothing()) {
                file.wrong("work", "a time above 0, or service: unlimited");
            }
            double spread = file.share("spread", 0, 1);
            if (file.has("spread") && file.has("work") && file.isMap("work")) {
                file.wrong("spread", "either spread or the distribution of work");
            } else if (spread > 0) {
                work = new Distribution(Distribution.Kind.MIXED, work.meanNanos(), spread);
            }
            long eachAdds = file.time("each-adds", 0, 0, LONGEST_TIMEOUT);
            if (file.has("each-adds") && kind != Scenario.ServiceKind.UNLIMITED) {
                file.wrong("each-adds", "a time, with service: unlimited");
            }
            return new ServiceShapeKeys(kind, work, eachAdds);
        }
    }

    /** Policies that belong to the experiment, by the keys of text configuration. */
    private static Map<String, Properties> policies(YamlMap file) {
        Map<String, Properties> found = new LinkedHashMap<>();
        YamlMap policies = file.map("policies");
        if (policies != null) {
            for (String name : policies.keys()) {
                if (!NAME.matcher(name).matches()) {
                    policies.wrong(name, "a name of up to 40 letters, digits, dots and hyphens");
                }
                YamlMap settings = policies.map(name);
                if (settings != null) {
                    found.put(name, settings.texts());
                }
            }
        }
        return found;
    }

    private static @Nullable FleetShape fleet(YamlMap file, Scenario.Load load) {
        int clients = file.count("clients", 0, 1, FleetShape.MOST_CLIENTS);
        double rate = file.number(
                "calls-per-client", 0, Math.ulp(0.0), FleetShape.MOST_CALLS, "calls per second of one client, above 0");
        if (!file.has("clients") && !file.has("calls-per-client")) {
            return null;
        }
        file.required("clients", "together with calls-per-client");
        if (load == Scenario.Load.ONCE) {
            if (file.has("calls-per-client")) {
                file.wrong("calls-per-client", "nothing with load: once");
            }
            return new FleetShape(clients, 1, 1);
        }
        file.required("calls-per-client", "together with clients");
        FleetShape fleet = new FleetShape(clients, rate, 1);
        if (clients > 0 && rate > 0 && !fleet.isPossible()) {
            file.wrong("calls-per-client", FleetShape.RULE);
        }
        return fleet;
    }

    /** 0 where nothing is said. */
    private static double utilisation(YamlMap file) {
        double found = file.share("utilisation", 0, 1);
        if (file.has("utilisation") && found > 0 && found < FleetShape.LEAST_UTILISATION) {
            file.wrong("utilisation", "a share of at least 1%");
        }
        return found;
    }

    private static List<FileFault> faults(YamlMap file, Judged judged) {
        List<FileFault> faults = new ArrayList<>();
        for (YamlMap item : file.list("faults")) {
            FileFault fault = FileFault.read(item);
            if (fault != null) {
                if (fault.fromNanos() >= judged.end()) {
                    item.wrong("from", "a time before judge.end");
                }
                faults.add(fault);
            }
        }
        return faults;
    }

    /** The time that is judged, and the end of the run. */
    private record Judged(long from, long to, long end) {

        static Judged read(YamlMap file) {
            for (String key : List.of("from", "to", "end")) {
                file.required(key, "a time");
            }
            long from = file.time("from", 0, 0, LONGEST);
            long to = file.time("to", LONGEST, 0, LONGEST);
            long end = file.time("end", LONGEST, 0, LONGEST);
            if (file.has("from") && file.has("to") && to <= from) {
                file.wrong("to", "a time after from");
            }
            if (file.has("to") && file.has("end") && end - to < Scenario.NOT_JUDGED_NANOS) {
                file.wrong("end", "3 s after to, or later, so that calls can end");
            }
            file.end();
            return new Judged(from, to, end);
        }
    }
}
