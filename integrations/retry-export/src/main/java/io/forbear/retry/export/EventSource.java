package io.forbear.retry.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Where the records of an event source mapping of Lambda come from.
 *
 * @since 0.1
 */
public enum EventSource {
    /** A stream of Kinesis. */
    KINESIS(true),
    /** A stream of a DynamoDB table. */
    DYNAMODB(true),
    /** A topic of Managed Streaming for Apache Kafka. */
    MSK(true),
    /** A topic of any other Kafka. */
    KAFKA(true),
    /** A queue of SQS. */
    SQS(false),
    /** A broker of Amazon MQ. */
    MQ(false),
    /** A change stream of DocumentDB. */
    DOCUMENTDB(false);

    private final boolean retryFields;

    EventSource(boolean retryFields) {
        this.retryFields = retryFields;
    }

    /**
     * Tells whether its mapping takes a number of retries and an age.
     *
     * @return {@code true} for streams and Kafka
     */
    public boolean hasRetryFields() {
        return retryFields;
    }

    /**
     * Returns the source of a word.
     *
     * @param word its name in any case, such as {@code kinesis}
     * @return the source
     * @throws IllegalArgumentException if there is none of that name
     */
    public static EventSource of(String word) {
        return Arrays.stream(values())
                .filter(source -> source.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("source: " + word + " (expected: "
                        + Arrays.stream(values()).map(Units::word).collect(Collectors.joining(" | ")) + ")"));
    }
}
