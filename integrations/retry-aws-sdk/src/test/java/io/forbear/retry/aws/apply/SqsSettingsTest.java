package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.aws.ElasticQueue;
import io.forbear.retry.export.ExportedPolicy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Against ElasticMQ, which keeps queues as SQS does. */
class SqsSettingsTest {

    private static ElasticQueue queues;

    @BeforeAll
    static void start() {
        queues = ElasticQueue.start();
    }

    @AfterAll
    static void stop() {
        queues.close();
    }

    private static String attribute(String queueUrl, QueueAttributeName name) {
        return queues.client()
                .getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
                .attributes()
                .get(name);
    }

    private static String arn(String queueUrl) {
        return attribute(queueUrl, QueueAttributeName.QUEUE_ARN);
    }

    @Test
    void aRedrivePolicyIsSetReadBackAndFoundSetTheNextTime() {
        String queue = queues.queue("redrive");
        String dead = arn(queues.queue("redrive-dead"));
        ServiceSetting setting = SqsSettings.of(queues.client()).redrive(queue, Keeper.policy(5), dead);

        SettingReport first = setting.apply(Duration.ZERO);
        SettingReport second = setting.apply(Duration.ZERO);

        assertThat(first.written()).isTrue();
        assertThat(first.place()).isEqualTo("queue " + queue);
        assertThat(first.changes())
                .containsExactly(
                        new SettingDifference("RedrivePolicy.deadLetterTargetArn", dead, "nothing"),
                        new SettingDifference("RedrivePolicy.maxReceiveCount", "5", "nothing"));
        assertThat(first.export().dropped()).anyMatch(sentence -> sentence.startsWith("backoff and jitter: "));
        assertThat(first.report())
                .contains("written  RedrivePolicy.maxReceiveCount: nothing became 5\n")
                .contains("\ndropped  backoff and jitter: ");
        assertThat(attribute(queue, QueueAttributeName.REDRIVE_POLICY))
                .contains("\"deadLetterTargetArn\":\"" + dead + "\"")
                .containsPattern("\"maxReceiveCount\":\"?5\"?");
        assertThat(second.written()).isFalse();
        assertThat(second.isHeld()).isTrue();
        assertThat(second.changes()).isEmpty();
    }

    @Test
    void aMessageGoesToTheDeadLettersAfterTheAttemptsThatWereApplied() {
        String queue = queues.queue("applied");
        String deadUrl = queues.queue("applied-dead");
        SqsSettings.of(queues.client())
                .redrive(queue, Keeper.policy(2), arn(deadUrl))
                .apply();
        SqsSettings.of(queues.client())
                .visibility(queue, Keeper.policy(2, Duration.ofNanos(1), Duration.ofHours(1)))
                .apply();
        queues.client().sendMessage(r -> r.queueUrl(queue).messageBody("hello"));

        int receives = 0;
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (queues.size(deadUrl) == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            receives += queues.receive(queue).size();
        }

        assertThat(receives).isEqualTo(2);
    }

    @Test
    void aComparisonTellsWhatDiffersAndChangesNothing() {
        String queue = queues.queue("compared", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30"));
        ExportedPolicy policy = Keeper.policy(3, Duration.ofSeconds(45), Duration.ofHours(1));

        SettingReport report =
                SqsSettings.of(queues.client()).visibility(queue, policy).compare();

        assertThat(report.isHeld()).isFalse();
        assertThat(report.report()).isEqualTo("differs  VisibilityTimeout: 30 (expected: 45)");
        assertThat(attribute(queue, QueueAttributeName.VISIBILITY_TIMEOUT)).isEqualTo("30");
    }

    @Test
    void aVisibilityTimeoutIsClampedToTwelveHoursAndTheReportSaysSo() {
        String queue = queues.queue("clamped");
        ExportedPolicy policy = Keeper.policy(3, Duration.ofHours(13), Duration.ofHours(14));

        SettingReport report =
                SqsSettings.of(queues.client()).visibility(queue, policy).apply(Duration.ZERO);

        assertThat(attribute(queue, QueueAttributeName.VISIBILITY_TIMEOUT)).isEqualTo("43200");
        assertThat(report.export().clamped()).hasToString("[VisibilityTimeout: 46800 became 43200]");
        assertThat(report.report()).contains("clamped  VisibilityTimeout: 46800 became 43200");
    }

    @Test
    void aPolicyWithoutAnAttemptTimeoutLeavesTheQueueAsItIs() {
        String queue = queues.queue("left", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "7"));

        SettingReport report = SqsSettings.of(queues.client())
                .visibility(queue, Keeper.policy(3))
                .apply();

        assertThat(report.written()).isFalse();
        assertThat(report.report()).startsWith("note     attempt-timeout: none");
        assertThat(attribute(queue, QueueAttributeName.VISIBILITY_TIMEOUT)).isEqualTo("7");
    }

    @Test
    void aDeadLetterQueueOfAnotherTypeIsRefusedBeforeAnythingIsWritten() {
        String queue = queues.queue("kind.fifo");
        String dead = arn(queues.queue("kind-dead"));
        ServiceSetting setting = SqsSettings.of(queues.client()).redrive(queue, Keeper.policy(3), dead);

        assertThatThrownBy(setting::apply)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deadLetterArn: " + dead + " (expected: a FIFO queue");
        assertThat(attribute(queue, QueueAttributeName.REDRIVE_POLICY)).isNull();
    }

    @Test
    void aPlaceWithoutANameIsRefused() {
        assertThatThrownBy(() -> SqsSettings.of(queues.client()).visibility(" ", Keeper.policy(3)))
                .hasMessage("queueUrl: \" \" (expected: the name of a queue)");
        assertThat(SqsSettings.of(queues.client()).visibility("u", Keeper.policy(3)))
                .hasToString("ServiceSetting(queue u)");
    }
}
