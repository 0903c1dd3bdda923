package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.annotation.Async;

/** What is refused when the application starts, and that all of it is told at once. */
class StartUpTest extends SpringFixture {

    private static String at(Class<?> type, String rest) {
        return type.getName() + rest;
    }

    // ---- return types

    static class Futures {
        @ForbearRetry("orders")
        public Future<String> future() {
            return new CompletableFuture<>();
        }

        @ForbearRetry("orders")
        public ForkJoinTask<String> task() {
            throw new UnsupportedOperationException();
        }

        @Async
        @ForbearRetry("orders")
        public void fireAndForget() {}

        @Async
        @ForbearRetry("orders")
        public CompletableFuture<String> allowed() {
            return new CompletableFuture<>();
        }
    }

    @Test
    void whatEndsUnseenIsRefused() {
        assertThat(problems(Futures.class))
                .containsExactlyInAnyOrder(
                        at(
                                Futures.class,
                                ".future(): return type: Future (expected: a value, CompletableFuture or"
                                        + " CompletionStage; how a Future ends is not seen)"),
                        at(
                                Futures.class,
                                ".task(): return type: ForkJoinTask (expected: a value, CompletableFuture"
                                        + " or CompletionStage; how a ForkJoinTask ends is not seen)"),
                        at(
                                Futures.class,
                                ".fireAndForget(): return type: void with @Async (expected:"
                                        + " CompletableFuture, whose failure is seen)"));
    }

    // ---- what a proxy does not reach

    static class Unreachable {
        @ForbearRetry("orders")
        public final void finalMethod() {}

        @ForbearRetry("orders")
        private void privateMethod() {}

        @ForbearRetry("orders")
        static void staticMethod() {}

        void uses() {
            Runnable any = () -> {};
            any.run();
        }
    }

    static final class FinalClass {
        @ForbearRetry("orders")
        public void load() {}
    }

    /** Final, and known by its interface. */
    static final class FinalSupplier implements Supplier<String> {
        @Override
        @ForbearRetry("orders")
        public String get() {
            return "got";
        }
    }

    @Test
    void methodsThatAProxyDoesNotReachAreRefused() {
        String rule = " (expected: one that a proxy intercepts; in Kotlin open)";
        assertThat(problems(Unreachable.class))
                .containsExactlyInAnyOrder(
                        at(Unreachable.class, ".finalMethod(): method: final" + rule),
                        at(Unreachable.class, ".privateMethod(): method: private" + rule),
                        at(Unreachable.class, ".staticMethod(): method: static" + rule));
    }

    @Test
    void aFinalClassIsRefusedUnlessItIsKnownByAnInterface() {
        assertThat(problems(FinalClass.class))
                .containsExactly(at(
                        FinalClass.class,
                        ": class: final (expected: one that is not final, or has an" + " interface; in Kotlin open)"));
        assertThat(problems(FinalSupplier.class)).isEmpty();
    }

    // ---- calls past the proxy

    static class SelfCalling {
        @Autowired
        @Lazy
        SelfCalling self;

        @ForbearRetry("orders")
        public String load(long id, String name) {
            return name + id;
        }

        public String direct(long a, double b) {
            int count = 0;
            return load(a + (long) b * 2, "n" + count++);
        }

        public Supplier<String> inLambda(long[] ids) {
            return () -> this.load(ids[0], "x");
        }

        interface Loader {
            String of(long id, String name);
        }

        public Loader reference() {
            return this::load;
        }

        public String throughTheProxy(SelfCalling other) {
            return self.load(1, "self") + other.load(2, "other") + helper(this);
        }

        static String helper(SelfCalling any) {
            return any.load(3, "any");
        }

        @ForbearRetry("orders")
        public String all() {
            return load(4, "in the retry of all");
        }
    }

    static class Heir extends SelfCalling {
        public String inherited() {
            return super.load(5, "super");
        }
    }

    @Test
    void callsOfTheSameObjectAreRefusedWhereTheyAreVisible() {
        String rule = " (expected: a call through the proxy, from another bean; one of the same object is not retried)";
        String called = ": call: this.load(long, String)" + rule;
        assertThat(problems(SelfCalling.class))
                .containsExactlyInAnyOrder(
                        at(SelfCalling.class, ".direct" + called),
                        at(SelfCalling.class, ".inLambda" + called),
                        at(SelfCalling.class, ".reference" + called));
        assertThat(problems(Heir.class)).contains(at(Heir.class, ".inherited" + called));
    }

    // ---- names and values

    static class Misnamed {
        @ForbearRetry("ordres")
        public void service() {}

        @ForbearRetry
        public void noService() {}

        @ForbearRetry("${no.such.key}")
        public void placeholder() {}

        @ForbearRetry(value = "orders", deadline = "2 parsecs")
        public void deadline() {}

        @ForbearRetry(value = "orders", deadline = "0s")
        public void noTime() {}

        @ForbearRetry(value = "orders", client = "#tenant")
        public void client(String customer) {}

        @ForbearRetry(value = "orders", client = "#customer.(")
        public void expression(String customer) {}

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        public String fallback(long id) {
            return "";
        }

        String cached(String id) {
            return id;
        }

        @ForbearRetry(value = "orders", fallbackMethod = "absent")
        public void noFallback() {}

        @ForbearRetry(value = "orders", fallbackMethod = "itself")
        public String itself(long id) {
            return "";
        }

