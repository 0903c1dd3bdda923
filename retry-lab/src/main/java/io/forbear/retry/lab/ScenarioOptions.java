package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.FleetScenarios;
import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.simulate.Distribution;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import io.forbear.retry.lab.simulate.ScenarioFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which fleets go through which scenarios: the command line's, else what a file says, else those of the lab. */
final class ScenarioOptions {

    private static final String ALL = "all";
    private static final Pattern FLEET = Pattern.compile("(\\d{1,7})x(\\d{1,7}(?:\\.\\d{1,9})?)");
    private static final double USUAL_UTILISATION = 0.7;
    private static final List<FleetShape> USUAL_FLEETS =
            List.of(fleet("4x25"), fleet("20x50"), fleet("200x5"), fleet("1000x0.5"));

    private final List<FleetShape> fleets;
    private final List<Double> utilisations;

    ScenarioOptions(List<String> fleets, @Nullable String utilisations) {
        this.fleets = fleets.stream().map(ScenarioOptions::fleet).distinct().toList();
        this.utilisations = utilisations == null ? List.of() : utilisations(utilisations);
    }

    private static FleetShape fleet(String text) {
        Matcher matcher = FLEET.matcher(text.trim());
        if (matcher.matches()) {
            FleetShape found = new FleetShape(
                    Integer.parseInt(matcher.group(1)), Double.parseDouble(matcher.group(2)), USUAL_UTILISATION);
            if (found.isPossible()) {
                return found;
            }
        }
        throw Options.refused("--fleet", text, "CLIENTSxRATE such as 20x50, with " + FleetShape.RULE, null);
    }

    private static List<Double> utilisations(String text) {
        List<Double> found = new ArrayList<>();
        String rule = "shares from 0.01 to 1 with commas between, such as 0.5,0.7";
        for (String word : text.split(",", -1)) {
            double share;
            try {
                share = Double.parseDouble(word.trim());
            } catch (NumberFormatException e) {
                throw Options.refused("--utilisation", text, rule, e);
            }
            if (!(share >= FleetShape.LEAST_UTILISATION && share <= 1)) {
                throw Options.refused("--utilisation", text, rule, null);
            }
            if (!found.contains(share)) {
                found.add(share);
            }
        }
        return found;
    }

    /** Returns the policies that the scenarios name, by their settings. */
    static List<SimulatedPolicy> policies(List<ScenarioFile> files) {
        Map<String, Properties> found = new LinkedHashMap<>();
        List<SimulatedPolicy> policies = new ArrayList<>();
        for (ScenarioFile file : files) {
            file.policies().forEach((name, settings) -> {
                Properties known = found.putIfAbsent(name, settings);
                if (known == null) {
                    policies.add(policy(file.name(), name, settings));
                } else if (!known.equals(settings)) {
                    throw Options.refused(
                            "--scenario",
                            file.name() + ": policies." + name,
                            "the settings of the other scenario",
                            null);
                }
            });
        }
        return policies;
    }

    private static SimulatedPolicy policy(String scenario, String name, Properties settings) {
        try {
            return SimulatedPolicies.own(name, "as the scenario " + scenario + " says", settings);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--scenario: " + scenario + ": policies." + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns one scenario for one fleet, which is the first of the lab where nothing is said.
     *
     * @param most the most calls of all clients in a second, and the most clients
     */
    static Scenario one(String scenario, @Nullable String fleet, @Nullable String utilisation, FleetShape most) {
        if (scenario.equals(ALL)) {
            throw Options.refused("--scenario", scenario, "one scenario", null);
        }
        ScenarioFile file = Presets.isKnown(scenario) ? Presets.named(scenario) : file(scenario);
        ScenarioOptions options = new ScenarioOptions(fleet == null ? List.of() : List.of(fleet), utilisation);
        if (options.utilisations.size() > 1) {
            throw Options.refused("--utilisation", String.valueOf(utilisation), "one share", null);
        }
        FleetShape shape = options.fleets(file).get(0);
        if (shape.clients() > most.clients() || shape.callsPerSecond() > most.callsPerSecond()) {
            String found = fleet == null ? file.name() : fleet;
            String rule = "over real HTTP at most " + (int) most.callsPerSecond() + " calls per second of at most "
                    + most.clients() + " clients together";
            throw Options.refused(fleet == null ? "--scenario" : "--fleet", found, rule, null);
        }
        Scenario one = file.scenario(shape);
        if (one.load() != Scenario.Load.OPEN
                || one.isCallAtStart()
                || !one.network().equals(Distribution.fixed(0))
                || one.service().kind() == Scenario.ServiceKind.ROW) {
            throw Options.refused(
                    "--scenario",
                    file.name(),
                    "over real HTTP a scenario without network and call-at-start, with load: open and service: workers"
                            + " or unlimited; simulate runs all",
                    null);
        }
        return one;
    }

    /** Returns one group for each fleet, with the scenarios that are for it. */
    List<FleetScenarios> fleets(List<String> asked) {
        return fleetsOf(files(asked));
    }

    /** Returns one group for each fleet, with those of the scenarios that are for it. */
    List<FleetScenarios> fleetsOf(List<ScenarioFile> files) {
        Map<FleetShape, List<Scenario>> byFleet = new LinkedHashMap<>();
        for (ScenarioFile file : files) {
            for (FleetShape fleet : fleets(file)) {
                byFleet.computeIfAbsent(fleet, made -> new ArrayList<>()).add(file.scenario(fleet));
            }
        }
        List<FleetScenarios> groups = new ArrayList<>();
        byFleet.forEach((fleet, scenarios) -> groups.add(new FleetScenarios(fleet, scenarios)));
        return groups;
    }

    /** Returns the fleets of the command line. */
    List<FleetShape> shapes() {
        return shapes(fleets, utilisations);
    }

    private List<FleetShape> fleets(ScenarioFile file) {
        return shapes(
                fleets.isEmpty() ? file.fleet().map(List::of).orElse(USUAL_FLEETS) : fleets,
                utilisations.isEmpty() ? List.of(file.utilisation().orElse(USUAL_UTILISATION)) : utilisations);
    }

    private static List<FleetShape> shapes(List<FleetShape> shapes, List<Double> shares) {
        return shares.stream()
                .flatMap(share ->
                        shapes.stream().map(shape -> new FleetShape(shape.clients(), shape.callsPerClient(), share)))
                .toList();
    }

    /** Reads the scenarios that are asked for, or all of the lab where none is. */
    static List<ScenarioFile> files(List<String> asked) {
        Map<String, ScenarioFile> found = new LinkedHashMap<>();
        for (String word : asked.isEmpty() ? List.of(ALL) : asked) {
            if (word.equals(ALL)) {
                Presets.names().forEach(name -> found.putIfAbsent(name, Presets.named(name)));
            } else if (Presets.isKnown(word)) {
                found.putIfAbsent(word, Presets.named(word));
            } else {
                ScenarioFile file = file(word);
                if (found.putIfAbsent(file.name(), file) != null) {
                    throw Options.refused(
                            "--scenario", word + ": name: " + file.name(), "a name that no other scenario has", null);
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static ScenarioFile file(String word) {
        try {
            return ScenarioFile.read(Path.of(word));
        } catch (IOException | InvalidPathException e) {
            String rule = "a scenario file that can be read, or one of all, " + String.join(", ", Presets.names())
                    + ", " + String.join(", ", Presets.published());
            throw Options.refused("--scenario", word, rule, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--scenario: " + e.getMessage(), e);
        }
    }
}
