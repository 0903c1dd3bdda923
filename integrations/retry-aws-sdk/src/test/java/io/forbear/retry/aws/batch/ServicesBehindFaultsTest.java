package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.BatchResult;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.aws.batch.Adapters.Adapter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The batches of each service by its real client, against a server that throttles, fails inside, breaks connections off
 * without an answer and in the middle of one, hangs, and stops for a while in the middle of an answer. Each request is
 * made again until it has an answer.
 */
class ServicesBehindFaultsTest {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    /** What a server does to a request, by the number of the request. */
    private static final Map<Integer, BiFunction<Adapter, Request, Answer>> FAULTS = Map.of(
            1, (adapter, request) -> error(request, 400, "ThrottlingException"),
            2, (adapter, request) -> error(request, 500, "InternalError"),
            3, (adapter, request) -> error(request, 503, "ServiceUnavailable"),
            4, (adapter, request) -> Answer.broken(new IOException("no answer")),
            5, (adapter, request) -> error(request, 500, "InternalError").half(),
            6, (adapter, request) -> hang(),
            7, (adapter, request) -> adapter.done(request).slow());

    private static Answer error(Request request, int status, String code) {
        return Answer.error(service(request), status, code, Map.of());
    }

    /** S3 and X-Ray name no operation in a header; the others speak JSON. */
    private static String service(Request request) {
        return request.uri().getPath().startsWith("/bucket")
                ? "s3"
                : request.uri().getPath().startsWith("/Trace") ? "xray" : "json";
    }

    private static Answer hang() {
        try {
            NEVER.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        return Answer.broken(new IOException("too late"));
    }

    @TestFactory
    Stream<DynamicTest> aBatchOutlastsEachKindOfFault() {
        return Adapters.operations()
                .map(operation ->
                        DynamicTest.dynamicTest(operation, () -> outlasts(operation, Adapters.of(operation))));
    }

    @TestFactory
    Stream<DynamicTest> aBatchOfAnAsynchronousClientOutlastsEachKindOfFault() {
        return AsyncAdapters.operations().stream()
                .sorted()
                .map(operation ->
                        DynamicTest.dynamicTest(operation, () -> outlasts(operation, AsyncAdapters.of(operation))));
    }

    private static void outlasts(String operation, Adapter adapter) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        ArrayNode items = given.putArray("items");
        if (operation.equals("BatchWriteItem")) {
            items.addArray().add("T").add("a");
        } else {
            items.add(operation.equals("UploadPart") ? "1" : "a");
        }
        try (StubServer server = StubServer.start(request -> {
            BiFunction<Adapter, Request, Answer> fault = FAULTS.get(request.number());
            return fault == null ? adapter.done(request) : fault.apply(adapter, request);
        })) {
            server.limitAttempts();

            BatchResult<?, ?> result = adapter.send(server, Retrying.atOnce(20), given);

            assertThat(result.failed()).isEmpty();
            assertThat(server.count()).isGreaterThanOrEqualTo(FAULTS.size());
            List<Request> requests = server.requests();
            assertThat(requests).allSatisfy(request -> assertThat(adapter.names(request))
                    .isEqualTo(adapter.names(requests.get(0))));
        }
    }
}
