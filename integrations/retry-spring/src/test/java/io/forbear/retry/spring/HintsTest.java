package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.spring.web.RestClientRetryHints;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

/** What a native image is told when Spring processes an application ahead of time. */
class HintsTest extends SpringFixture {

    /** Who buys. */
    record Customer(String tenant) {}

    static class Shop {
        @ForbearRetry(value = "orders", client = "#customer.tenant", fallbackMethod = "cached")
        public String load(Customer customer) throws IOException {
            throw new IOException("down");
        }

        private String cached(Customer customer, IOException failure) {
            return "cached";
        }
    }

    static class Plain {
        @ForbearRetry("orders")
        public void load() {}
    }

    private static RuntimeHints processed(InMemoryGeneratedFiles files) {
        DefaultGenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get("test", "Test")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Enabled.class, Shop.class, Plain.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        generation.writeGeneratedContent();
        return generation.getRuntimeHints();
    }

    @Test
    void fallbacksAndWhatTheExpressionOfAClientReadsAreToldOf() {
        RuntimeHints hints = processed(new InMemoryGeneratedFiles());

        assertThat(hints.reflection().getTypeHint(Shop.class).methods())
                .extracting(ExecutableHint::getName)
                .contains("cached");
        assertThat(hints.reflection().getTypeHint(Customer.class))
                .extracting(TypeHint::getMemberCategories)
                .asString()
                .contains("INVOKE_PUBLIC_METHODS");
    }

    @Test
    void theProxyOfAnAnnotatedBeanIsMadeAheadOfTime() {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

        processed(files);

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
