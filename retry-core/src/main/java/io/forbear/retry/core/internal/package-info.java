/**
 * What the packages of the core share: the contracts between the engine and its parts, and small tools. Not exported.
 *
 * <p>The core has some words of its own. Each is used for one thing only:
 *
 * <dl>
 *   <dt>admission
 *   <dd>the token of a breaker's state for an attempt that needs no permit. See {@code FedBreaker}.
 *   <dt>epoch
 *   <dd>the time during which a service keeps the same budget and breaker; each epoch has counters of its own. See
 *       {@code service.Epoch}.
 *   <dt>fast path
 *   <dd>a call that succeeds at its first attempt: one striped counter, no clock, no allocation, no lock. It is open if
 *       nothing that was configured must be told of every call. See {@code service.Plan}.
 *   <dt>feed <dd>the counters of a service, which its budget, breaker and gate read instead of being told of successes.
 *   See {@code
 *       CallFeed}.
 *   <dt>lead
 *   <dd>of the failed items of a batch, the one whose failure stands for all when the retry is decided. See {@code
 *       call.BatchLead}.
 *   <dt>look <dd>to read a feed and put its growth since the last look into the present bucket of a window. <dt>mark
 *   <dd>the note on a thread which attempt it runs, and when that must end. See {@code ThreadMark}. (In a count window,
 *   a
 *       mark is the bit of a failed or slow call; in a client, its token bucket.)
 *   <dt>purse
 *   <dd>the client whose token bucket pays for the retries of another client of the same id. See {@code
 *       client.ClientBudgets}.
 *   <dt>receipt
 *   <dd>what one retry took from the budget and when, packed in a {@code long}, so that it can be refunded. See {@code
 *       service.Receipt}.
 *   <dt>tick
 *   <dd>the one thread that looks at the feeds of all services while they grow. See {@code Tick}.
 *   <dt>watch
 *   <dd>decides when a feed must be looked at; asleep while its counters stand still. See {@code Watch}.
 * </dl>
 */
@NullMarked
package io.forbear.retry.core.internal;

import org.jspecify.annotations.NullMarked;
