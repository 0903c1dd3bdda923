package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scenario as a file says it, for any fleet. {@code docs/guide/simulate.md} lists the keys of such a file. */
public final class ScenarioFile {

    private final String name;
    private final String title;
    private final @Nullable FleetShape fleet;
    private final double utilisation;
    private final Map<String, Properties> policies;
    private final Function<FleetShape, Scenario> made;

    ScenarioFile(
            String name,
            String title,
            @Nullable FleetShape fleet,
            double utilisation,
            Map<String, Properties> policies,
            Function<FleetShape, Scenario> made) {
        this.name = name;
        this.title = title;
        this.fleet = fleet;
        this.utilisation = utilisation;
        this.policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        this.made = made;
    }

    /**
     * Reads a file.
     *
     * @param file YAML
     * @return what it says
     * @throws IOException if the file cannot be read as text
     * @throws IllegalArgumentException if anything in it is wrong; the message has a line for each problem, with file,
     *     line, key, value and rule
     */
    public static ScenarioFile read(Path file) throws IOException {
        return new ScenarioReader(String.valueOf(file.getFileName())).read(Files.readString(file));
    }

    /** Reads a file of the lab's own. */
    static ScenarioFile ofLab(String path) {
        String resource = "/io/forbear/retry/lab/" + path + ".yaml";
        try (InputStream in = ScenarioFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new ScenarioReader(path.substring(path.indexOf('/') + 1) + ".yaml").read(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns its name.
     *
     * @return as tables show it
     */
    public String name() {
        return name;
    }

    /**
     * Returns what happens.
     *
     * @return for a reader
     */
    public String title() {
        return title;
    }

    /**
     * Returns the fleet that the file names.
     *
     * @return clients and calls of each; nothing if the scenario is for any fleet. Its utilisation means nothing
     */
    public Optional<FleetShape> fleet() {
        return Optional.ofNullable(fleet);
    }

    /**
     * Returns the utilisation that the file names.
     *
     * @return the share of the service that the fleet uses; nothing if that is left open
     */
    public OptionalDouble utilisation() {
        return utilisation > 0 ? OptionalDouble.of(utilisation) : OptionalDouble.empty();
    }

    /**
     * Returns the policies that the file names.
     *
     * @return by name, in the order of the file, the settings of each as text configuration has them; empty if the
     *     scenario is for any policies
     */
    public Map<String, Properties> policies() {
        return policies;
    }

    /**
     * Returns the scenario for a fleet.
     *
     * @param calling who calls, and how much of the service it uses
     * @return what happens to it
     */
    public Scenario scenario(FleetShape calling) {
        return made.apply(calling);
    }
}
