package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.List;

/** The scenarios by which the library's defaults are judged, for any fleet: one file of the lab each. */
public final class Presets {

    /** In the order of tables: by chance, outages, a part fails, too much is asked, a service that comes and goes. */
    private static final List<String> NAMES = List.of(
            "transient-2",
            "transient-5",
            "lost-2",
            "blip",
            "tails",
            "outage-short",
            "outage",
            "down",
            "silent",
            "pause",
            "layers",
            "cold-errors",
            "cold-slow",
            "replica-1-of-3",
            "replica-1-of-2",
            "replica-slow",
            "half",
            "mixed",
            "mixed-80",
            "poison",
            "rolling",
            "dip",
            "surge",
            "overload",
            "shed",
            "throttle",
            "throttle-hint",
            "flap-1",
            "flap-3",
            "steps");

    /** Experiments that others have published, with the policies that they compared. */
    private static final List<String> PUBLISHED = List.of(
            "contention",
            "retry-strategies",
            "serial-clients",
            "collapse-spike",
            "collapse-ramp",
            "one-percent-more",
            "outage-10s");

    /** The storm that {@code storm} makes where no scenario is named; the defaults are not judged by it. */
    private static final String STORM = "storm";

    private Presets() {}

    /**
     * Returns the names of published experiments, which are no presets: each is for its own fleet and policies.
     *
     * @return in the order of the documentation
     */
    public static List<String> published() {
        return PUBLISHED;
    }

    /**
     * Returns the names of all presets.
     *
     * @return in the order of tables
     */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Tells whether there is a preset of a name.
     *
     * @param name any
     * @return {@code true} for {@link #names()}, {@link #published()} and {@code storm}
     */
    public static boolean isKnown(String name) {
        return NAMES.contains(name) || PUBLISHED.contains(name) || name.equals(STORM);
    }

    /**
     * Returns a preset.
     *
     * @param name {@linkplain #isKnown known}
     * @return what its file says
     */
    public static ScenarioFile named(String name) {
        return ScenarioFile.ofLab((PUBLISHED.contains(name) ? "published/" : "scenarios/") + name);
    }

    /**
     * Returns all presets.
     *
     * @param fleet who calls, and how much of the service it uses
     * @return new list
     */
    public static List<Scenario> all(FleetShape fleet) {
        return NAMES.stream().map(name -> named(name).scenario(fleet)).toList();
    }
}
