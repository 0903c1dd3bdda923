package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is done with the body of a response that is retried, whatever kind of body it is. */
class DiscardedBodiesTest {

    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();

    /** A response of which only the body matters. */
    private record Response(Object body) implements HttpResponse<Object> {
        @Override
        public int statusCode() {
            return 503;
        }

        @Override
        public HttpRequest request() {
            return HttpRequest.newBuilder(uri()).build();
        }

        @Override
        public Optional<HttpResponse<Object>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return URI.create("http://127.0.0.1/");
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    /** A body that ends, breaks or never comes. */
    private final class Body extends InputStream {
        private final @Nullable IOException broken;
        private final boolean hangs;

        private Body(@Nullable IOException broken, boolean hangs) {
            this.broken = broken;
            this.hangs = hangs;
        }

        @Override
        public int read() throws IOException {
            if (broken != null) {
                throw broken;
            }
            if (hangs) {
                waitsFor(closed);
            }
            return -1;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private static void waitsFor(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(1, TimeUnit.MINUTES)) {
                throw new IOException("nobody closed it");
            }
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
    }

    private static Retry service() {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .classifyResult(
                                Object.class,
                                result -> result.equals("ok") ? null : Classification.of(ErrorCategory.SERVER_ERROR))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    /** One attempt fails with the result, the next succeeds. */
    private Object attempt(Object first) {
        return made.getAndIncrement() == 0 ? first : "ok";
    }

    private void isRetried(Object first) {
        assertThat(service().<Object, RuntimeException>call(() -> attempt(first)))
                .isEqualTo("ok");
    }

    private void isRetriedWithoutWaiting(Object first) throws Exception {
        CompletableFuture<Object> call = service().callAsync(() -> CompletableFuture.completedFuture(attempt(first)));

        assertThat(call.get(1, TimeUnit.MINUTES)).isEqualTo("ok");
    }

    private void isClosed() throws InterruptedException {
        assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aBodyThatEndsIsReadAndClosed() throws Exception {
        isRetried(new Response(new Body(null, false)));
        isClosed();
    }

    @Test
    void aBodyThatBreaksIsClosed() throws Exception {
        isRetried(new Response(new Body(new IOException("broken"), false)));
        isClosed();
    }

    @Test
    void aBodyThatNeverComesIsClosedAndHoldsNoCallerUp() throws Exception {
        isRetried(new Response(new Body(null, true)));
        isClosed();
    }

    @Test
    void aBodyThatNeverComesIsClosedByTheTimerWhereTheCallIsAsynchronous() throws Exception {
        isRetriedWithoutWaiting(new Response(new Body(null, true)));
        isClosed();
    }

    @Test
    void anInterruptedCallerClosesTheBodyAndKeepsItsFlag() throws Exception {
        Response response = new Response(new Body(null, true));
        Retry retry = service();

        Object returned = retry.<Object, RuntimeException>call(() -> {
            Thread.currentThread().interrupt();
            return attempt(response);
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(returned).isIn("ok", response);
    }

    @Test
    void aBodyThatIsPublishedIsCancelled() {
        CountDownLatch cancelled = new CountDownLatch(1);
        Flow.Publisher<Object> body = subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    throw new AssertionError("asked for " + count);
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            });
            subscriber.onNext("on its way already");
            subscriber.onError(new IOException("cancelled"));
            subscriber.onComplete();
        };

        isRetried(new Response(body));

        assertThat(cancelled.getCount()).isZero();
    }

    @Test
    void aBodyThatCanBeClosedIsClosed() throws Exception {
        AutoCloseable body = closed::countDown;

        isRetried(new Response(body));

        isClosed();
    }

    @Test
    void aBodyThatIsAValueIsLeftAlone() {
        isRetried(new Response("text"));
    }

    @Test
    void aResultThatCannotBeClosedChangesNothing() {
        AutoCloseable result = () -> {
            throw new IOException("broken");
        };

        isRetried(result);
    }

    @Test
    void aCloseThatIsInterruptedLeavesTheFlag() {
        AutoCloseable result = () -> {
            throw new InterruptedException();
        };

        Object returned = service().<Object, RuntimeException>call(() -> attempt(result));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(returned).isIn("ok", result);
    }

    @Test
    void aRuleThatThrowsWhereItDiscardsChangesNothing() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .classifyResult(
                                String.class,
                                result -> result.equals("ok") ? null : Classification.of(ErrorCategory.SERVER_ERROR))
                        .onDiscard(String.class, result -> {
                            throw new IllegalStateException("of the test");
                        })
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        assertThat(retry.<Object, RuntimeException>call(() -> attempt("bad"))).isEqualTo("ok");
    }
}
