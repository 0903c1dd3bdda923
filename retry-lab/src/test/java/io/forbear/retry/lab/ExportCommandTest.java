package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.export.ExportTarget;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The commands config and export. */
class ExportCommandTest {

    private static final String DEAD = "arn:aws:sqs:us-east-1:123456789012:dead";

    @TempDir
    private Path folder;

    private Path orders;
    private Path two;

    @BeforeEach
    void write() throws Exception {
        orders = Files.writeString(
                folder.resolve("orders.properties"), "service.orders.max-attempts=4\nservice.orders.deadline=2s\n");
        two = Files.writeString(
                folder.resolve("two.properties"), "service.orders.max-attempts=4\nservice.users.max-attempts=1\n");
    }

    @ParameterizedTest
    @EnumSource(ExportTarget.class)
    void everyTargetIsWritten(ExportTarget target) {
        LabRun run = LabRun.of("export", "--to", target.word(), orders.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isNotBlank();
        assertThat(LabRun.of("export", "--help").out()).contains(target.word());
    }

    @Test
    void theSettingsGoOutAndTheLossesToTheErrorStream() {
        LabRun run =
                LabRun.of("export", "--to", "step-functions", "--errors", "States.Timeout, Mine", orders.toString());

        assertThat(run.out()).contains("\"ErrorEquals\": [", "\"Mine\"", "\"MaxAttempts\": 3");
        assertThat(run.err())
                .contains("clamped  IntervalSeconds: 0.1 became 1", "dropped  budget: ", "dropped  deadline: 2s");
    }

    @Test
    void aLossEndsWithOneWhereThatIsAsked() {
        assertThat(LabRun.of("export", "--to", "grpc", "--fail-on-loss", orders.toString())
                        .code())
                .isOne();
        assertThat(LabRun.of("export", "--to", "sqs-visibility", "--fail-on-loss", orders.toString())
                        .code())
                .isZero();
    }

    @Test
    void theDeadLetterQueueGoesIntoTheTarget() {
        assertThat(LabRun.of("export", "--to", "sqs", "--dead-letter", DEAD, orders.toString())
                        .out())
                .contains("\"maxReceiveCount\": 4", DEAD);
        assertThat(LabRun.of("export", "--to", "eventbridge", "--dead-letter", DEAD, orders.toString())
                        .out())
                .contains("DeadLetterConfig", "\"MaximumRetryAttempts\": 3");
    }

    @Test
    void theServiceIsAskedForWhereThereAreTwo() {
        LabRun none = LabRun.of("export", "--to", "grpc", two.toString());
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err().trim())
                .isEqualTo("retry-lab: --service: none (expected: one of orders, users, or any other name)");
        assertThat(LabRun.of("export", "--to", "grpc", "--service", "users", two.toString())
                        .out())
                .doesNotContain("retryPolicy");
        assertThat(LabRun.of("export", "--to", "grpc", "--service", "other", two.toString())
                        .out())
                .contains("\"maxAttempts\": 3");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            export --to fax F                     | --to: fax (expected: grpc | envoy | gateway-api
            export F                              | --to: no value (expected: TARGET)
            export --to grpc no.such              | FILE: no.such (expected: a file that can be read)
            export --to sqs F                     | --dead-letter: none (expected: the ARN of a queue, with --to sqs)
            export --to sqs --dead-letter q F     | deadLetterArn: q (expected: the ARN of a queue, such as
            export --to grpc --dead-letter q F    | --dead-letter: q (expected: with --to sqs, eventbridge or scheduler)
            export --to grpc --errors a F         | --errors: a (expected: with --to step-functions)
            export --to step-functions --errors States.ALL,b F | Retry[0].ErrorEquals: [States.ALL, b] (expected: \
            States.ALL alone, and in the last retrier)
            config                                | config: none (expected: check, explain or import;
            config check no.such                  | FILE: no.such (expected: a file that can be read)
            config explain no.such                | FILE: no.such (expected: a file that can be read)
            config import F                       | orders.properties: no setting of retries (expected: resilience4j
            """)
    void aWrongCommandLineGetsOneLineAndCodeTwo(String line, String message) {
        String[] args = line.replaceAll("\\bF$", orders.toString()).split(" ");
        LabRun run = LabRun.of(args);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("retry-lab: " + message);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void checkTellsEachProblemWithItsLine() throws Exception {
        assertThat(LabRun.of("config", "check", orders.toString(), two.toString()))
                .isEqualTo(new LabRun(0, "3 settings, 2 services: right" + System.lineSeparator(), ""));
        Path bad = Files.writeString(folder.resolve("bad.properties"), "max-attempts=0\n\nbase-dely=1s\n");

        LabRun run = LabRun.of("config", "check", bad.toString());

        assertThat(run.code()).isOne();
        assertThat(run.err().lines())
                .containsExactlyInAnyOrder(
                        "retry-lab: bad.properties:1: max-attempts: 0 (expected: a whole number >= 1)",
                        "retry-lab: bad.properties:3: base-dely: 1s (expected: a known key; did you mean base-delay?)");
    }

    @Test
    void explainNamesTheSourceOfEachValue() {
        LabRun all = LabRun.of("config", "explain", two.toString());
        assertThat(all.out()).contains("orders", "users", "any other service");
        LabRun one = LabRun.of("config", "explain", "--service", "orders", orders.toString());
        assertThat(one.out())
                .contains("max-attempts", "<- file: service.orders.max-attempts (orders.properties:1)")
                .doesNotContain("any other service");
    }

    @Test
    void importPrintsPropertiesThatTheParserReads() throws Exception {
        Path yaml = Files.writeString(folder.resolve("application.yml"), """
                resilience4j.retry.instances.orders:
                  maxAttempts: 5
                  waitDuration: 200ms
                  resultPredicate: shop.Bad
                """);

        LabRun run = LabRun.of("config", "import", yaml.toString());

        assertThat(run.code()).isZero();
        assertThat(run.err()).startsWith("needs code ").contains("kept ");
        Properties properties = new Properties();
        properties.load(new StringReader(run.out()));
        assertThat(RetryConfig.of(properties).service("orders").policy().maxAttempts())
                .isEqualTo(5);
        assertThat(LabRun.of("config", "import", "--fail-on-code", yaml.toString())
                        .code())
                .isOne();
        Path out = folder.resolve("out/retries.properties");
        assertThat(LabRun.of("config", "import", "--out", out.toString(), yaml.toString())
                        .out())
                .isEmpty();
        assertThat(Files.readString(out)).isEqualTo(run.out());
    }
}
