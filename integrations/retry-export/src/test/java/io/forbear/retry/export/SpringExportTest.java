package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.BackOffPolicyBuilder;
import org.springframework.retry.support.RetrySynchronizationManager;
import org.springframework.util.backoff.BackOffExecution;

/** The annotations are compiled, and Spring itself runs them. */
class SpringExportTest {

    private static final String FRAMEWORK = "org.springframework.resilience.annotation.Retryable";
    private static final String SPRING_RETRY = "org.springframework.retry.annotation.Retryable";

    @TempDir
    private Path classes;

    @EnableResilientMethods(proxyTargetClass = true)
    static class Enabled {}

    /** Compiles a bean whose only method has the annotation. */
    private Class<?> bean(String annotation, String type) throws Exception {
        String source = "import " + type + ";\n"
                + "import org.springframework.retry.annotation.Backoff;\n"
                + "public class Bean {\n"
                + "    public static int attempts;\n"
                + annotation
                + "    public void find() { attempts++; throw new IllegalStateException(\"down\"); }\n"
                + "}\n";
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Bean.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(source).isTrue();
        URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        return loader.loadClass("Bean");
    }

    private static ExportedPolicy policy(int attempts, Backoff backoff) {
        return ExportedPolicy.of(
                "orders",
                RetryPolicy.builder().maxAttempts(attempts).backoff(backoff).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theFrameworkMakesAsManyAttempts(int attempts) throws Exception {
        ExportResult export = Exports.spring(policy(
                attempts,
                Backoff.exponential(Duration.ofMillis(2), Duration.ofMillis(4)).jitter(Jitter.equal())));
        Class<?> type = bean(export.text(), FRAMEWORK);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.setClassLoader(type.getClassLoader());
            context.register(Enabled.class, type);
            context.refresh();
            Object bean = context.getBean(type);
            Method find = bean.getClass().getMethod("find");

            assertThat(catchThrowable(() -> find.invoke(bean))).isNotNull();
        }
        assertThat(type.getField("attempts").getInt(null)).isEqualTo(attempts);
    }

    @Test
    void theFrameworkWaitsWithinTheRangeOfThePolicy() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(1))
                .jitter(Jitter.equal());
        Map<?, ?> attributes = (Map<?, ?>) Exports.spring(policy(6, backoff)).block();
        for (int draw = 0; draw < 100; draw++) {
            BackOffExecution waits = org.springframework.core.retry.RetryPolicy.builder()
                    .maxRetries((int) attributes.get("maxRetries"))
                    .delay(Duration.ofMillis((long) attributes.get("delay")))
                    .jitter(Duration.ofMillis((long) attributes.get("jitter")))
                    .multiplier((double) attributes.get("multiplier"))
                    .maxDelay(Duration.ofMillis((long) attributes.get("maxDelay")))
                    .build()
                    .getBackOff()
                    .start();
            for (int failed = 1; failed < 6; failed++) {
                double ceiling = backoff.ceilingNanos(failed) / 1e6;
                // the cap cuts what was drawn, and nothing is shorter than the first delay
                assertThat((double) waits.nextBackOff())
                        .as("wait after %s", failed)
                        .isBetween(Math.max(150, ceiling / 2) - 1, ceiling + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "equal", "full"})
    void springRetryReadsTheAnnotationAndWaitsWithinTheRange(String jitter) throws Exception {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(5))
                .jitter(
                        jitter.equals("none")
                                ? Jitter.none()
                                : jitter.equals("equal") ? Jitter.equal() : Jitter.full());
        Class<?> type = bean(Exports.springRetry(policy(5, backoff)).text(), SPRING_RETRY);
        var annotation = type.getMethod("find").getAnnotation(org.springframework.retry.annotation.Retryable.class);

        assertThat(annotation.maxAttempts()).isEqualTo(5);
        for (int draw = 0; draw < 50; draw++) {
            List<Long> waits = new ArrayList<>();
            BackOffPolicy policy = BackOffPolicyBuilder.newBuilder()
                    .delay(annotation.backoff().delay())
                    .maxDelay(annotation.backoff().maxDelay())
                    .multiplier(annotation.backoff().multiplier())
                    .random(annotation.backoff().random())
                    .sleeper(waits::add)
                    .build();
            var context = policy.start(RetrySynchronizationManager.getContext());
            for (int failed = 1; failed < 5; failed++) {
                policy.backOff(context);
                double ceiling = backoff.ceilingNanos(failed) / 1e6;
                double low = jitter.equals("none") ? ceiling : ceiling / 2;
                assertThat((double) waits.get(failed - 1))
                        .as("wait after %s", failed)
                        .isBetween(low - 1, ceiling + 1);
            }
        }
    }

    @Test
    void aFixedDelayWithJitterIsUniformInSpringRetry() {
        Backoff backoff = Backoff.fixed(Duration.ofMillis(400)).jitter(Jitter.equal());
        ExportResult export = Exports.springRetry(policy(3, backoff));

        assertThat(export.block())
                .isEqualTo(Map.of("maxAttempts", 3, "backoff", Map.of("delay", 200L, "maxDelay", 400L)));
        assertThat(export.lossy()).noneMatch(changed -> changed.startsWith("jitter"));
    }

    @Test
    void namesOfExceptionsBecomeClasses() throws Exception {
        RetryConfig config = RetryConfig.of(Map.of(
                "retry-on", "java.io.IOException", "never-on", "java.io.FileNotFoundException", "deadline", "2s"));
        ExportedPolicy policy = ExportedPolicy.of(config, "orders");

        var framework = bean(Exports.spring(policy).text(), FRAMEWORK)
                .getMethod("find")
                .getAnnotation(org.springframework.resilience.annotation.Retryable.class);
        assertThat(framework.includes()).containsExactly(IOException.class);
        assertThat(framework.excludes()).containsExactly(java.io.FileNotFoundException.class);
        assertThat(framework.timeout()).isEqualTo(2000);
    }
}
