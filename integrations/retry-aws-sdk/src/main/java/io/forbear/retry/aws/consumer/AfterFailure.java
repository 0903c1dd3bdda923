package io.forbear.retry.aws.consumer;

/**
 * What becomes of the rest of a batch after one of it has failed.
 *
 * @since 0.1
 */
public enum AfterFailure {
    /** It is handled: for a standard queue, which has no order. */
    GO_ON,
    /**
     * What is of the same message group is not handled and comes again, the other groups are handled: for a FIFO queue
     * whose groups have nothing to do with one another.
     */
    SKIP_GROUP,
    /** It is not handled and comes again: for a stream, and for a FIFO queue. */
    STOP
}
