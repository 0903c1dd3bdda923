package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Makes the project that the guide describes from the page itself, compiles it, runs it and calls it. */
class GuideTest {

    private static final Path PAGE = Path.of("../../docs/guide/spring.md");
    private static final Pattern BLOCK =
            Pattern.compile("^### (\\d)\\.|^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("public class (\\w+)");

    @TempDir
    private Path project;

    /** The blocks of each step, as "step language" and text. */
    private final Map<String, String> steps = new LinkedHashMap<>();

    @BeforeEach
    void readsThePage() throws IOException {
        String page = Files.readString(PAGE);
        String steps = page.substring(0, page.indexOf("\n## Properties"));
        String step = "0";
        for (Matcher block = BLOCK.matcher(steps); block.find(); ) {
            if (block.group(1) != null) {
                step = block.group(1);
            } else {
                this.steps.put(step + " " + block.group(2), block.group(3));
            }
        }
    }

    private String step(String of) {
        String text = steps.get(of);
        assertThat(text).as("%s of %s", of, steps.keySet()).isNotNull();
        return text;
    }

    private Path java(String text) throws IOException {
        Matcher type = TYPE.matcher(text);
        assertThat(type.find()).isTrue();
        Path file = project.resolve("src/main/java/demo/" + type.group(1) + ".java");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Path compiled(Path... sources) throws IOException {
        Path classes = Files.createDirectories(project.resolve("target/classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = new ArrayList<>(List.of(
                "-proc:none", "-parameters", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        StringWriter said = new StringWriter();
        boolean isCompiled = compiler.getTask(
                        said,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(sources))
                .call();
        assertThat(isCompiled).as(said.toString()).isTrue();
        return classes;
    }

    @Test
    void theFiveStepsMakeAProtectedCall() throws Exception {
        assertThat(step("1 xml")).contains("<artifactId>retry-spring-boot-starter</artifactId>");
        Path yaml = Files.writeString(project.resolve("application.yml"), step("2 yaml"));
        Path classes = compiled(java(step("3 java")), java(step("4 java")));
        try (Downstream server = new Downstream();
                URLClassLoader loader = new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> application = loader.loadClass("demo.DemoApplication");
            Thread.currentThread().setContextClassLoader(loader);
            try (ConfigurableApplicationContext context = SpringApplication.run(application, arguments(yaml, server))) {
                String port = context.getEnvironment().getRequiredProperty("local.server.port");
                server.script(503, 503);
                assertThat(get(port, "/orders/1")).isEqualTo("answer to /orders/1");
                assertThat(server.requests("/orders/1")).isEqualTo(3);
                server.script(404);
                assertThat(get(port, "/orders/2")).isEqualTo("order 2 is not known now");

                String json = step("5 json");
                String origin = json.substring(json.indexOf("forbear.services"), json.lastIndexOf('"'));
                assertThat(get(port, "/actuator/forbear/orders")).contains("\"origin\":\"" + origin + "\"");
            } finally {
                Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
            }
        }
    }

    private static String[] arguments(Path yaml, Downstream server) {
        return new String[] {
            "--spring.config.location=" + yaml.toUri(),
            "--server.port=0",
            "--orders.url=" + server.url(),
            // the 3 s of the page are for a process that has started long ago
            "--forbear.default.deadline=60s",
            // JDBC is among the libraries of this test, not among those of the page
            "--spring.datasource.url=jdbc:postgresql://localhost:1/none"
        };
    }

    private static String get(String port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
