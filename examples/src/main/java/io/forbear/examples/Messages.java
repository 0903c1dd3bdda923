package io.forbear.examples;

import io.forbear.retry.CallOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;

/** A consumer: short faults are retried in place, longer ones are left to the broker's redelivery. */
final class Messages {

    private final Queue<String> queue;
    private final Retry mail = Retries.named("mail-service")
            .policy(RetryPolicy.builder()
                    .maxAttempts(3)
                    .deadline(Duration.ofSeconds(20)) // well below the time after which the broker delivers again
                    .build())
            .build();

    Messages(Queue<String> queue) {
        this.queue = queue;
    }

    /** Returns whether the message was handled; one that was not stays in the queue. */
    boolean consume(Callable<String> send) {
        String message = queue.peek();
        if (message == null) {
            return false;
        }
        CallOutcome<String> outcome = mail.callForOutcome(send::call);
        if (outcome.isSuccess()) {
            queue.remove(message); // acknowledge
        }
        return outcome.isSuccess();
    }

    public static void main(String[] args) {
        Queue<String> queue = new java.util.ArrayDeque<>();
        queue.add("welcome");
        boolean handled = new Messages(queue).consume(() -> "sent");
        System.out.println("handled: " + handled + ", left: " + queue.size());
    }
}
