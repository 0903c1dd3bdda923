package io.forbear.retry.aws.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PartialBatchTest {

    static {
        QuietLog.set();
    }

    private static SQSEvent event(String source, String... ids) {
        SQSEvent event = new SQSEvent();
        event.setRecords(List.of(ids).stream()
                .map(id -> {
                    SQSMessage message = new SQSMessage();
                    message.setMessageId(id);
                    message.setEventSourceArn(source);
                    return message;
                })
                .toList());
        return event;
    }

    private static List<String> identifiers(SQSBatchResponse response) {
        return response.getBatchItemFailures().stream()
                .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
                .toList();
    }

    private static RecordHandler<SQSMessage> failing(String... ids) {
        return message -> {
            if (List.of(ids).contains(message.getMessageId())) {
                throw new IllegalStateException("no");
            }
        };
    }

    @Test
    void theNameOfTheQueueSaysWhetherItHasAnOrder() {
        assertThat(identifiers(SqsEvents.handle(event("arn:aws:sqs:us-east-1:1:q", "1", "2", "3"), failing("2"))))
                .containsExactly("2");
        assertThat(identifiers(SqsEvents.handle(event("arn:aws:sqs:us-east-1:1:q.fifo", "1", "2", "3"), failing("2"))))
                .containsExactly("2", "3");
    }

    @Test
    void anEventWithoutRecordsIsDone() {
        assertThat(identifiers(SqsEvents.handle(new SQSEvent(), failing()))).isEmpty();
    }

    @Test
    void aRecordWithoutAnIdentifierFailsTheFunctionAndSoTheWholeBatch() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SqsEvents.handle(event("q", "1", ""), failing("")))
                .withMessageContaining("expected: one for each record");
    }

    @Test
    void anErrorFailsTheFunction() {
        assertThatThrownBy(() -> SqsEvents.handle(event("q", "1"), message -> {
                    throw new AssertionError("broken");
                }))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void afterAnInterruptTheRestComesAgainUnhandledAndTheFlagIsSet() {
        List<String> handled = new ArrayList<>();
        SQSBatchResponse response = SqsEvents.handle(event("q", "1", "2", "3"), message -> {
            handled.add(message.getMessageId());
            if (handled.size() == 2) {
                throw new InterruptedException();
            }
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(handled).containsExactly("1", "2");
        assertThat(identifiers(response)).containsExactly("2", "3");
    }

    @Property(tries = 300)
    void aStreamComesAgainFromTheFirstThatFailedAndNothingBeforeItIsLost(
            @ForAll @IntRange(min = 0, max = 40) int count,
            @ForAll @Size(max = 5) Set<@IntRange(min = 0, max = 45) Integer> failing) {
        List<String> numbers = IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(100 + i))
                .toList();
        List<String> handled = new ArrayList<>();

        StreamsEventResponse response = StreamEvents.handle(ConsumerBatchesVectorsTest.kinesis(numbers), record -> {
            String number = record.getKinesis().getSequenceNumber();
            if (failing.contains(Integer.parseInt(number) - 100)) {
                throw new IllegalStateException("no");
            }
            handled.add(number);
        });

        Checkpoint checkpoint = Checkpoint.of(numbers, ConsumerBatchesVectorsTest.identifiers(response));
        List<String> all = new ArrayList<>(handled);
        all.addAll(checkpoint.again());
        assertThat(all).isEqualTo(numbers);
    }

    /** Halving finds the same record as handling one by one, and everything before it is done. */
    @Property(tries = 300)
    void halvingFindsTheFirstThatFails(
            @ForAll @IntRange(min = 0, max = 40) int count,
            @ForAll @Size(max = 5) Set<@IntRange(min = 0, max = 45) Integer> failing) {
        List<Integer> records = IntStream.range(0, count).boxed().toList();
        List<Integer> done = new ArrayList<>();

        PartialBatch<Integer> result = PartialBatch.bisect(records, some -> {
            if (some.stream().anyMatch(failing::contains)) {
                throw new IllegalStateException("no");
            }
            done.addAll(some);
        });

        int first = records.stream().filter(failing::contains).findFirst().orElse(count);
        assertThat(result.again()).isEqualTo(records.subList(first, count));
        assertThat(done).isEqualTo(records.subList(0, first));
        assertThat(result.failures().keySet()).isEqualTo(first < count ? Set.of(first) : Set.of());
        assertThat(result.isComplete()).isEqualTo(first == count);
        assertThat(result.isFailed()).isEqualTo(count > 0 && first == 0);
    }
}
