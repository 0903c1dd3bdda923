/**
 * Retries over gRPC: {@link io.forbear.retry.grpc.GrpcRetry} makes the unary calls of a channel or a stub by a {@code
 * Retry}; {@link io.forbear.retry.grpc.IncomingAttempts} reads on the server which attempt a call is, and may refuse
 * it; {@link io.forbear.retry.grpc.ServiceConfig} writes a policy for the retries of the channel itself, and {@link
 * io.forbear.retry.grpc.ChannelRetries} counts those.
 */
@NullMarked
package io.forbear.retry.grpc;

import org.jspecify.annotations.NullMarked;
