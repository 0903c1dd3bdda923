/**
 * Consumers of queues and streams of AWS, whose retries are made by the service: a message or record that was not done
 * comes again.
 *
 * <p>{@link io.forbear.retry.aws.consumer.SqsConsumer} reads a queue by itself. Functions of Lambda, which are handed
 * batches, answer by {@link io.forbear.retry.aws.consumer.SqsEvents} and {@link
 * io.forbear.retry.aws.consumer.StreamEvents}; a reader of a stream of its own uses {@link
 * io.forbear.retry.aws.consumer.PartialBatch} and {@link io.forbear.retry.aws.consumer.Checkpoint}. {@link
 * io.forbear.retry.aws.consumer.VisibilityBackoff} makes a backoff of the visibility time-out.
 *
 * <p>All of them deliver at least once: a handler must be able to take a message twice.
 */
@NullMarked
package io.forbear.retry.aws.consumer;

import org.jspecify.annotations.NullMarked;
