package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Recover;
import org.springframework.retry.annotation.Retryable;

/**
 * Application contexts that Spring has processed ahead of time: what it writes is compiled and started, on a JVM. No
 * native image is built.
 */
public class AotContextTest {

    private static final int ATTEMPTS = 3;

    /** Annotated by this library. */
    public static class Shop {
        final List<Long> attempts = new ArrayList<>();

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        public String load(long id) throws IOException {
            attempts.add(id);
            throw new IOException("down");
        }

        String cached(long id, IOException failure) {
            return "cached " + id + " after " + attempts.size();
        }
    }

    /** The application of the annotation, with settings of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableForbearRetry(proxyTargetClass = true, order = 7)
    public static class Application {
        @Bean
        public Retry orders() {
            return Retries.named("orders")
                    .policy(policy().maxAttempts(ATTEMPTS).build())
                    .build();
        }

        @Bean
        public Shop shop() {
            return new Shop();
        }
    }

    /** Annotated for spring-retry. */
    public static class Catalog {
        int attempts;

        @Retryable(maxAttempts = ATTEMPTS)
        public String load() throws IOException {
            attempts++;
            throw new IOException("down");
        }

        @Recover
        String recovered(IOException failure) {
            return "recovered after " + attempts;
        }
    }

    /** The application of a bridge. */
    @Configuration(proxyBeanMethods = false)
    @EnableForbearRetry
    @EnableRetry
    public static class Bridged {
        @Bean
        public Catalog catalog() {
            return new Catalog();
        }

        @Bean
        public RetryableBridge bridge() {
            return (service, said) -> Retries.named(service)
                    .policy(policy().maxAttempts(said.maxAttempts()).build())
                    .build();
        }
    }

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.none());
    }

    @TempDir
    Path folder;

    /** Starts what Spring has written for an application. */
    private void aheadOfTime(Class<?> application, Consumer<GenericApplicationContext> look) throws Exception {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(application.getPackageName(), "Aot")), files);
        ClassName initializer;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(application);
            initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        generation.writeGeneratedContent();
        compile(files);
        try (URLClassLoader loader = new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
                GenericApplicationContext context = new GenericApplicationContext()) {
            context.setClassLoader(loader);
            initialize(loader.loadClass(initializer.canonicalName()), context);
            context.refresh();
            look.accept(context);
        }
    }

    @SuppressWarnings("unchecked") // by its name
    private static void initialize(Class<?> initializer, GenericApplicationContext context) throws Exception {
        ((ApplicationContextInitializer<GenericApplicationContext>)
                        initializer.getDeclaredConstructor().newInstance())
                .initialize(context);
    }

    private void compile(InMemoryGeneratedFiles files) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String name : files.getGeneratedFiles(Kind.SOURCE).keySet()) {
            Path source = folder.resolve(name);
            Files.createDirectories(source.getParent());
            sources.add(Files.writeString(source, files.getGeneratedFileContent(Kind.SOURCE, name)));
        }
        assertThat(sources).isNotEmpty();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-nowarn", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            assertThat(compiler.getTask(
                                    said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
                            .call())
                    .as(said.toString())
                    .isTrue();
        }
    }

    @Test
    void theAnnotationWorksInAContextThatWasProcessedAheadOfTime() throws Exception {
        aheadOfTime(Application.class, context -> {
            Shop shop = context.getBean(Shop.class);

            assertThat(catchThrowable(() -> assertThat(shop.load(7)).isEqualTo("cached 7 after 3")))
                    .isNull();
            assertThat(context.getBean(Retry.class).snapshot().attempts()).isEqualTo(ATTEMPTS);
        });
    }

    @Test
    void theSettingsOfTheEnablingAnnotationSurvive() throws Exception {
        aheadOfTime(Application.class, context -> {
            ForbearRetryPostProcessor processor = context.getBean(ForbearRetryPostProcessor.class);

            assertThat(processor.isProxyTargetClass()).isTrue();
            assertThat(processor.getOrder()).isEqualTo(7);
        });
    }

    @Test
    void theTakeoverOfRetryableSurvivesAndNothingRetriesBeside() throws Exception {
        aheadOfTime(Bridged.class, context -> {
            Catalog catalog = context.getBean(Catalog.class);

            assertThat(catchThrowable(() -> assertThat(catalog.load()).isEqualTo("recovered after 3")))
                    .isNull();
            assertThat(context.getBeanNamesForType(RetryableTakeover.class)).hasSize(1);
            assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.endsWith(".RetryConfiguration"));
        });
    }
}
