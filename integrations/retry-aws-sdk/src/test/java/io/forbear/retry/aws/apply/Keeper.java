package io.forbear.retry.aws.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.export.ExportedPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A service that keeps one document, as it was told last, and answers reads with it: in the protocol of the real one.
 */
final class Keeper implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StubServer server;
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private volatile ObjectNode document;
    private volatile Consumer<ObjectNode> twist = nothing -> {};

    /**
     * Starts a service.
     *
     * @param document what it holds first
     * @param protocol answers one request: a read by the document, a write by {@link #keep}
     */
    Keeper(String document, BiFunction<Keeper, Request, Answer> protocol) {
        this.document = object(document);
        this.server = StubServer.start(request -> protocol.apply(this, request));
    }

    StubServer server() {
        return server;
    }

    ObjectNode document() {
        return document.deepCopy();
    }

    /** What the service makes of each write, other than keeping it. */
    void twist(Consumer<ObjectNode> value) {
        twist = value;
    }

    Answer keep(ObjectNode next) {
        writes.add(next.toString());
        ObjectNode kept = next.deepCopy();
        twist.accept(kept);
        document = kept;
        return Answer.json("{}");
    }

    /** Takes the fields of a request over, and leaves the others as they are. */
    Answer merge(JsonNode fields) {
        ObjectNode next = document();
        next.setAll((ObjectNode) fields);
        keep(next);
        return held();
    }

    Answer held() {
        return Answer.json(document.toString());
    }

    List<String> writes() {
        return new ArrayList<>(writes);
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    static Answer notFound(String service) {
        return Answer.error(service, 404, "ResourceNotFoundException", Map.of());
    }

    static Answer refused(String service) {
        return Answer.error(service, 400, "ValidationException", Map.of());
    }

    static ExportedPolicy policy(int attempts) {
        return ExportedPolicy.of(
                "orders", RetryPolicy.builder().maxAttempts(attempts).build());
    }

    static ExportedPolicy policy(int attempts, Duration attemptTimeout, Duration deadline) {
        return ExportedPolicy.of(
                "orders",
                RetryPolicy.builder()
                        .maxAttempts(attempts)
                        .attemptTimeout(attemptTimeout)
                        .deadline(deadline)
                        .build());
    }

    @Override
    public void close() {
        server.close();
    }
}
