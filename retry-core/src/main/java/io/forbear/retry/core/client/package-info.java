/**
 * What is kept of each client of a service: its budget, the window of its last operations, its counters. Not exported.
 *
 * <p>Read {@link io.forbear.retry.core.client.ClientTable} first (who is kept), then {@link
 * io.forbear.retry.core.client.Client} (what is kept), {@code Outcomes} and {@code Refill} (how it is packed).
 */
@NullMarked
package io.forbear.retry.core.client;

import org.jspecify.annotations.NullMarked;
