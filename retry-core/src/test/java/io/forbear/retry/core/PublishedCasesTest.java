package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.testsupport.RunCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No published case is lost: each one of each file is run, by this module, by retry-api, by
 * retry-aws-sdk or by retry-export, or stands in docs/internals/vectors.md with a reason.
 */
class PublishedCasesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path VECTORS = ROOT.resolve("retry-test-support/src/main/resources/vectors");
    private static final String NOT_RUN = "## Cases that no test runs";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** The ids of every file, by its name. */
    private static Map<String, List<String>> published() throws IOException {
        Map<String, List<String>> published = new TreeMap<>();
        try (Stream<Path> files = Files.walk(VECTORS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = VECTORS.relativize(file).toString().replace('\\', '/');
                published.put(name, name.endsWith(".csv") ? rows(file) : cases(file));
            }
        }
        return published;
    }

    private static List<String> cases(Path file) throws IOException {
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        List<String> ids = new ArrayList<>();
        if (root.isArray()) {
            for (JsonNode scenario : root) {
                for (int i = 0; i < scenario.get("calls").size(); i++) {
                    ids.add(scenario.get("name").asText() + "/" + i);
                }
            }
        } else {
            root.get("cases").forEach(one -> ids.add(one.get("id").asText()));
            assertThat(ids).hasSize(root.get("case_count").asInt());
        }
        return ids;
    }

    /** A row is named by its first column, or by those that make it one of a kind. */
    private static List<String> rows(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.subList(1, lines.size()).stream()
                .map(line -> line.split(",", -1))
                .map(cells -> switch (lines.get(0).split(",")[0]) {
                    case "sdk" -> cells[0] + " " + cells[3];
                    case "kind" ->
                        (cells[0] + " " + cells[1] + " " + cells[2]).trim().replace("  ", " ");
                    default -> cells[0];
                })
                .toList();
    }

    private static Set<String> run() throws Exception {
        Set<String> run = new TreeSet<>(RunCases.ids(PublishedCasesTest.class));
        for (String module : List.of("retry-api", "integrations/retry-aws-sdk", "integrations/retry-export")) {
            run.addAll(Files.readAllLines(ROOT.resolve(module + "/src/test/resources/published-cases.txt")));
        }
        return run;
    }

    private static String page() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/internals/vectors.md"));
        assertThat(text).contains(NOT_RUN);
        return text;
    }

    /** What the last section names: by whole ids, or with an asterisk for anything. */
    private static Set<String> notRun() throws IOException {
        String text = page();
        return named(text.substring(text.indexOf(NOT_RUN)));
    }

    /** What the tables before it name: cases that run, and in which ours differs somewhere. */
    private static Set<String> differing() throws IOException {
        String text = page();
        return named(text.substring(0, text.indexOf(NOT_RUN)));
    }

    /** The names in the first column of each table whose first column is "case". */
    private static Set<String> named(String text) {
        Set<String> named = new TreeSet<>();
        boolean ofCases = false;
        for (String line : text.lines().toList()) {
            if (!line.startsWith("|")) {
                ofCases = false;
            } else if (line.toLowerCase(Locale.ROOT).startsWith("| case |")) {
                ofCases = true;
            } else if (ofCases) {
                Matcher code = CODE.matcher(line.split("\\|")[1]);
                while (code.find()) {
                    named.add(code.group(1));
                }
            }
        }
        return named;
    }

    private static boolean isNamed(String id, Set<String> named) {
        return named.stream().anyMatch(name -> covers(name, id));
    }

    private static boolean covers(String name, String id) {
        return name.contains("*") ? id.matches("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E") : id.equals(name);
    }

    /** How many cases run and agree, run and differ as explained, and are explained without running. */
    private record Tally(int agree, int differ, int notRun) {

        static Tally of(List<String> ids, Set<String> run, Set<String> differing) {
            int ran = (int) ids.stream().filter(run::contains).count();
            int differ = (int) ids.stream()
                    .filter(id -> run.contains(id) && isNamed(id, differing))
                    .count();
            return new Tally(ran - differ, differ, ids.size() - ran);
        }

        Tally plus(Tally other) {
            return new Tally(agree + other.agree, differ + other.differ, notRun + other.notRun);
        }

        @Override
        public String toString() {
            return String.format(
                    "Of %d cases, %d run and agree, %d run and differ as explained, %d are explained without running.",
                    agree + differ + notRun, agree, differ, notRun);
        }
    }

    @Test
    void everyCaseIsRunOrExplained() throws Exception {
        Set<String> run = run();
        Set<String> notRun = notRun();
        List<String> lost = new ArrayList<>();
        List<String> both = new ArrayList<>();
        published()
                .forEach((file, ids) -> ids.forEach(id -> {
                    if (!run.contains(id) && !isNamed(id, notRun)) {
                        lost.add(file + " " + id);
                    } else if (run.contains(id) && isNamed(id, notRun)) {
                        both.add(file + " " + id);
                    }
                }));

        assertThat(lost).as("neither run nor in docs/internals/vectors.md").isEmpty();
        assertThat(both).as("run, and yet in the list of those that are not").isEmpty();
    }

    @Test
    void thePageStatesHowManyRunAndHowManyOfThoseDiffer() throws Exception {
        Set<String> run = run();
        Set<String> differing = differing();
        Tally sum = new Tally(0, 0, 0);
        for (Map.Entry<String, List<String>> file : published().entrySet()) {
            Tally tally = Tally.of(file.getValue(), run, differing);
            System.out.printf("vectors %s: %s%n", file.getKey(), tally);
            sum = sum.plus(tally);
        }
        System.out.printf("vectors in all: %s%n", sum);

        assertThat(page().lines().filter(line -> line.startsWith("Of "))).containsExactly(sum.toString());
    }

    @Test
    void everyNameInThePageIsThatOfACase() throws Exception {
        List<String> ids = published().values().stream().flatMap(List::stream).toList();
        Set<String> run = run();

        assertThat(notRun()).allSatisfy(name -> assertThat(ids).as(name).anyMatch(id -> covers(name, id)));
        assertThat(differing()).allSatisfy(name -> assertThat(run).as(name).anyMatch(id -> covers(name, id)));
    }

    @Test
    void noFileIsMissing() throws Exception {
        assertThat(published()).containsKey("seed-oracle.json").hasSize(34);
    }
}
