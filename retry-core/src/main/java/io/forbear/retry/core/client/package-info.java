/**
 * What is kept of each client of a service: its budget, the window of its last operations, its counters. Not exported.
 *
 * <p>Read {@link io.forbear.retry.core.client.ClientTable} first (look-up and insertion), then {@code Eviction} (the
 * bound of the table), {@link io.forbear.retry.core.client.Client} (the state, and the proof that an eviction loses no
 * withdrawal), {@code Outcomes} and {@code Refill} (how that state is packed), and {@code ClientBudgets} (which bucket
 * pays).
 *
 * <p>Words:
 *
 * <ul>
 *   <li><em>slot</em>: an element of the hash table; holds the clients whose hashes collide there ({@code
 *     SlotClients}).
 *   <li><em>entry</em>: what the bound counts, one for each client in a slot. An <em>overflow client</em> has none; it
 *       stands for all ids that got no entry.
 *   <li><em>bucket</em>: the token bucket of a client. It is stored as its <em>full level</em> ({@code Refill}).
 *   <li><em>purse</em>: the client whose bucket pays for the retries of another one. Usually a client is its own purse.
 *       Where services share budgets, the purse is the client of the same id in the table that keeps the budgets. A
 *       client that was evicted has its successor as purse; one that got no entry has an overflow client.
 *   <li><em>successor</em>: the client that has the id of an evicted one now.
 * </ul>
 */
@NullMarked
package io.forbear.retry.core.client;

import org.jspecify.annotations.NullMarked;
