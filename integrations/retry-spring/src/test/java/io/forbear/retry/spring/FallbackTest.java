package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CallRefusedException;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a fallback is called, which, and what becomes of what it throws. */
class FallbackTest extends SpringFixture {

    static class Shop {
        final List<String> events = new ArrayList<>();
        Throwable failure = new IOException("down");

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        public String load(long id) throws Throwable {
            events.add("attempt");
            throw failure;
        }

        private String cached(long id, IOException failure) {
            events.add("io");
            return id + " for " + failure.getMessage();
        }

        String cached(Long id, FileNotFoundException failure) {
            return "not found";
        }

        String cached(long id, CallRefusedException refused) {
            return refused.getClass().getSimpleName();
        }

        static String cached(long id, IllegalStateException failure) throws IOException {
            throw new IOException("the fallback fails too");
        }

        @ForbearRetry(value = "orders", fallbackMethod = "none")
        public void touch() throws IOException {
            events.add("attempt");
            throw new IOException("down");
        }

        void none() {
            events.add("none");
        }

        @ForbearRetry(value = "orders", fallbackMethod = "later")
        public CompletableFuture<String> begin(CompletableFuture<String> attempt) {
            events.add("attempt");
            return attempt;
        }

        CompletableFuture<String> later(CompletableFuture<String> attempt, Exception failure) {
            events.add("later");
            return CompletableFuture.completedFuture("instead of " + failure.getMessage());
        }
    }

    private Shop shop(Throwable failure) {
        Shop shop = bean(Shop.class);
        behind(shop).failure = failure;
        return shop;
    }

    @Test
    void theFallbackIsCalledOnceAfterTheLastAttempt() throws Throwable {
        Shop shop = shop(new IOException("down"));

        assertThat(shop.load(7)).isEqualTo("7 for down");

        assertThat(behind(shop).events).containsExactly("attempt", "attempt", "attempt", "io");
        assertThat(orders.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void theFallbackWithTheNearestTypeOfExceptionIsCalled() throws Throwable {
        assertThat(shop(new FileNotFoundException("gone")).load(7)).isEqualTo("not found");
    }

    @Test
    void aCallThatIsRefusedHasAFallbackToo() throws Throwable {
        Retry guarded = open(service("orders")
                .circuitBreaker(CircuitBreakers.failureRate(0.5))
                .build());
        guarded.circuitBreaker().orElseThrow().forceOpen();
        Shop shop = context(List.of(guarded), Shop.class).getBean(Shop.class);

        assertThat(shop.load(7)).isEqualTo(CircuitOpenException.class.getSimpleName());

        assertThat(behind(shop).events).isEmpty();
    }

    @Test
    void aFailureThatNoFallbackTakesIsThrown() {
        assertThatThrownBy(() -> shop(new UnsupportedOperationException("no")).load(7))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anErrorHasNoFallback() {
        assertThatThrownBy(() -> shop(new StackOverflowError()).load(7)).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void anInterruptHasNoFallbackAndKeepsTheFlag() {
        assertThatThrownBy(() -> shop(new InterruptedException("stop")).load(7))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatTheFallbackThrowsIsThrownWithTheFailureOfTheCall() {
        IllegalStateException failure = new IllegalStateException("first");

        assertThatThrownBy(() -> shop(failure).load(7))
                .isInstanceOf(IOException.class)
                .hasMessage("the fallback fails too")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(failure));
    }

    @Test
    void aFallbackWithoutAnExceptionTakesAll() throws IOException {
        Shop shop = bean(Shop.class);

        shop.touch();

        assertThat(behind(shop).events).containsExactly("attempt", "attempt", "attempt", "none");
    }

    static class Overloaded {
        final List<String> events = new ArrayList<>();

        @ForbearRetry(value = "orders", fallbackMethod = "load")
        public String load(long id) throws IOException {
            events.add("attempt");
            throw id == 0 ? new FileNotFoundException("gone") : new IOException("down");
        }

        String load(long id, FileNotFoundException failure) {
            return failure.getMessage();
        }
    }

    @Test
    void aMethodIsNotItsOwnFallbackWhereAnOverloadIsNamed() throws IOException {
        Overloaded shop = bean(Overloaded.class);

        assertThat(shop.load(0)).isEqualTo("gone");
        behind(shop).events.clear();
        assertThatThrownBy(() -> shop.load(7)).isInstanceOf(IOException.class).hasMessage("down");

        assertThat(behind(shop).events).hasSize(MOST_ATTEMPTS);
    }

    /** Known by its interface, so that its proxy is not of its class. */
    interface Loader {
        @ForbearRetry(value = "orders", fallbackMethod = "instead")
        String load(int id) throws IOException;
    }

    static final class FileLoader implements Loader {
        @Override
        public String load(int id) throws IOException {
            throw new FileNotFoundException("no file");
        }

        private String instead(int id, Exception failure) {
            return failure.getMessage() + " " + id;
        }
    }

    @Test
    void theFallbackOfABeanThatIsKnownByItsInterfaceIsFoundInItsClass() throws IOException {
        Loader loader = context(FileLoader.class).getBean(Loader.class);

        assertThat(loader.load(7)).isEqualTo("no file 7");
    }

    // ---- stages

    @Test
    void theFallbackOfAStageIsCalledAfterTheLastAttempt() {
        Shop shop = bean(Shop.class);

        CompletableFuture<String> future = shop.begin(CompletableFuture.failedFuture(new IOException("down")));
        assertThat(future).isNotDone();
        time.scheduler().runAll();

        assertThat(future).isCompletedWithValue("instead of down");
        assertThat(behind(shop).events).containsExactly("attempt", "attempt", "attempt", "later");
    }

    @Test
    void aStageThatSucceedsHasNoFallback() {
        Shop shop = bean(Shop.class);

        assertThat(shop.begin(CompletableFuture.completedFuture("now"))).isCompletedWithValue("now");
        CompletableFuture<String> attempt = new CompletableFuture<>();
        CompletableFuture<String> future = shop.begin(attempt);
        attempt.complete("later");

        assertThat(future).isCompletedWithValue("later");
        assertThat(behind(shop).events).containsExactly("attempt", "attempt");
    }

    @Test
    void cancellingTheFutureCancelsTheCallAndCallsNoFallback() {
        Shop shop = bean(Shop.class);
        CompletableFuture<String> attempt = new CompletableFuture<>();

        CompletableFuture<String> future = shop.begin(attempt);
        future.cancel(true);

        assertThat(attempt).isCancelled();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(behind(shop).events).containsExactly("attempt");
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("NullAway") // a call that has not failed asks for no fallback
    void aCancelThatComesTooLateLosesNoResult() {
        CompletableFuture<Object> call = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false; // it has ended, and its result is on its way
            }
        };
        CompletableFuture<Object> future = FallbackFuture.of(call, null, null);

        assertThat(future.cancel(true)).isFalse();
        call.complete("Ada");

        assertThat(future).isCompletedWithValue("Ada");
    }
}
