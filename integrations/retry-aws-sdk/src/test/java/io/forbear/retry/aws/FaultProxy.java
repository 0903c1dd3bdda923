package io.forbear.retry.aws;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What stands before a server that makes no faults of its own: a stub that hands requests on, or does not. */
public final class FaultProxy {

    private static final Set<String> NOT_HANDED_ON =
            Set.of("host", "content-length", "connection", "expect", "transfer-encoding", "upgrade", "http2-settings");

    private FaultProxy() {}

    /** What becomes of a request. */
    @FunctionalInterface
    public interface Script {
        Answer answer(StubServer.Request request, Server server);
    }

    /** The server behind. */
    @FunctionalInterface
    public interface Server {
        /** Hands a request on, with another body. */
        Answer ask(StubServer.Request request, byte[] body);

        /** Hands a request on as it is. */
        default Answer ask(StubServer.Request request) {
            return ask(request, request.bytes());
        }
    }

    /** Starts a proxy in front of a server. */
    public static StubServer before(URI server, Script script) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return StubServer.start(request -> script.answer(request, (asked, body) -> ask(http, server, asked, body)));
    }

    private static Answer ask(HttpClient http, URI server, StubServer.Request request, byte[] body) {
        HttpRequest.Builder asked = HttpRequest.newBuilder(server.resolve(request.uri()))
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body));
        request.headers().forEach((name, value) -> {
            if (!NOT_HANDED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                asked.header(name, value);
            }
        });
        try {
            HttpResponse<byte[]> answer = http.send(asked.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, String> headers = new HashMap<>();
            answer.headers().map().forEach((name, values) -> {
                if (!NOT_HANDED_ON.contains(name)) {
                    headers.put(name, values.get(0));
                }
            });
            return new Answer(answer.statusCode(), headers, answer.body(), null);
        } catch (IOException e) {
            return Answer.broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.broken(new IOException(e));
        }
    }
}
