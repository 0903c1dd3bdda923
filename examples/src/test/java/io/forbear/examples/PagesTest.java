package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.StopReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guide shows is compiled and run: each block of Java is a piece of a program in this module. */
class PagesTest {

    private static final Path GUIDE = Path.of("..", "docs", "guide");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java$(.*?)^```$");

    /** Returns code without line breaks, spaces and comments: a page breaks lines where its readers want them. */
    private static String words(String code) {
        return code.replaceAll("(?m)(^|\\s)//.*$", "").replaceAll("\\s+", "");
    }

    private static List<String> programs() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            List<String> programs = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                programs.add(words(Files.readString(file)));
            }
            return programs;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getting-started",
                "concepts",
                "operations",
                "recipes",
                "http",
                "grpc",
                "reactor",
                "spring-framework",
                "migrate-from-resilience4j",
                "migrate-from-spring-retry",
                "migrate-from-failsafe"
            })
    void everyBlockOfJavaIsAPieceOfAProgram(String page) throws IOException {
        List<String> programs = programs();
        Matcher block = BLOCK.matcher(Files.readString(GUIDE.resolve(page + ".md")));
        int blocks = 0;

        while (block.find()) {
            blocks++;
            String shown = words(block.group(1));
            assertThat(programs.stream().anyMatch(program -> program.contains(shown)))
                    .as("a program has what %s shows:%s", page, block.group(1))
                    .isTrue();
        }

        assertThat(blocks).isPositive();
    }

    /** The other block of that page is a piece of a test of all modules together. */
    @Test
    void theTestOfJUnitIsAPieceOfATest() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(GUIDE.resolve("testing.md")));
        List<String> shown = new ArrayList<>();
        while (block.find()) {
            if (block.group(1).contains("ForbearExtension")) {
                shown.add(words(block.group(1)));
            }
        }

        assertThat(shown).hasSize(1);
        assertThat(programs()).anyMatch(program -> program.contains(shown.get(0)));
    }

    @Test
    void theTableOfReasonsHasEveryReasonInOrder() throws IOException {
        String page = Files.readString(GUIDE.resolve("getting-started.md"));
        Matcher row =
                Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| [^|]+ \\| [^|]+ \\|$").matcher(page);
        List<String> reasons = new ArrayList<>();
        while (row.find()) {
            reasons.add(row.group(1));
        }

        assertThat(reasons)
                .containsExactlyElementsOf(
                        Arrays.stream(StopReason.values()).map(Enum::name).toList());
    }

    @Test
    void theComparisonNamesTheVersionsThatAreMeasured() throws IOException {
        String poms = Files.readString(Path.of("..", "pom.xml"))
                + Files.readString(Path.of("..", "retry-benchmarks", "pom.xml"));
        String page = Files.readString(GUIDE.resolve("comparison.md")).replaceAll("\\s+", " ");

        assertThat(page)
                .contains(
                        "Resilience4j " + version(poms, "resilience4j"),
                        "Failsafe " + version(poms, "failsafe"),
                        "Spring Framework " + version(poms, "spring"),
                        "Spring Retry " + version(poms, "spring-retry"),
                        "AWS SDK for Java " + version(poms, "awssdk"),
                        "SmallRye Fault Tolerance " + version(poms, "smallrye-fault-tolerance"),
                        "gax " + version(poms, "gax"));
    }

    private static String version(String poms, String property) {
        Matcher version =
                Pattern.compile("<" + property + "\\.version>([^<]+)</").matcher(poms);
        assertThat(version.find()).as(property).isTrue();
        return version.group(1);
    }
}
