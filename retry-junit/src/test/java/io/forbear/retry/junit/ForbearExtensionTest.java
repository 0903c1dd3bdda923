package io.forbear.retry.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class ForbearExtensionTest {

    private static EngineExecutionResults run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute();
    }

    /** Returns what each test failed with, by its method. */
    private static Map<String, Throwable> failures(Class<?> tests) {
        Map<String, Throwable> failures = new TreeMap<>();
        run(tests).testEvents().failed().stream()
                .forEach(event -> failures.put(
                        event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", ""),
                        event.getPayload(TestExecutionResult.class)
                                .flatMap(TestExecutionResult::getThrowable)
                                .orElseThrow()));
        return failures;
    }

    private static String attempts(Throwable failure) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof AttemptsOfTest attempts) {
                return attempts.getMessage();
            }
        }
        throw new AssertionError("no attempts on it", failure);
    }

    @Test
    void fieldsAndParametersAreServicesOnTheVirtualTimeOfTheirTest() {
        run(SampleTests.Passing.class).testEvents().assertStatistics(s -> s.succeeded(3)
                .failed(0));
    }

    @Test
    void aTestThatFailsShowsItsAttempts() {
        Map<String, Throwable> failures = failures(SampleTests.Failing.class);

        assertThat(failures).containsOnlyKeys("fails", "failsWithoutACall", "stops");
        assertThat(attempts(failures.get("fails")).lines())
                .containsExactly(
                        "",
                        "  PT0S      users call 1: attempt 1 failed: NETWORK_ERROR, java.io.IOException: down",
                        "  PT0S      users call 1: waits PT1S",
                        "  PT1S      users call 1: attempt 2 succeeded",
                        "  PT1S      users call 1: succeeded after 2 attempts");
        assertThat(attempts(failures.get("failsWithoutACall"))).isEqualTo("no call was made");
        assertThat(attempts(failures.get("stops"))).contains("test call 1 of tenant-7: stopped after 3 attempts:");
    }

    @Test
    void aCallThatIsLeftOpenFailsATestThatPassed() {
        Map<String, Throwable> failures = failures(SampleTests.LeavingCallsOpen.class);

        assertThat(failures).containsOnlyKeys("leavesACallOpen", "leavesAnAttemptOpen");
        assertThat(failures.get("leavesACallOpen"))
                .hasMessageStartingWith("open calls: [test call 1: waits PT")
                .hasMessageContaining("(expected: none at the end of a test; ");
        assertThat(failures.get("leavesAnAttemptOpen"))
                .hasMessageStartingWith("open calls: [test call 1: attempt 1 is under way]");
    }

    @Test
    void aFieldOfAnotherTypeIsRefusedByName() {
        assertThat(failures(SampleTests.WrongField.class).get("isNotRun"))
                .hasMessage("@TestRetry io.forbear.retry.junit.SampleTests$WrongField.users: java.lang.String"
                        + " (expected: io.forbear.retry.Retry)");
        assertThat(failures(SampleTests.WrongTime.class).get("isNotRun"))
                .hasMessage("@TestTime io.forbear.retry.junit.SampleTests$WrongTime.time: java.time.Duration"
                        + " (expected: one of ManualRuntime, ManualClock, ManualSleeper, ManualScheduler,"
                        + " RecordingListener)");
        assertThat(failures(SampleTests.FinalField.class).get("isNotRun"))
                .hasMessage("io.forbear.retry.junit.SampleTests$FinalField.clock: private final"
                        + " (expected: neither final nor static)");
    }

    @Test
    void settingsThatAreWrongAreRefusedByNameAndRule() {
        Map<String, Throwable> failures = failures(SampleTests.WrongSettings.class);

        assertThat(failures.get("aKeyIsUnknown")).hasStackTraceContaining("max-attemps");
        assertThat(failures.get("aLineIsNoSetting"))
                .hasStackTraceContaining("settings of service test: four attempts (expected: key=value)");
        assertThat(failures.get("settingsDiffer"))
                .hasStackTraceContaining("settings of service test: [max-attempts=5] (expected: once in a test;"
                        + " it has [max-attempts=4] already)");
    }
}
