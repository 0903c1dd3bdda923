package io.forbear.retry.it.http;

import io.forbear.retry.Retry;
import io.forbear.retry.spring.web.WebClientRetry;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** Spring's {@code WebClient} behind {@link WebClientRetry}, over reactor-netty with one connection and one thread. */
class WebClientTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new Web(retry);
    }

    @Override
    protected Set<Mode> modes() {
        return EnumSet.of(Mode.ASYNCHRONOUS);
    }

    /** Of a publisher the filter cannot know whether it can be subscribed to again: the user says so. */
    @Override
    protected boolean hasOneShotBodies() {
        return false;
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    private static final class Web implements HttpCaller {

        private final LoopResources thread = LoopResources.create("web-client", 1, true);
        private final ConnectionProvider pool = ConnectionProvider.create("web-client", 1);
        private final WebClient client;

        private Web(Retry retry) {
            client = WebClient.builder()
                    .clientConnector(new ReactorClientHttpConnector(
                            HttpClient.create(pool).runOn(thread)))
                    .filter(WebClientRetry.of(retry))
                    .build();
        }

        @Override
        public CompletableFuture<Reply> sendAsync(Call call) {
            WebClient.RequestBodySpec request = client.method(HttpMethod.valueOf(call.method()))
                    .uri(call.uri())
                    .headers(headers -> call.headers().forEach(headers::set));
            WebClient.RequestHeadersSpec<?> whole = call.body() == Body.NONE ? request : request.bodyValue("body");
            return whole.exchangeToMono(response -> response.bodyToMono(String.class)
                            .defaultIfEmpty("")
                            .map(body -> new Reply(response.statusCode().value(), body)))
                    .onErrorResume(WebClientRequestException.class, wrapped -> Mono.error(cause(wrapped)))
                    .toFuture();
        }

        /** The cause, with the reason why the call stopped. */
        private static Throwable cause(WebClientRequestException wrapped) {
            if (!(wrapped.getCause() instanceof IOException io)) {
                return wrapped;
            }
            for (Throwable note : wrapped.getSuppressed()) {
                io.addSuppressed(note);
            }
            return io;
        }

        @Override
        public Executor clientThread() {
            return thread.onClient(true).next();
        }

        @Override
        public void close() {
            pool.dispose();
            thread.dispose();
        }
    }
}
