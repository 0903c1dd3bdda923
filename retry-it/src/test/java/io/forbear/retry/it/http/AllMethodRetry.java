package io.forbear.retry.it.http;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.http.HttpRetry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** For a JVM of its own, in which the client of the JDK repeats requests of all methods: it reads that switch once. */
final class AllMethodRetry {

    private AllMethodRetry() {}

    /** Prints how often a POST reaches a server that closes the connection, without and with the adapter. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (ScriptedServer server = ScriptedServer.start();
                Retry retry = Retries.named("orders")
                        .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                        .build()) {
            server.always(Answers.close());
            HttpClient bare =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest post = HttpRequest.newBuilder(server.uri("/"))
                    .POST(BodyPublishers.ofString("body"))
                    .build();
            int without = requests(server, bare, post);
            int with = requests(server, HttpRetry.over(bare, retry), post);
            System.out.println("bare " + without + ", adapter " + with);
        }
        System.exit(0); // the client of Java 17 cannot be closed
    }

    private static int requests(ScriptedServer server, HttpClient client, HttpRequest request)
            throws InterruptedException {
        server.forget();
        try {
            client.send(request, BodyHandlers.discarding());
        } catch (IOException expected) {
            return server.requests().size();
        }
        throw new AssertionError("the server answered");
    }
}
