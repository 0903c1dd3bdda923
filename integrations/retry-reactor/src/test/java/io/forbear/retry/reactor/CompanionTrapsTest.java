package io.forbear.retry.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.budget.RetryBudgets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What goes wrong with companions of {@code retryWhen}, and with operators that other libraries make of them. */
class CompanionTrapsTest extends ReactorTestBase {

    @Test
    void theCompanionOfReactorThatCompletesTurnsAnErrorIntoAnEmptyEnd() {
        Mono<String> lost = failing(9).retryWhen(reactor.util.retry.Retry.from(signals -> signals.take(2)));

        StepVerifier.create(lost).verifyComplete(); // no value, no error
    }

    @Test
    void whateverStopsACallItsSubscriberIsToldOfTheError() {
        Retry spent = named(p -> p.maxAttempts(99))
                .budget(RetryBudgets.tokenBucket(1))
                .build();
        for (Retry retry : List.of(users(), spent, users(p -> p.enabled(false)), users(p -> p.maxAttempts(1)))) {
            StepVerifier.create(failing(999).transform(ForbearOperator.of(retry)))
                    .then(manual.scheduler()::runAll)
                    .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));
        }
    }

    @Test
    void onErrorContinueBelowDoesNotHangACall() {
        List<Throwable> continued = new ArrayList<>();

        StepVerifier.create(failing(2)
                        .transform(ForbearOperator.of(users()))
                        .onErrorContinue((failure, value) -> continued.add(failure)))
                .then(manual.scheduler()::runAll)
                .expectNext("Ada")
                .verifyComplete();

        assertThat(continued).isEmpty();
    }

    @Test
    void aRequestThatIsBuiltInsideDeferIsBuiltForEachAttempt() {
        List<String> sent = new ArrayList<>();
        Mono<String> source = Mono.defer(() -> {
            String request = "request " + subscribed.incrementAndGet();
            return Mono.fromCallable(() -> {
                sent.add(request);
                if (sent.size() < 3) {
                    throw down;
                }
                return "Ada";
            });
        });

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .then(manual.scheduler()::runAll)
                .expectNext("Ada")
                .verifyComplete();

        assertThat(sent).containsExactly("request 1", "request 2", "request 3");
    }

    @Test
    void theEndOfAnAttemptIsNoCancelOfTheSource() {
        List<String> signals = new ArrayList<>();
        Flux<String> source = Flux.from(failing(1))
                .doOnCancel(() -> signals.add("cancel"))
                .doOnError(failure -> signals.add("error"))
                .doOnComplete(() -> signals.add("complete"));

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .then(manual.scheduler()::runAll)
                .expectNext("Ada")
                .verifyComplete();

        assertThat(signals).containsExactly("error", "complete");
    }

    @Test
    void oneOperatorServesManySubscribersAndAssemblies() {
        ForbearOperator<String> operator = ForbearOperator.of(users(p -> p.maxAttempts(2)));

        for (int i = 0; i < 3; i++) {
            subscribed.set(0);
            StepVerifier.create(failing(1).transform(operator))
                    .then(manual.scheduler()::runAll)
                    .expectNext("Ada")
                    .verifyComplete();
        }
    }
}
