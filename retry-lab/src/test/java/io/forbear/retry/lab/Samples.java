package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.Scenario;
import io.forbear.retry.lab.storm.StormResult;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results that were not measured, for tests of what is made from results. */
public final class Samples {

    private Samples() {}

    /** A storm of two policies, of which the first did not recover. */
    public static StormResult storm() {
        return storm("Naive retries");
    }

    /** The same with a title of the caller's choice. */
    public static StormResult storm(String title) {
        return new StormResult(
                "storm",
                "1",
                "2025-01-01T00:00:00Z",
                new StormResult.Machine("17.0.1+1", "Linux amd64", 2),
                false,
                1,
                Scenario.of(Scenario.DEFAULT_DURATION, 100, 1),
                List.of(policy("naive", title, null, 12.5), policy("default", "Forbear default", 1.25, 1.04)));
    }

    /** One result with the given figures. */
    public static PolicyResult policy(String name, String title, @Nullable Double recovery, double amplification) {
        return policy(name, title, recovery, amplification, Map.of());
    }

    /** The same of two runs, with what varied. */
    public static PolicyResult policy(
            String name,
            String title,
            @Nullable Double recovery,
            double amplification,
            Map<String, PolicyResult.Range> ranges) {
        List<Double> values = Collections.nCopies(48, 100.0);
        boolean guarded = name.equals("default");
        PolicyResult.Series series = new PolicyResult.Series(
                250,
                values,
                values,
                values,
                values,
                values,
                values,
                Collections.nCopies(48, null),
                values,
                guarded ? values : null,
                guarded ? values : null,
                null,
                null);
        return new PolicyResult(
                name,
                title,
                "as it is",
                Map.of("attempts", "4"),
                ranges.isEmpty() ? 1 : 2,
                false,
                1200,
                600,
                100,
                50.0,
                99.9,
                14_000,
                amplification,
                14.5,
                13,
                15.8,
                2668,
                1527,
                recovery,
                26,
                502,
                17,
                20,
                List.of(new PolicyResult.Transition(1.5, "client 1", "CLOSED", "OPEN")),
                series,
                ranges,
                null);
    }
}
