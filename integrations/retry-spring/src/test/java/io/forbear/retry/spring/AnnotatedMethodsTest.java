package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;

/** Which methods are retried, and what their callers get. */
class AnnotatedMethodsTest extends SpringFixture {

    // ---- values

    static class Shop {
        final List<Object> seen = new ArrayList<>();
        int failures = 2;

        @ForbearRetry("orders")
        public String load(long id) throws IOException {
            seen.add(id);
            if (failures-- > 0) {
                throw new IOException("attempt " + seen.size());
            }
            return "order " + id;
        }

        @ForbearRetry("orders")
        void touch() throws IOException {
            load(0);
        }

        public int plain() {
            seen.add("plain");
            throw new IllegalStateException("plain");
        }

        @ForbearRetry(name = "orders")
        public String broken() {
            seen.add("broken");
            throw new IllegalArgumentException("broken");
        }

        @ForbearRetry("orders")
        public long primitive() throws IOException {
            return load(7).length();
        }
    }

    @Test
    void aMethodIsCalledAgainUntilItSucceeds() throws IOException {
        Shop shop = bean(Shop.class);

        assertThat(shop.load(42)).isEqualTo("order 42");

        assertThat(behind(shop).seen).containsExactly(42L, 42L, 42L);
        assertThat(time.sleeper().sleeps()).containsExactly(Duration.ofMillis(100), Duration.ofMillis(100));
        assertThat(orders.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void theCallerGetsTheFailureOfTheLastAttemptAsItWasThrown() {
        Shop shop = bean(Shop.class);
        behind(shop).failures = 9;

        Throwable thrown = catchThrowable(() -> shop.load(1));

        assertThat(thrown).isExactlyInstanceOf(IOException.class).hasMessage("attempt 3");
        assertThat(thrown.getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                        RetryStopped.class, note -> assertThat(note.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED));
    }

    @Test
    void methodsOfPackageVisibilityWithoutAResultAndWithAPrimitiveAreRetriedToo() throws IOException {
        Shop shop = bean(Shop.class);

        shop.touch();
        behind(shop).failures = 1;

        assertThat(shop.primitive()).isEqualTo("order 7".length());
        assertThat(orders.snapshot().recovered()).isEqualTo(2);
    }

    static class Witness {
        final List<Integer> attempts = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();

        @ForbearRetry("orders")
        public void look() throws IOException {
            attempts.add(Retries.currentAttempt());
            threads.add(Thread.currentThread());
            throw new IOException("down");
        }
    }

    @Test
    void theMethodKnowsWhichAttemptItIs() {
        Witness witness = bean(Witness.class);

        assertThatThrownBy(witness::look).isInstanceOf(IOException.class);

        assertThat(behind(witness).attempts).containsExactly(1, 2, 3);
    }

    @Test
    void attemptsAreMadeOnTheThreadOfTheCallerAndOnNoPool() {
        Witness witness = bean(Witness.class);

        assertThatThrownBy(witness::look).isInstanceOf(IOException.class);

        assertThat(behind(witness).threads).containsOnly(Thread.currentThread());
    }

    @Test
    void aMethodWithoutTheAnnotationIsCalledOnce() {
        Shop shop = bean(Shop.class);

        assertThatThrownBy(shop::plain).isInstanceOf(IllegalStateException.class);

        assertThat(behind(shop).seen).containsExactly("plain");
        assertThat(orders.snapshot().attempts()).isZero();
    }

    @Test
    void thePolicyOfTheServiceDecidesWhatIsRetried() {
        Shop shop = bean(Shop.class);

        assertThatThrownBy(shop::broken).isInstanceOf(IllegalArgumentException.class);

        assertThat(behind(shop).seen).containsExactly("broken");
        assertThat(orders.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
    }

    // ---- stages

    static class Remote {
        final List<CompletableFuture<String>> begun = new ArrayList<>();

        @ForbearRetry("orders")
        public CompletableFuture<String> load() {
            CompletableFuture<String> attempt = new CompletableFuture<>();
            begun.add(attempt);
            return attempt;
        }

        @ForbearRetry("orders")
        public CompletionStage<String> stage() {
            if (begun.size() < 2) {
                load();
                throw new UncheckedIOException(new IOException("thrown at once"));
            }
            return CompletableFuture.completedFuture("third");
        }
    }

    @Test
    void aFailedStageIsAFailedAttemptAndNoThreadWaits() {
        Remote remote = bean(Remote.class);

        CompletableFuture<String> future = remote.load();
        behind(remote).begun.get(0).completeExceptionally(new IOException("first"));
        assertThat(behind(remote).begun).hasSize(1);
        time.advance(Duration.ofMillis(100));
        behind(remote).begun.get(1).complete("second");

        assertThat(future).isCompletedWithValue("second");
        assertThat(time.sleeper().sleeps()).isEmpty();
    }

    @Test
    void aMethodThatThrowsInsteadOfReturningAStageIsRetriedToo() {
        Remote remote = bean(Remote.class);

        CompletionStage<String> stage = remote.stage();
        time.scheduler().runAll();

        assertThat(stage.toCompletableFuture()).isCompletedWithValue("third");
    }

    @Test
    void cancellingTheFutureCancelsTheAttempt() {
        Remote remote = bean(Remote.class);

        remote.load().cancel(true);

        assertThat(behind(remote).begun).singleElement().satisfies(attempt -> assertThat(attempt)
                .isCancelled());
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void theFutureFailsWithTheFailureOfTheLastAttempt() {
        Remote remote = bean(Remote.class);

        CompletableFuture<String> future = remote.load();
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            behind(remote).begun.get(i).completeExceptionally(new IOException("attempt " + i));
            time.scheduler().runAll();
        }

        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("attempt 2");
    }

    // ---- where the annotation stands

    /** An annotation of the user's own. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ForbearRetry("orders")
    @interface Cautious {
        @AliasFor(annotation = ForbearRetry.class, attribute = "idempotent")
        ForbearRetry.Idempotent repeat() default ForbearRetry.Idempotent.NO;
    }

    /** An interface whose implementation knows nothing of retries. */
    interface Catalogue {
        @ForbearRetry("orders")
        String find() throws IOException;
    }

    static class Files implements Catalogue {
        static int calls;

        @Override
        public String find() throws IOException {
            if (++calls % 2 == 1) {
                throw new IOException("odd");
            }
            return "found";
        }
    }

    @ForbearRetry("orders")
    static class Whole {
        int calls;

        public void each() throws IOException {
            calls++;
            throw new IOException("each");
        }

        @ForbearRetry("payments")
        public void other() throws IOException {
            each();
        }

        @Cautious
        public void once() throws IOException {
            each();
        }

        void unseen() throws IOException {
            each();
        }

        @Override
        public String toString() {
            calls++;
            return "Whole";
        }
    }

    abstract static class Generic<T> {
        int calls;

        @ForbearRetry("orders")
        public abstract T convert(T value) throws IOException;
    }

    static class Numbers extends Generic<Integer> {
        @Override
        public Integer convert(Integer value) throws IOException {
            if (++calls < 3) {
                throw new IOException("call " + calls);
            }
            return value + 1;
        }
    }

    @Test
    void theAnnotationOfAnInterfaceHoldsForTheProxyOfItsImplementation() throws IOException {
        AnnotationConfigApplicationContext context = context(Files.class);
        Files.calls = 0;

        Catalogue catalogue = context.getBean(Catalogue.class);

        assertThat(AopUtils.isJdkDynamicProxy(catalogue)).isTrue();
        assertThat(catalogue.find()).isEqualTo("found");
    }

    @Test
    void theAnnotationOfAnInterfaceHoldsWhereTheProxyIsASubclass() throws IOException {
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.registerBean(RetryLookup.class, () -> name -> orders);
        context.register(Files.class, Subclassing.class);
        context.refresh();
        Files.calls = 0;

        assertThat(context.getBean(Files.class).find()).isEqualTo("found");
    }

    @EnableForbearRetry(proxyTargetClass = true)
    static class Subclassing {}

    @Test
    void theAnnotationOfAMethodGoesBeforeThatOfItsClass() {
        try (var payments = service("payments").build()) {
            Whole whole = context(List.of(orders, payments), Whole.class).getBean(Whole.class);

            assertThatThrownBy(whole::each).isInstanceOf(IOException.class);
            assertThatThrownBy(whole::other).isInstanceOf(IOException.class);

            assertThat(orders.snapshot().attempts()).isEqualTo(3);
            assertThat(payments.snapshot().attempts()).isEqualTo(3);
        }
    }

    @Test
    void theAnnotationOfAClassStandsForItsPublicMethodsAndNotForThoseOfObject() {
        try (var payments = service("payments").build()) {
            Whole whole = context(List.of(orders, payments), Whole.class).getBean(Whole.class);

            assertThatThrownBy(whole::unseen).isInstanceOf(IOException.class);
            assertThat(whole).hasToString("Whole");

            assertThat(orders.snapshot().attempts()).isZero();
        }
    }

    @Test
    void anAnnotationOfTheUsersOwnMayStandForIt() {
        try (var payments = service("payments").build()) {
            Whole whole = context(List.of(orders, payments), Whole.class).getBean(Whole.class);

            assertThatThrownBy(whole::once).isInstanceOf(IOException.class);

            assertThat(orders.snapshot().stopped(StopReason.NOT_IDEMPOTENT)).isEqualTo(1);
        }
    }

    @Test
    void aBridgeMethodIsTheMethodThatItBridgesTo() throws IOException {
        Generic<Integer> numbers = bean(Numbers.class);

        assertThat(numbers.convert(1)).isEqualTo(2);

        assertThat(orders.snapshot().attempts()).isEqualTo(3);
    }

    // ---- beans of other kinds

    @Configuration
    static class Scoped {
        @Bean
        @Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Shop shop() {
            Shop shop = new Shop();
            shop.failures = 9;
            return shop;
        }

        @Bean
        Catalogue catalogue() {
            return () -> {
                throw new IOException("lambda");
            };
        }
    }

    @Test
    void aBeanBehindTheProxyOfAScopeIsRetriedOnceNotTwice() {
        Shop shop = context(Scoped.class).getBean(Shop.class);

        assertThatThrownBy(() -> shop.load(1)).hasMessage("attempt 3");

        assertThat(orders.snapshot().attempts()).isEqualTo(3);
        assertThat(orders.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void aLambdaWhoseInterfaceIsAnnotatedIsRetried() {
        Catalogue catalogue = context(Scoped.class).getBean(Catalogue.class);

        assertThatThrownBy(catalogue::find).hasMessage("lambda");

        assertThat(orders.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void argumentsThatAnAttemptReplacesAreThoseOfTheCallAgain() throws IOException {
        AnnotationConfigApplicationContext context = context(Shop.class, Replacing.class);

        assertThat(context.getBean(Shop.class).load(5)).isEqualTo("order 6");

        assertThat(behind(context.getBean(Shop.class)).seen).containsExactly(6L, 6L, 6L);
    }

    /** Advice that writes into the array of the arguments. */
    @Configuration
    static class Replacing {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
            creator.setOrder(0);
            return creator;
        }

        @Bean
        static Advisor adding() {
            MethodInterceptor add = invocation -> {
                invocation.getArguments()[0] = (long) invocation.getArguments()[0] + 1;
                return invocation.proceed();
            };
            NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
            pointcut.setClassFilter(Shop.class::isAssignableFrom);
            return new DefaultPointcutAdvisor(pointcut.addMethodName("load"), add);
        }
    }
}
