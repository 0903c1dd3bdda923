package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.spring.web.RestClientRetryHints;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;
import org.springframework.retry.annotation.Recover;
import org.springframework.retry.annotation.Retryable;
import org.springframework.util.ClassUtils;

/** What a native image is told when Spring processes an application ahead of time. */
class HintsTest extends SpringFixture {

    /** Who buys. */
    record Customer(Tenant tenant) {}

    /** For whom. */
    record Tenant(String name) {}

    /** A bean that an expression asks. */
    public static class Regions {
        public String current() {
            return "eu";
        }
    }

    static class Shop {
        @ForbearRetry(
                value = "orders",
                client = "#customer.tenant.name + @regions.current()",
                fallbackMethod = "cached")
        public String load(Customer customer) throws IOException {
            throw new IOException("down");
        }

        private String cached(Customer customer, IOException failure) {
            return "cached";
        }

        private String cached(Customer customer, IllegalStateException failure) {
            return "cached";
        }
    }

    /** Has two parameters of one type. */
    static class Twice {
        @ForbearRetry(value = "orders", client = "#p0")
        public void move(String from, String to) {}
    }

    interface Prices {
        int of(long id);
    }

    static class RemotePrices implements Prices {
        @Override
        @ForbearRetry("orders")
        public int of(long id) {
            return 42;
        }
    }

    static class Catalog {
        @Retryable
        public String load(long id) {
            return "loaded";
        }

        @Recover
        private String recovered(IOException failure, long id) {
            return "recovered";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithRegions {
        @Bean
        Regions regions() {
            return new Regions();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithBridge {
        @Bean
        RetryableBridge bridge() {
            return (service, policy) -> {
                throw new UnsupportedOperationException();
            };
        }
    }

    static class Plain {
        @ForbearRetry("orders")
        public void load() {}
    }

    private static RuntimeHints processed(InMemoryGeneratedFiles files, Class<?>... types) {
        DefaultGenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get("test", "Test")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Enabled.class);
            context.register(types);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        generation.writeGeneratedContent();
        return generation.getRuntimeHints();
    }

    private static RuntimeHints hints(Class<?>... types) {
        return processed(new InMemoryGeneratedFiles(), types);
    }

    @SuppressWarnings({"deprecation", "removal"}) // what replaces it is not in Spring 6
    private static Predicate<RuntimeHints> invocation(Class<?> type, String method, Class<?>... parameters)
            throws NoSuchMethodException {
        return RuntimeHintsPredicates.reflection()
                .onMethod(type.getDeclaredMethod(method, parameters))
                .invoke();
    }

    @Test
    void theMethodAndEachOfItsFallbacksMayBeInvoked() throws NoSuchMethodException {
        RuntimeHints hints = hints(Shop.class, WithRegions.class);

        assertThat(hints)
                .matches(invocation(Shop.class, "load", Customer.class), "load")
                .matches(invocation(Shop.class, "cached", Customer.class, IOException.class), "cached, 1")
                .matches(invocation(Shop.class, "cached", Customer.class, IllegalStateException.class), "cached, 2");
    }

    @Test
    void whatTheExpressionOfAClientReadsMayBeInvoked() throws NoSuchMethodException {
        RuntimeHints hints = hints(Shop.class, WithRegions.class, Twice.class);

        assertThat(hints)
                .matches(invocation(Customer.class, "tenant"), "customer")
                .matches(invocation(Tenant.class, "name"), "of the customer")
                .matches(invocation(Regions.class, "current"), "a bean")
                .matches(invocation(Shop.class, "load", Customer.class), "root");
    }

    @Test
    void theMethodOfAnInterfaceMayBeInvokedToo() throws NoSuchMethodException {
        assertThat(hints(RemotePrices.class))
                .matches(invocation(RemotePrices.class, "of", long.class), "class")
                .matches(invocation(Prices.class, "of", long.class), "interface");
    }

    @Test
    void whatRecoversMayBeInvokedWhereThereIsABridgeAndNothingIsAddedWhereThereIsNone() throws NoSuchMethodException {
        assertThat(hints(Catalog.class, WithBridge.class))
                .matches(invocation(Catalog.class, "load", long.class), "load")
                .matches(invocation(Catalog.class, "recovered", IOException.class, long.class), "recovered");
        assertThat(hints(Catalog.class))
                .matches(invocation(Catalog.class, "recovered", IOException.class, long.class)
                        .negate());
    }

    @Test
    void theProxyOfAnAnnotatedBeanIsMadeAheadOfTime() {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

        processed(files, Shop.class, Plain.class, WithRegions.class);

        assertThat(files.getGeneratedFiles(Kind.CLASS).keySet())
                .anyMatch(name -> name.contains("Plain$$SpringCGLIB"))
                .anyMatch(name -> name.contains("Shop$$SpringCGLIB"));
    }

    @Test
    void theFieldThatIsReadInSpring6IsToldOfWhereItIs() {
        RuntimeHints hints = new RuntimeHints();

        new RestClientRetryHints().registerHints(hints, getClass().getClassLoader());

        boolean isSpring6 = ClassUtils.isPresent(
                "org.springframework.http.client.InterceptingClientHttpRequest$InterceptingRequestExecution",
                getClass().getClassLoader());
        assertThat(hints.reflection()
                        .typeHints()
                        .map(hint -> hint.fields().toList().size())
                        .toList())
                .isEqualTo(isSpring6 ? List.of(1) : List.of());
    }
}
