package io.forbear.retry.aws.consumer;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** A message that has been received, and is neither deleted nor given back. */
final class InFlight {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");
    private static final BigInteger MOST = BigInteger.valueOf(Integer.MAX_VALUE);

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

    /** Returns how often the message has been received; 1 where the service does not say, or says no number. */
    int receiveCount() {
        String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        if (count == null || !DIGITS.matcher(count).matches()) {
            return 1;
        }
        return new BigInteger(count).max(BigInteger.ONE).min(MOST).intValue();
    }

    @Nullable
    String group() {
        return message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    }
}
