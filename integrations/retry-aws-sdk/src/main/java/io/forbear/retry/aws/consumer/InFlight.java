package io.forbear.retry.aws.consumer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** A message that has been received, and is neither deleted nor given back. */
final class InFlight {

    private final Message message;
    private final long receivedAtNanos = System.nanoTime();

    InFlight(Message message) {
        this.message = message;
    }

    Message message() {
        return message;
    }

    Duration sinceReceive() {
        return Duration.ofNanos(System.nanoTime() - receivedAtNanos);
    }

    /** Returns how often the message has been received; 1 where the service does not say. */
    int receiveCount() {
        String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        return count == null ? 1 : Math.max(1, Integer.parseInt(count));
    }

    @Nullable
    String group() {
        return message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    }
}
