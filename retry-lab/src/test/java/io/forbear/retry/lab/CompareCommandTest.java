package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.lab.report.Reports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private String simulated(String name, String scenario, String... more) {
        String file = folder.resolve(name).toString();
        List<String> args =
                new ArrayList<>(List.of("simulate", "--scenario", scenario, "--fleet", "4x10", "--json", file));
        args.addAll(List.of(more));
        if (!args.contains("--policies")) {
            args.addAll(List.of("--policies", "none,default"));
        }
        assertThat(LabRun.of(args.toArray(String[]::new)).code()).isZero();
        return file;
    }

    private String stormed(String name, Consumer<ObjectNode> change) throws Exception {
        Path file = folder.resolve(name);
        Reports.of(Samples.storm()).writeJson(file);
        ObjectNode figures = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(figures);
        JSON.writeValue(file.toFile(), figures);
        return file.toString();
    }

    private static ObjectNode policy(ObjectNode root, int index) {
        return (ObjectNode) root.path("policies").path(index);
    }

    private String changed(String source, String name, Consumer<ObjectNode> change) throws Exception {
        ObjectNode root = (ObjectNode) JSON.readTree(Path.of(source).toFile());
        change.accept((ObjectNode) root.at("/fleets/0/scenarios/0/policies/default"));
        Path file = folder.resolve(name);
        JSON.writeValue(file.toFile(), root);
        return file.toString();
    }

    private static void put(ObjectNode figures, String name, double mean, double min, double max) {
        figures.putObject(name).put("mean", mean).put("min", min).put("max", max);
    }

    @Test
    void theSameResultsAreTheSame() {
        String file = simulated("a.json", "throttle");
        LabRun run = LabRun.of("compare", file, file, "--fail-on-worse");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("0 better, 0 worse, 0 within the spread (~), 6 the same.", "A file has one seed")
                .doesNotContain("throttle (");
        assertThat(LabRun.of("compare", file, file, "--all").out()).contains("throttle (", "fleet 4x10 at 70 %");
    }

    @Test
    void whatIsWorseBeyondTheSpreadIsToldAndEndsWithOneWhereAsked() throws Exception {
        String a = simulated("a.json", "throttle", "--seeds", "5");
        String before = changed(a, "before.json", figures -> {
            put(figures, "success", 90, 88, 92);
            put(figures, "amplification", 1.2, 1.1, 1.3);
            put(figures, "backSeconds", 2, 1, 3);
        });
        String after = changed(a, "after.json", figures -> {
            put(figures, "success", 80, 79, 81);
            put(figures, "amplification", 1.25, 1.15, 1.35);
            put(figures, "backSeconds", 0.5, 0.2, 0.9);
        });
        LabRun run = LabRun.of("compare", before, after);

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("90.00 -> 80.00 worse", "1.20 -> 1.25 ~", "2.00 -> 0.50 better")
                .contains("1 better, 1 worse, 1 within the spread (~), 3 the same.")
                .doesNotContain("A file has one");
        assertThat(LabRun.of("compare", before, after, "--fail-on-worse").code())
                .isEqualTo(1);
        assertThat(LabRun.of("compare", after, before, "--fail-on-worse").code())
                .as("the other way round recovery is worse")
                .isEqualTo(1);
        assertThat(LabRun.of("compare", before, before, "--fail-on-worse").code())
                .isZero();
    }

    @Test
    void lessThanOneAttemptForEachCallIsNoGainOfItsOwn() throws Exception {
        String a = simulated("a.json", "throttle", "--seeds", "2");
        String before = changed(a, "before.json", figures -> put(figures, "amplification", 0.9, 0.9, 0.9));
        String after = changed(a, "after.json", figures -> put(figures, "amplification", 0.3, 0.3, 0.3));

        assertThat(LabRun.of("compare", before, after, "--all").out())
                .contains("0.90 -> 0.30", "0 better, 0 worse", "Ranges of fewer than 5 are narrow");
    }

    @Test
    void aRecoveryThatNeverComesIsWorseThanAnyOther() throws Exception {
        String a = simulated("a.json", "throttle", "--seeds", "2");
        String before = changed(a, "before.json", figures -> put(figures, "backSeconds", 20, 10, 30));
        String after = changed(a, "after.json", figures -> figures.putObject("backSeconds")
                .put("min", 12)
                .putNull("mean")
                .putNull("max"));

        assertThat(LabRun.of("compare", before, after).out()).contains("20.00 -> never worse");
    }

    @Test
    void aScenarioOrPolicyOfOneFileOnlyIsNamed() {
        String a = simulated("a.json", "throttle", "--scenario", "blip");
        String b = simulated("b.json", "throttle", "--policies", "default");

        assertThat(LabRun.of("compare", a, b).out())
                .contains("Only in A: throttle (", ": none")
                .contains("Only in A: blip (");
    }

    @Test
    void stormsAreComparedWithTheNoiseOfASingleRun() throws Exception {
        String a = stormed("a.json", root -> {});
        String b = stormed("b.json", root -> {
            policy(root, 0).put("successPercent", 51.5).put("outageAmplification", 20.5);
            policy(root, 1).put("successPercent", 45).put("recoverySeconds", 0.5);
            policy(root, 1).putObject("settings").put("attempts", "3");
        });
        LabRun run = LabRun.of("compare", a, b, "--fail-on-worse");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("A: " + a + ", storm of 1 run")
                .contains("50.00 -> 51.50 ~", "14.50 -> 20.50 worse")
                .contains("50.00 -> 45.00 worse", "1.25 -> 0.50 better", "never")
                .contains("whose spread is not known")
                .contains("Settings of default: {\"attempts\":\"4\"} -> {\"attempts\":\"3\"}");
    }

    @Test
    void aStormOfSeveralRunsHasItsOwnRanges() throws Exception {
        Consumer<ObjectNode> ranges = root -> {
            root.put("runs", 5);
            ((ObjectNode) policy(root, 1).path("ranges"))
                    .putObject("successPercent")
                    .put("least", 49)
                    .put("most", 51);
        };
        String a = stormed("a.json", ranges);
        String b = stormed("b.json", ranges.andThen(root -> policy(root, 1).put("successPercent", 51.5)));

        assertThat(LabRun.of("compare", a, b).out()).contains("50.00 -> 51.50 better", "storm of 5 runs");
    }

    private void refused(String message, String... args) {
        LabRun run = LabRun.of(args);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("retry-lab: " + message);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aFileThatIsNoResultIsToldWithItsPlace() throws Exception {
        String good = stormed("good.json", root -> {});
        String expected = "(expected: JSON that storm --json or simulate --json wrote)";
        Path text = Files.writeString(folder.resolve("text.json"), "{\n  \"kind\": simulate\n}\n");
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        Path plan = Files.writeString(folder.resolve("plan.json"), "{\"kind\": \"plan\"}");
        Path broken = Files.writeString(
                folder.resolve("broken.json"),
                "{\"kind\":\"simulate\",\"seeds\":[1],\"fleets\":[{\"clients\":1,\"callsPerClient\":20,"
                        + "\"utilisation\":0.7,\"scenarios\":[{\"name\":\"x\",\"title\":\"x\",\"policies\":"
                        + "{\"none\":{\"success\":{\"mean\":\"much\"}}}}]}]}");

        refused("B: " + text + ":2:", "compare", good, text.toString());
        assertThat(LabRun.of("compare", good, text.toString()).err()).contains(expected);
        refused("A: " + other + ": other JSON " + expected, "compare", other.toString(), good);
        refused("A: " + plan + ": kind: plan " + expected, "compare", plan.toString(), good);
        refused(
                "A: " + broken + ": fleets[0].scenarios[0].policies.none.success.mean: \"much\" (expected: a number or"
                        + " null)",
                "compare",
                broken.toString(),
                good);
        refused("A: no.such (expected: a file that can be read)", "compare", "no.such", good);
    }

    @Test
    void whatCannotBeComparedIsToldWithTheReason() throws Exception {
        String storm = stormed("storm.json", root -> {});
        String other = stormed(
                "other.json",
                root -> ((ObjectNode) root.path("scenario")).put("load", 200).put("seed", 7));
        String again = stormed("again.json", root -> ((ObjectNode) root.path("scenario")).put("seed", 7));
        String throttle = simulated("throttle.json", "throttle");
        String blip = simulated("blip.json", "blip");

        refused("B: " + throttle + ": simulate (expected: storm, which wrote A)", "compare", storm, throttle);
        refused("B: " + other + ": scenario.load: 200 (expected: 100, as in A)", "compare", storm, other);
        assertThat(LabRun.of("compare", storm, again).code()).as("another seed").isZero();
        refused("B: " + blip + ": scenarios: blip (", "compare", throttle, blip);
    }
}
