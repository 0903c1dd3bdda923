package io.forbear.retry.aws.consumer;

/**
 * Handles one message or record. It must be able to take one twice.
 *
 * @param <R> the messages or records
 * @since 0.1
 */
@FunctionalInterface
public interface RecordHandler<R> {

    /**
     * Handles a message or record.
     *
     * @param item what is to be handled
     * @throws Exception if it was not done: it comes again
     */
    void handle(R item) throws Exception;
}
