package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's project, outside of this tree: it imports the BOM, compiles against the jars of this build and retries.
 *
 * <p>The artifacts of this build are laid out as a repository of their own; everything else comes out of the local
 * repository that this build runs on, which is read as a remote one. What the user's build resolves goes to a local
 * repository that is deleted afterwards, so that nothing of Forbear is installed and nothing that was installed is
 * seen.
 */
class UserProjectIT {

    private static final String VERSION = property("project.version");
    private static final Path ROOT = Documents.root(Path.of("").toAbsolutePath());

    @TempDir
    Path folder;

    @Test
    void importsTheBomCompilesAndRetries() throws Exception {
        publish("forbear-parent", ROOT.resolve("pom.xml"));
        publish("retry-bom", ROOT.resolve("retry-bom/pom.xml"));
        publish("retry-api", ROOT.resolve("retry-api/pom.xml"), ModulePath.of(Retry.class));
        publish("retry-core", ROOT.resolve("retry-core/pom.xml"), ModulePath.of(Retries.class));
        publish("retry-testkit", ROOT.resolve("retry-testkit/pom.xml"), ModulePath.of(ManualClock.class));
        copyProject();
        Files.writeString(folder.resolve("settings.xml"), settings());

        String output = maven("test");

        assertThat(output)
                .contains("the user's project made 3 attempts")
                .contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0")
                .contains("BUILD SUCCESS");
    }

    /** Copies what a deployment would: the pom, and the jar where there is one. */
    private void publish(String artifact, Path... files) throws IOException {
        Path place = folder.resolve("published/io/forbear").resolve(artifact).resolve(VERSION);
        Files.createDirectories(place);
        for (Path file : files) {
            String ending = file.toString().endsWith(".xml") ? ".pom" : ".jar";
            Files.copy(file, place.resolve(artifact + "-" + VERSION + ending));
        }
    }

    private void copyProject() throws IOException {
        Path source = ROOT.resolve("retry-it/src/it/user-project");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve("project")
                        .resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, filtered(Files.readString(file)));
            }
        }
    }

    private static String filtered(String text) {
        return Pattern.compile("@([a-z.-]+)@").matcher(text).replaceAll(token -> property(token.group(1)));
    }

    private String settings() {
        String thisBuild = repository("this-build", folder.resolve("published"));
        String others = repository("others", Path.of(property("settings.localRepository")));
        return """
                <settings>
                  <profiles><profile><id>it</id>
                    <repositories>%s%s</repositories>
                    <pluginRepositories>%s</pluginRepositories>
                  </profile></profiles>
                  <activeProfiles><activeProfile>it</activeProfile></activeProfiles>
                </settings>
                """.formatted(thisBuild, others, others.replace("repository>", "pluginRepository>"));
    }

    private static String repository(String id, Path place) {
        return "<repository><id>" + id + "</id><url>" + place.toUri()
                + "</url><releases><checksumPolicy>ignore</checksumPolicy></releases>"
                + "<snapshots><checksumPolicy>ignore</checksumPolicy></snapshots></repository>";
    }

    private String maven(String goal) throws IOException, InterruptedException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        String settings = folder.resolve("settings.xml").toString();
        Path log = folder.resolve("maven.log");
        ProcessBuilder maven = new ProcessBuilder(List.of(
                        Path.of(property("maven.home"), "bin", windows ? "mvn.cmd" : "mvn")
                                .toString(),
                        "-B",
                        "-s",
                        settings,
                        "-gs",
                        settings,
                        "-Dmaven.repo.local=" + folder.resolve("local"),
                        goal))
                .directory(folder.resolve("project").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        maven.environment().remove("MAVEN_OPTS");
        Process process = maven.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                return "maven: still running after 5 min\n" + Files.readString(log);
            }
            return Files.readString(log);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(
                System.getProperty("it." + name), () -> "it." + name + " (expected: set by the pom)");
    }
}
