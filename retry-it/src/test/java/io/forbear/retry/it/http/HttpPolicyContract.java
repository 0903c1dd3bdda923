package io.forbear.retry.it.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.it.http.HttpCaller.Reply;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The part of {@link HttpAdapterContract} on what the policy says of time, budget and watchers. */
public abstract class HttpPolicyContract extends HttpCancelContract {

    // ---- 6: when the server wants to be called again

    private static String httpDate(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @EnumSource
    void retryAfterIsWaitedFor(Mode mode) throws Throwable {
        assumeMakes(mode);
        RetryPolicy.Builder everyKind = policy().reset(ErrorCategory.RATE_LIMIT);
        Instant sent = Instant.parse("2026-03-04T05:06:07Z");
        String date = "Date: " + httpDate(sent);
        server.script(
                Answers.status(503, "Retry-After: 7"),
                Answers.status(503, date, "Retry-After: " + httpDate(sent.plusSeconds(9))),
                Answers.status(503, date, "Retry-After: " + httpDate(sent.minusSeconds(9))),
                Answers.status(503, "Retry-After: soon"),
                Answers.status(429, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 11"),
                Answers.status(200));

        make(mode, client(service(everyKind.maxAttempts(9)).build()), call("GET"));

        assertThat(waits(mode)).containsSubsequence(ofSeconds(7), ofSeconds(9), ofMillis(100), ofMillis(100));
        assertThat(waits(mode)).last().isEqualTo(ofSeconds(11));
        assertThat(server.requests()).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatAsksForTooLongIsNotWaitedFor(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503, "Retry-After: 99999999999999999999"));
        Retry retry = service(policy()).build();

        assertThat(make(mode, client(retry), call("GET")).status()).isEqualTo(503);

        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
    }

    // ---- 7: the deadline

    /** On real time, for the client's own time-out is. */
    @ParameterizedTest
    @EnumSource
    void theDeadlineBoundsAnAttempt(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.none());
        Retry retry = Retries.named("orders")
                .policy(policy().deadline(ofMillis(1_000)).build()) // in which a first request arrives
                .build();
        HttpCaller caller = client(retry);

        Throwable thrown = mode == Mode.BLOCKING
                ? catchThrowable(() -> caller.send(call("GET")))
                : catchThrowable(() -> caller.sendAsync(call("GET")).get(LONG.toSeconds(), TimeUnit.SECONDS))
                        .getCause();

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(server.requests()).isNotEmpty().allSatisfy(request -> assertThat(
                        Integer.parseInt(request.header("forbear-timeout-ms")))
                .isBetween(0, 1_000));
        await(() -> retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED) == 1);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatWouldEndAfterTheDeadlineIsNotBegun(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503, "Retry-After: 50"));
        Retry retry = Retries.named("orders")
                .policy(policy().deadline(ofSeconds(40)).build())
                .build();
        HttpCaller caller = client(retry);

        Reply reply = mode == Mode.BLOCKING
                ? caller.send(call("GET"))
                : caller.sendAsync(call("GET")).get(LONG.toSeconds(), TimeUnit.SECONDS);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    // ---- 9: the budget

    @Test
    void tenThousandFailingCallsAreNotAmplifiedBeyondTheBudget() throws Throwable {
        Mode mode = modes().iterator().next();
        server.always(Answers.status(503));
        Retry retry = open(Retries.named("orders")
                .policy(policy().build())
                .budget(RetryBudgets.tokenBucket(100).refill(0.001, Duration.ofDays(365)))
                .withoutCircuitBreaker()
                .runtime(time.runtime())
                .build());
        HttpCaller caller = open(caller(retry));

        for (int i = 0; i < 10_000; i++) {
            make(mode, caller, call("GET"));
        }

        assertThat(server.requests()).hasSize(10_000 + 100);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isGreaterThanOrEqualTo(9_900);
    }

    // ---- 10: spans and context

    @ParameterizedTest
    @EnumSource
    void eachAttemptHasASpan(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        OpenTelemetrySdk sdk = open(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build());
        Retry retry = service(policy())
                .listener(OpenTelemetryRetry.builder(sdk).build())
                .build();

        make(mode, client(retry), call("GET"));

        assertThat(exporter.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("attempt 1", "attempt 2", "attempt 3", "retry orders");
    }

    /** What is current where the call was made is current where each of its attempts is begun. */
    @Test
    void theContextOfTheCallerGoesWithEachAttempt() throws Throwable {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        ThreadLocal<String> user = new ThreadLocal<>();
        ContextCapture capture = () -> {
            String value = user.get();
            return () -> {
                String before = user.get();
                user.set(value);
                return () -> user.set(before);
            };
        };
        List<String> seen = new CopyOnWriteArrayList<>();
        CallObserver observer = new CallObserver() {
            @Override
            public void attemptStarted(int attempt) {
                seen.add(attempt + " " + user.get());
            }
        };
        Retry retry = service(policy())
                .runtime(r -> r.context(capture))
                .listener(new RetryListener() {
                    @Override
                    public boolean observesEveryCall() {
                        return true;
                    }

                    @Override
                    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
                        return observer;
                    }
                })
                .build();
        HttpCaller caller = client(retry);
        user.set("ann");

        CompletableFuture<Reply> future = caller.sendAsync(call("GET"));
        user.remove();
        await(() -> future.isDone() || time.scheduler().runNext() && false);

        assertThat(future.get().status()).isEqualTo(200);
        assertThat(seen).containsExactly("1 ann", "2 ann", "3 ann");
        assertThat(user.get()).isNull();
    }

    // ---- 11: what calls share

    @ParameterizedTest
    @EnumSource
    void callsShareBudgetAndBreakerButNoStateOfAttempts(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503));
        Retry retry = Retries.named("orders")
                .policy(policy().build())
                .budget(RetryBudgets.tokenBucket(3).refill(0.001, Duration.ofDays(365)))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(6))
                .runtime(time.runtime())
                .build();
        HttpCaller caller = client(retry);

        for (int i = 0; i < 3; i++) {
            make(mode, caller, call("GET"));
        }
        Throwable refused = end(mode, caller, call("GET"));

        assertThat(server.requests())
                .as("three tokens, then a breaker that has seen six failures")
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactly(null, "2", "3", null, "2", null);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(1);
        assertThat(refused).isInstanceOf(IOException.class).hasRootCauseInstanceOf(CircuitOpenException.class);
    }

    @Test
    void twoCallsAtOnceCountTheirOwnAttempts() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.always(Answers.status(503));
        HttpCaller caller = client(service(policy()).build());

        CompletableFuture<Reply> one = caller.sendAsync(call("GET"));
        CompletableFuture<Reply> other = caller.sendAsync(call("GET"));
        await(() -> one.isDone() && other.isDone() || time.scheduler().runNext() && false);

        assertThat(server.requests())
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactlyInAnyOrder(null, null, "2", "2", "3", "3");
    }

    // ---- 12: virtual time

    @ParameterizedTest
    @EnumSource
    void virtualTimeDrivesAllWaits(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        RetryPolicy.Builder hours = policy().backoff(Backoff.fixed(ofHours(1)).jitter(Jitter.none()));

        assertThat(make(mode, client(service(hours).build()), call("GET")).status())
                .isEqualTo(200);

        assertThat(waits(mode)).containsExactly(ofHours(1), ofHours(1));
    }

    // ---- the headers of attempts

    @ParameterizedTest
    @EnumSource
    void theNumberOfTheAttemptIsSentFromTheSecondOn(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));

        make(mode, client(service(policy()).build()), call("GET"));

        assertThat(server.requests())
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactly(null, "2", "3");
    }
}
