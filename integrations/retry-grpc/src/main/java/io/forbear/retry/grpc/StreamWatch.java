package io.forbear.retry.grpc;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.util.concurrent.atomic.LongAdder;

/**
 * Watches the streams of one attempt: whether any reached a connection, and how many of them the channel made by its
 * own retry policy. Told by the threads of the transport.
 */
final class StreamWatch extends ClientStreamTracer.Factory {

    private final LongAdder channelRetries;
    private volatile boolean asked;
    private volatile boolean created;

    StreamWatch(LongAdder channelRetries) {
        this.channelRetries = channelRetries;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        asked = true;
        if (info.getPreviousAttempts() > 0 && !info.isTransparentRetry()) {
            channelRetries.increment();
        }
        return new Tracer();
    }

    /**
     * Tells whether nothing was written to any connection, so that the server has certainly done nothing. Of an attempt
     * that another interceptor answered, and that came to no channel, that is not known.
     */
    boolean isUnsent() {
        return asked && !created;
    }

    private final class Tracer extends ClientStreamTracer {

        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
            created = true;
        }
    }
}
