package io.forbear.retry.export;

import java.util.regex.Pattern;

/** The ARN of a queue of SQS. */
record QueueArn(String text) {

    private static final Pattern FORM =
            Pattern.compile("arn:[a-z][a-z0-9-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\\.fifo)?");

    static QueueArn of(String name, String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(name + ": " + text
                    + " (expected: the ARN of a queue, such as arn:aws:sqs:us-east-1:123456789012:dead)");
        }
        return new QueueArn(text);
    }

    boolean isFifo() {
        return text.endsWith(".fifo");
    }
}
