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
 * <p>The client of a service is an optional dependency; each class needs that of its own service alone.
 */
@NullMarked
package io.forbear.retry.aws.batch;

import org.jspecify.annotations.NullMarked;
