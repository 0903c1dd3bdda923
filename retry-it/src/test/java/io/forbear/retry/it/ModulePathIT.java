package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with a module of its own, compiled against the real jars and run with them on the module path. */
class ModulePathIT {

    private static final String LIBRARY = ModulePath.ofAll(
            Retry.class,
            Retries.class,
            MicrometerRetry.class,
            OpenTelemetryRetry.class,
            MeterRegistry.class,
            KeyValue.class,
            Observation.class,
            Span.class,
            Context.class,
            ComponentLoader.class);

    @TempDir
    Path folder;

    @Test
    void anApplicationWithAModuleOfItsOwnRetries() throws Exception {
        source("module-info", """
                module user.app {
                    requires io.forbear.retry.core;
                    requires io.forbear.retry.micrometer;
                    requires io.forbear.retry.otel;
                }
                """);
        source("user/Main", """
                package user;

                import io.forbear.retry.*;
                import io.forbear.retry.core.Retries;
                import io.forbear.retry.micrometer.MicrometerRetry;
                import io.forbear.retry.otel.OpenTelemetryRetry;
                import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
                import io.opentelemetry.api.OpenTelemetry;
                import java.time.Duration;

                public class Main {
                    public static void main(String[] args) {
                        SimpleMeterRegistry meters = new SimpleMeterRegistry();
                        Retry users = Retries.named("users")
                                .policy(RetryPolicy.builder().backoff(Backoff.fixed(Duration.ofMillis(1))).build())
                                .listener(MicrometerRetry.bindTo(meters))
                                .listener(OpenTelemetryRetry.create(OpenTelemetry.noop()))
                                .build();
                        int[] attempts = {0};
                        users.run(() -> {
                            if (++attempts[0] < 3) {
                                throw new java.io.UncheckedIOException(new java.net.ConnectException("refused"));
                            }
                        });
                        System.out.println(attempts[0] + " attempts, metered " + \
                meters.get("forbear.calls").functionCounters().size());
                        System.out.println(users.getClass().getModule());
                    }
                }
                """);

        assertThat(compile()).isEmpty();
        Run run = java("--module-path", classes() + File.pathSeparator + LIBRARY, "--module", "user.app/user.Main");

        assertThat(run.output).startsWith("3 attempts, metered ").endsWith("module io.forbear.retry.core\n");
        assertThat(run.exitCode).isZero();
    }

    @Test
    void theLoadOfTheProcessIsMeasuredWhereTheRuntimeHasTheModulesForIt() throws Exception {
        source("module-info", "module user.app { requires io.forbear.retry.core; }");
        source("user/Main", """
                package user;

                import io.forbear.retry.core.signal.OverloadSignals;

                public class Main {
                    public static void main(String[] args) {
                        System.out.println(OverloadSignals.level(() -> 2, 1, 0).getAsBoolean());
                        try {
                            System.out.println(OverloadSignals.heapUsage(0.9, 0.7));
                            System.out.println(OverloadSignals.cpuLoad(0.9, 0.7));
                        } catch (IllegalStateException absent) {
                            System.out.println(absent.getMessage());
                        }
                    }
                }
                """);

        assertThat(compile()).isEmpty();
        String[] application = {
            "--module-path", classes() + File.pathSeparator + LIBRARY, "--module", "user.app/user.Main"
        };
        Run bare = java(Stream.concat(Stream.of("--limit-modules", "user.app"), Stream.of(application))
                .toArray(String[]::new));
        Run able = java(Stream.concat(Stream.of("--add-modules", "jdk.management"), Stream.of(application))
                .toArray(String[]::new));

        assertThat(bare.output)
                .isEqualTo("true\nheapUsage: module java.management is absent (expected: required by the application,"
                        + " or --add-modules java.management)\n");
        assertThat(able.output).isEqualTo("true\n" + "LevelSignal(above 0.9, below 0.7, every PT1S)\n".repeat(2));
    }

    @Test
    void servicesAreLookedIntoWithoutTheModuleOfJmxAndShownAsMBeansWithIt() throws Exception {
        source("module-info", "module user.app { requires io.forbear.retry.core; }");
        source("user/Main", """
                package user;

                import io.forbear.retry.core.Retries;
                import io.forbear.retry.core.jmx.RetryMBeans;

                public class Main {
                    public static void main(String[] args) {
                        var users = Retries.named("users").build();
                        users.operations().forceBreakerOpen("alice", "INC-7");
                        System.out.println(users.operations().events().size());
                        try (var beans = RetryMBeans.ofPlatform()) {
                            System.out.println(beans.observesEveryCall() ? "" : "shown");
                        } catch (NoClassDefFoundError absent) {
                            System.out.println("not shown");
                        }
                    }
                }
                """);

        assertThat(compile()).isEmpty();
        String[] application = {
            "--module-path", classes() + File.pathSeparator + LIBRARY, "--module", "user.app/user.Main"
        };
        Run bare = java(Stream.concat(Stream.of("--limit-modules", "user.app"), Stream.of(application))
                .toArray(String[]::new));
        Run able = java(Stream.concat(Stream.of("--add-modules", "java.management"), Stream.of(application))
                .toArray(String[]::new));

        assertThat(bare.output).isEqualTo("2\nnot shown\n");
        assertThat(able.output).isEqualTo("2\nshown\n");
    }

    @Test
    void theEngineIsOutOfReach() throws Exception {
        source("module-info", "module user.app { requires io.forbear.retry.core; }");
        source("user/Main", "package user; class Main { io.forbear.retry.core.call.Decision decision; }");

        assertThat(compile()).contains("package io.forbear.retry.core.call is not visible");
    }

    private record Run(int exitCode, String output) {}

    private void source(String type, String text) throws IOException {
        Path file = folder.resolve("source").resolve(type + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    /** Compiles what {@link #source} wrote, and returns what the compiler says. */
    private String compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        String path = LIBRARY + File.pathSeparator + ModulePath.of(NullMarked.class);
        List<String> options =
                List.of("--module-path", path, "-d", classes().toString(), "-Xlint:all,-requires-automatic");
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
                var sources = Files.walk(folder.resolve("source"))) {
            var units = files.getJavaFileObjectsFromPaths(
                    sources.filter(Files::isRegularFile).toList());
            compiler.getTask(messages, files, null, options, null, units).call();
        }
        return messages.toString();
    }

    private Run java(String... arguments) throws Exception {
        Path output = folder.resolve("output.txt");
        List<String> command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Run(process.waitFor(), Files.readString(output));
    }
}
