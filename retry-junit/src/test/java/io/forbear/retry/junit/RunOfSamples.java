package io.forbear.retry.junit;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the samples by whichever JUnit its class loader sees. */
public final class RunOfSamples {

    private RunOfSamples() {}

    /** Returns the version of JUnit, and how many tests of each class passed. */
    public static String run() {
        return List.of(SampleTests.Passing.class, SampleTests.Failing.class, SampleTests.LeavingCallsOpen.class)
                .stream()
                .map(RunOfSamples::run)
                .collect(Collectors.joining(", ", "JUnit " + version() + ": ", ""));
    }

    private static String version() {
        String location = ExtendWith.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return location.replaceAll(".*junit-jupiter-api-(\\d+)\\..*", "$1");
    }

    private static String run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(tests))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        return tests.getSimpleName() + " " + summary.getSummary().getTestsSucceededCount() + " of "
                + summary.getSummary().getTestsFoundCount();
    }
}
