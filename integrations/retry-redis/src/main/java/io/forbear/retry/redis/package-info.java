/**
 * One budget of retries for all processes that call a service: {@link io.forbear.retry.redis.FleetBudget}. It leases
 * tokens from Redis or Valkey in the background, through a {@link io.forbear.retry.redis.StoreConnection}; {@link
 * io.forbear.retry.redis.LettuceStore} makes one of a connection of Lettuce.
 */
@NullMarked
package io.forbear.retry.redis;

import org.jspecify.annotations.NullMarked;
