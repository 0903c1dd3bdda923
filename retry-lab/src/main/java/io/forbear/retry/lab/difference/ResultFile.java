package io.forbear.retry.lab.difference;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a file of {@code storm --json} or {@code simulate --json} says, in one form for both.
 *
 * @param file where it was read
 * @param command which command wrote it
 * @param runs how many runs or seeds its figures are of
 * @param scenario the scenario of a storm, without its seed; an empty object otherwise
 * @param figures by what happened to whom, then by policy
 * @param settings by policy: what it is set to
 */
public record ResultFile(
        Path file,
        String command,
        int runs,
        JsonNode scenario,
        Map<String, Map<String, Map<Figure, Measured>>> figures,
        Map<String, String> settings) {

    static final String STORM = "storm";
    static final String SIMULATE = "simulate";

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String WHAT = "JSON that storm --json or simulate --json wrote";

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what it says
     * @throws IllegalArgumentException if it cannot be read or holds something else; the message names the file, the
     *     line and the column where they are known, and what was expected
     */
    public static ResultFile read(Path file) {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new IllegalArgumentException(
                    file + place + ": " + e.getOriginalMessage() + " (expected: " + WHAT + ")", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " (expected: a file that can be read)", e);
        }
        JsonPlace place = new JsonPlace(file, "", root);
        if (root.path("kind").asText().equals(SIMULATE)) {
            return simulation(file, place);
        }
        if (root.path("scenario").isObject() && root.path("policies").isArray()) {
            return storm(file, place);
        }
        String kind = root.path("kind").asText();
        throw new IllegalArgumentException(
                file + ": " + (kind.isEmpty() ? "other JSON" : "kind: " + kind) + " (expected: " + WHAT + ")");
    }

    private static ResultFile simulation(Path file, JsonPlace root) {
        int runs = root.array("seeds").size();
        Map<String, Map<String, Map<Figure, Measured>>> all = new LinkedHashMap<>();
        for (JsonPlace fleet : root.array("fleets")) {
            String who = String.format(
                    Locale.ROOT,
                    "%dx%s at %s %%",
                    (long) fleet.number("clients"),
                    plain(fleet.number("callsPerClient")),
                    plain(Math.round(fleet.number("utilisation") * 1000) / 10.0));
            for (JsonPlace scenario : fleet.array("scenarios")) {
                Map<String, Map<Figure, Measured>> policies = new LinkedHashMap<>();
                scenario.object("policies").forEach((name, figures) -> policies.put(name, simulated(figures)));
                all.put(scenario.text("name") + " (" + scenario.text("title") + "), fleet " + who, policies);
            }
        }
        Map<String, String> settings = new LinkedHashMap<>();
        root.object("policies").forEach((name, description) -> settings.put(name, description.asText()));
        return new ResultFile(file, SIMULATE, runs, JSON.createObjectNode(), all, settings);
    }

    private static Map<Figure, Measured> simulated(JsonPlace figures) {
        Map<Figure, Measured> found = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            if (!figure.inSimulation.isEmpty() && figures.has(figure.inSimulation)) {
                JsonPlace range = figures.at(figure.inSimulation);
                found.put(figure, new Measured(range.orNever("mean"), range.orNever("min"), range.orNever("max")));
            }
        }
        return found;
    }

    private static ResultFile storm(Path file, JsonPlace root) {
        ObjectNode scenario = root.node().path("scenario").deepCopy();
        scenario.remove("seed");
        int runs = root.has("runs") ? (int) root.number("runs") : 1;
        Map<String, Map<Figure, Measured>> policies = new LinkedHashMap<>();
        Map<String, String> settings = new LinkedHashMap<>();
        for (JsonPlace policy : root.array("policies")) {
            String name = policy.text("name");
            policies.put(name, measured(policy));
            settings.put(name, policy.node().path("settings").toString());
        }
        Map<String, Map<String, Map<Figure, Measured>>> all = new LinkedHashMap<>();
        all.put("storm", policies);
        return new ResultFile(file, STORM, runs, scenario, all, settings);
    }

    private static Map<Figure, Measured> measured(JsonPlace policy) {
        Map<Figure, Measured> found = new EnumMap<>(Figure.class);
        boolean isPartial = policy.node().path("partial").asBoolean();
        for (Figure figure : Figure.values()) {
            boolean isBack = figure == Figure.BACK;
            boolean isThere = policy.has(figure.inStorm)
                    && (!policy.node().path(figure.inStorm).isNull() || isBack && !isPartial);
            if (isThere) {
                double value = policy.orNever(figure.inStorm);
                JsonNode range = policy.node().path("ranges").path(figure.inStorm);
                found.put(
                        figure,
                        range.isObject()
                                ? new Measured(value, end(range, "least"), end(range, "most"))
                                : new Measured(value, value - figure.noise, value + figure.noise));
            }
        }
        return found;
    }

    private static double end(JsonNode range, String name) {
        JsonNode end = range.path(name);
        return end.isNumber() ? end.asDouble() : Double.POSITIVE_INFINITY;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