        String itself(long id, String why) {
            return why;
        }

        @ForbearRetry(value = "orders", fallbackMethod = "count")
        public String wrongResult() {
            return "";
        }

        int count() {
            return 0;
        }

        @ForbearRetry(value = "orders", client = "customer")
        public void argumentWithoutSign(String customer) {}

        @ForbearRetry(value = "orders", client = "tenant + '-' + #p0")
        public void property(String customer) {}

        @ForbearRetry(value = "orders", client = "@tenants.current()")
        public void beanOfClient() {}
    }

    @Test
    void allNamesAndValuesThatAreWrongAreToldAtOnce() {
        List<String> problems = problems(Misnamed.class);

        assertThat(problems)
                .contains(
                        at(Misnamed.class, ".service(): name: ordres (expected: one of [orders])"),
                        at(Misnamed.class, ".noService(): name: \"\" (expected: the name of a service)"),
                        at(
                                Misnamed.class,
                                ".deadline(): deadline: 2 parsecs (expected: a time above zero, such as"
                                        + " 2s, 500ms, 1m30s or PT2S)"),
                        at(
                                Misnamed.class,
                                ".noTime(): deadline: 0s (expected: a time above zero, such as 2s, 500ms,"
                                        + " 1m30s or PT2S)"),
                        at(
                                Misnamed.class,
                                ".client(String): client: #tenant (expected: one of [customer], or #p0,"
                                        + " #p1, ...)"),
                        at(
                                Misnamed.class,
                                ".fallback(long): fallbackMethod: cached (expected: a method of this"
                                        + " class, cached(long) or cached(long, Exception), that returns String; found"
                                        + " were [cached(String) that returns String])"),
                        at(
                                Misnamed.class,
                                ".noFallback(): fallbackMethod: absent (expected: a method of this class,"
                                        + " absent() or absent(Exception), that returns void)"),
                        at(
                                Misnamed.class,
                                ".itself(long): fallbackMethod: itself (expected: a method of this class,"
                                        + " itself(long, Exception), that returns String; found were"
                                        + " [itself(long, String) that returns String])"),
                        at(
                                Misnamed.class,
                                ".wrongResult(): fallbackMethod: count (expected: a method of this class,"
                                        + " count() or count(Exception), that returns String; found were"
                                        + " [count() that returns int])"),
                        at(
                                Misnamed.class,
                                ".argumentWithoutSign(String): client: customer (expected: #customer for the"
                                        + " argument)"),
                        at(
                                Misnamed.class,
                                ".property(String): client: tenant (expected: a property of Misnamed, or an"
                                        + " argument such as #p0)"),
                        at(Misnamed.class, ".beanOfClient(): client: @tenants (expected: the name of a bean)"))
                .hasSize(14);
        assertThat(problems).anyMatch(line -> line.contains(".placeholder(): name: ") && line.contains("no.such.key"));
        assertThat(problems).anyMatch(line -> line.contains(".expression(String): client: #customer.( (expected: "));
    }

    @Test
    void theMessageOfTheExceptionHasAllProblems() {
        assertThatThrownBy(() -> context(Misnamed.class, FinalClass.class))
                .isInstanceOf(InvalidForbearRetryException.class)
                .hasMessageStartingWith("15 problems with @ForbearRetry:\n  ")
                .hasMessageContaining("ordres")
                .hasMessageContaining("final");
    }

    @Configuration
    static class Later {
        @Bean
        @Lazy
        Misnamed lazy() {
            throw new IllegalStateException("made although it is lazy");
        }

        @Bean
        @Scope("prototype")
        Futures prototype() {
            throw new IllegalStateException("made although it is a prototype");
        }
    }

    @Test
    void beansThatAreMadeLaterAreLookedAtToo() {
        assertThat(problems(Later.class)).hasSize(14 + 3);
    }

    // ---- where services come from

    static class Good {
        @ForbearRetry("orders")
        public String load() {
            return "loaded";
        }
    }

    @Test
    void servicesAreThoseOfARegistryWhereThereIsALookup() {
        RetryRegistry registry = open(
                RetryRegistry.builder().strict().build(RetryConfig.of(Map.of("service.payments.max-attempts", "2"))));
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.registerBean(RetryLookup.class, () -> registry::get);
        context.register(Enabled.class, Good.class);

        assertThatThrownBy(context::refresh)
                .isInstanceOf(InvalidForbearRetryException.class)
                .hasMessageContaining(".load(): name: ")
                .hasMessageContaining("payments");
    }

    @Test
    void withoutServicesTheMessageSaysWhatIsMissing() {
        assertThatThrownBy(() -> context(List.of(), Good.class))
                .hasMessageContaining("name: orders (expected: a bean of type RetryLookup, or one of type Retry)");
    }

    @Test
    void anApplicationWithoutAnnotatedBeansNeedsNoService() {
        assertThat(context(List.of(), String.class).getBeansOfType(Good.class)).isEmpty();
    }

    @Test
    void aCallThatComesBeforeTheCheckFailsWithTheProblem() {
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.register(Enabled.class, Good.class, Early.class);

        assertThatThrownBy(context::refresh).hasRootCauseInstanceOf(InvalidForbearRetryException.class);
    }

    /** Calls before all singletons are made. */
    static class Early {
        Early(Good good) {
            good.load();
        }
    }
}
