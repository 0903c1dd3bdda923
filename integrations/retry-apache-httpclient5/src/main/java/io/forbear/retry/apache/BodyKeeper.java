package io.forbear.retry.apache;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.jspecify.annotations.Nullable;

/** Reads the body of a failed response to its end, and keeps it unless it is too long. One thread at a time. */
final class BodyKeeper implements AsyncDataConsumer {

    /** What is kept of a body. */
    static final int MOST_BYTES = 1 << 20;

    private @Nullable ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private List<? extends Header> trailers = List.of();
    private volatile boolean ended;

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        channel.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer source) {
        ByteArrayOutputStream bytes = kept;
        if (bytes == null || bytes.size() + source.remaining() > MOST_BYTES) {
            kept = null;
            source.position(source.limit());
            return;
        }
        byte[] some = new byte[source.remaining()];
        source.get(some);
        bytes.writeBytes(some);
    }

    @Override
    public void streamEnd(@Nullable List<? extends Header> last) {
        trailers = last == null ? List.of() : last;
        ended = true;
    }

    @Override
    public void releaseResources() {}

    boolean hasEnded() {
        return ended;
    }

    byte @Nullable [] bytes() {
        ByteArrayOutputStream bytes = kept;
        return bytes == null ? null : bytes.toByteArray();
    }

    List<? extends Header> trailers() {
        return trailers;
    }
}
