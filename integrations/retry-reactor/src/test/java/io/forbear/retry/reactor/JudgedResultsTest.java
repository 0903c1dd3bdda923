package io.forbear.retry.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class JudgedResultsTest extends ReactorTestBase {

    private final List<Response> closed = new ArrayList<>();
    private final List<Response> discarded = new ArrayList<>();

    record Response(int status) {}

    private final class Closing implements AutoCloseable {
        @Override
        public void close() {
            closed.add(new Response(503));
        }
    }

    private Mono<Response> responses(int... statuses) {
        return Mono.fromCallable(
                () -> new Response(statuses[Math.min(subscribed.getAndIncrement(), statuses.length - 1)]));
    }

    @Test
    void anElementThatThePolicyCallsAFailureIsRetriedAndDiscardedBeforeTheWait() {
        Retry users =
                users(p -> p.classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status)));

        StepVerifier.create(responses(503, 200)
                        .transform(ForbearOperator.of(users))
                        .doOnDiscard(Response.class, discarded::add))
                .then(() -> assertThat(discarded).containsExactly(new Response(503)))
                .then(manual.scheduler()::runAll)
                .expectNext(new Response(200))
                .verifyComplete();
    }

    @Test
    void theRuleOfThePolicyDiscardsBeforeTheSubscriberDoes() {
        Retry users =
                users(p -> p.classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status))
                        .onDiscard(Response.class, closed::add));

        StepVerifier.create(responses(503, 200)
                        .transform(ForbearOperator.of(users))
                        .doOnDiscard(Response.class, discarded::add))
                .then(manual.scheduler()::runAll)
                .expectNextCount(1)
                .verifyComplete();

        assertThat(closed).containsExactly(new Response(503));
        assertThat(discarded).isEmpty();
    }

    @Test
    void whatRulesThrowChangesNothing() {
        Retry users = users(p -> p.classifyResult(Response.class, response -> {
                    if (response.status == 200) {
                        throw new AssertionError("rule");
                    }
                    return Classification.ofHttpStatus(response.status);
                })
                .onDiscard(Response.class, response -> {
                    closed.add(response);
                    throw new AssertionError("discard");
                }));

        StepVerifier.create(responses(503, 200).transform(ForbearOperator.of(users)))
                .then(manual.scheduler()::runAll)
                .expectNext(new Response(200))
                .verifyComplete();

        assertThat(closed).containsExactly(new Response(503));
    }

    @Test
    void aResultThatASourceJudgesTooLateIsDiscarded() {
        TestPublisher<Object> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Disposable call = source.mono().transform(ForbearOperator.of(users())).subscribe();

        call.dispose();
        source.error(new FailedResult(new Closing(), Classification.of(ErrorCategory.SERVER_ERROR)));

        assertThat(closed).hasSize(1);
    }

    @Test
    void theSubscriberGetsTheLastElementThoughItIsAFailure() {
        Retry users =
                users(p -> p.classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status)));

        StepVerifier.create(responses(503).transform(ForbearOperator.of(users)))
                .then(manual.scheduler()::runAll)
                .expectNext(new Response(503))
                .verifyComplete();

        assertThat(users.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void theSubscriberGetsAnExceptionIfThePolicySaysSo() {
        Retry users =
                users(p -> p.classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status))
                        .throwFailedResults());

        StepVerifier.create(responses(404).transform(ForbearOperator.of(users)))
                .verifyErrorSatisfies(
                        failure -> assertThat(failure).isInstanceOfSatisfying(FailedResultException.class, e -> {
                            assertThat(e.result()).isEqualTo(new Response(404));
                            assertThat(e.attempts()).isEqualTo(1);
                        }));
    }

    @Test
    void aSourceMayJudgeItsResultItself() {
        Classification unavailable =
                Classification.of(ErrorCategory.SERVER_ERROR).pushback(Duration.ofMillis(700));
        Mono<Object> source = Mono.defer(() -> subscribed.incrementAndGet() == 1
                ? Mono.error(new FailedResult(new Closing(), unavailable))
                : Mono.just("Ada"));

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .then(() -> assertThat(closed).hasSize(1))
                .then(() -> assertThat(manual.scheduler().delays()).containsExactly(Duration.ofMillis(700)))
                .then(manual.scheduler()::runAll)
                .expectNext("Ada")
                .verifyComplete();
    }

    @Test
    void aResultOfASourceThatFailedWaitsForARequest() {
        Mono<String> source = Mono.error(new FailedResult("no", Classification.of(ErrorCategory.CLIENT_ERROR)));

        StepVerifier.create(source.transform(ForbearOperator.of(users())), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNext("no")
                .verifyComplete();
    }

    @Test
    void aResultOfWhichNoRequestComesIsDiscarded() {
        Mono<Response> source =
                Mono.error(new FailedResult(new Response(404), Classification.of(ErrorCategory.CLIENT_ERROR)));

        BaseSubscriber<Response> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {} // requests nothing
        };
        source.transform(ForbearOperator.of(users()))
                .doOnDiscard(Response.class, discarded::add)
                .subscribe(subscriber);
        subscriber.cancel();

        assertThat(discarded).containsExactly(new Response(404));
    }

    @Test
    void theElementsOfAFluxAreNotJudged() {
        Retry users =
                users(p -> p.classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status)));

        StepVerifier.create(Flux.just(new Response(503), new Response(200)).transform(ForbearOperator.of(users)))
                .expectNextCount(2)
                .verifyComplete();
    }

    @Test
    void aPolicyThatIsOffJudgesNothing() {
        Retry users = users(p -> p.enabled(false)
                .classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status))
                .throwFailedResults());

        StepVerifier.create(responses(503).transform(ForbearOperator.of(users)))
                .expectNext(new Response(503))
                .verifyComplete();
    }
}
