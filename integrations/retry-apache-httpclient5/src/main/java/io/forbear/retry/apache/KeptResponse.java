package io.forbear.retry.apache;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A failed response, and what keeps its body.
 *
 * @param details of the body, {@code null} where there is none, as {@code body}
 */
record KeptResponse(
        HttpResponse response,
        @Nullable EntityDetails details,
        @Nullable BodyKeeper body) {

    /** Stands for a response that is no failure, which the caller has got. */
    static final KeptResponse PASSED = new KeptResponse(new BasicHttpResponse(200), null, null);

    /** Tells whether the body has come whole. */
    boolean isWhole() {
        BodyKeeper keeper = body;
        return keeper == null || keeper.hasEnded();
    }

    /** Gives the response to the caller as if it came now. */
    void giveTo(AsyncExecCallback caller) {
        try {
            AsyncDataConsumer consumer = caller.handleResponse(response, details);
            BodyKeeper keeper = body;
            if (keeper != null && consumer != null) {
                replay(keeper, consumer);
            }
        } catch (HttpException | IOException | RuntimeException broken) {
            caller.failed(broken);
            return;
        }
        caller.completed();
    }

    private static void replay(BodyKeeper keeper, AsyncDataConsumer consumer) throws HttpException, IOException {
        byte[] bytes = keeper.bytes();
        if (bytes == null) {
            throw new IOException("body of a failed response: too long (expected: at most " + BodyKeeper.MOST_BYTES
                    + " bytes, for it is kept until the call has ended)");
        }
        consumer.updateCapacity(increment -> {});
        if (bytes.length > 0) {
            consumer.consume(ByteBuffer.wrap(bytes));
        }
        consumer.streamEnd(keeper.trailers());
    }
}
