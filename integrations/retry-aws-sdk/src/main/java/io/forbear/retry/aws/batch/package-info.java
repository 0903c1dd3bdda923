/**
 * Batches of AWS services: an answer with status 200 may name entries that failed, and the SDK retries none of them.
 *
 * <p>There is a class for each service, such as {@link io.forbear.retry.aws.batch.SqsBatches}. All of them work alike:
 *
 * <ul>
 *   <li>Entries are split into requests in the order given: each request takes as many as the limits of the service on
 *       count and bytes allow.
 *   <li>A request is one {@linkplain io.forbear.retry.Retry#callBatch batch call}: only entries that failed go again,
 *       in the order given, each by the error code that the service gave it. A retry costs one token of a budget.
 *   <li>The retries of the client itself are off for these requests, whatever strategy the client has.
 *   <li>What failed is in the result, never thrown, once a request was sent. An answer that does not tell of each entry
 *       exactly once is refused: the outcome of its entries is unknown.
 * </ul>
 *
 * <p>SQS, Kinesis and DynamoDB have a class for the asynchronous client too, such as {@link
 * io.forbear.retry.aws.batch.SqsAsyncBatches}: each request is one {@linkplain io.forbear.retry.Retry#callBatchAsync
 * asynchronous batch call}. The first request is begun on the thread of the caller, a later one where the one before
 * has ended: on a thread of the client, or of the executor of the {@code Retry}. A future ends with the failure itself,
 * not with a {@code CompletionException} around it. Cancelling it cancels the request that is under way, or the wait
 * for its next attempt, and no other follows; what was done until then is not told.
 *
 * <p>The client of a service is an optional dependency; each class needs that of its own service alone.
 */
@NullMarked
package io.forbear.retry.aws.batch;

import org.jspecify.annotations.NullMarked;
