package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No published case is lost: each one of each file is run, by this module or by retry-api, or stands in docs/vectors.md with a reason. */
class PublishedCasesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String VECTORS = "src/test/resources/vectors";
    private static final String NOT_RUN = "#### Cases that no test runs";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** The ids of every file of both modules, by its name. */
    private static Map<String, List<String>> published() throws IOException {
        Map<String, List<String>> published = new TreeMap<>();
        for (String module : List.of("retry-api", "retry-core")) {
            Path folder = ROOT.resolve(module).resolve(VECTORS);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = folder.relativize(file).toString().replace('\\', '/');
                    if (name.endsWith(".csv")) {
                        published.put(name, rows(file));
                    } else if (name.endsWith(".json")) {
                        published.put(name, cases(file));
                    }
                }
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
        Set<String> run = new TreeSet<>(RunCases.ids());
        run.addAll(Files.readAllLines(ROOT.resolve("retry-api").resolve(VECTORS).resolve("run.txt")));
        return run;
    }

    /** What the section names, by whole ids or with an asterisk for any ending. */
    private static Set<String> withReason() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/vectors.md"));
        int begin = text.indexOf(NOT_RUN);
        assertThat(begin).as(NOT_RUN).isPositive();
        Set<String> named = new TreeSet<>();
        text.substring(begin)
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .forEach(line -> {
                    Matcher code = CODE.matcher(line.split("\\|")[1]);
                    while (code.find()) {
                        named.add(code.group(1));
                    }
                });
        return named;
    }

    private static boolean isNamed(String id, Set<String> named) {
        return named.stream()
                .anyMatch(name ->
                        name.endsWith("*") ? id.startsWith(name.substring(0, name.length() - 1)) : id.equals(name));
    }

    @Test
    void everyCaseIsRunOrHasAReason() throws Exception {
        Set<String> run = run();
        Set<String> reasons = withReason();
        List<String> lost = new ArrayList<>();
        List<String> both = new ArrayList<>();
        int[] sum = new int[3];
        for (Map.Entry<String, List<String>> file : published().entrySet()) {
            List<String> left =
                    file.getValue().stream().filter(id -> !run.contains(id)).toList();
            System.out.printf(
                    "vectors %s: %d published, %d run, %d not%n",
                    file.getKey(), file.getValue().size(), file.getValue().size() - left.size(), left.size());
            sum[0] += file.getValue().size();
            sum[1] += left.size();
            left.stream().filter(id -> !isNamed(id, reasons)).forEach(id -> lost.add(file.getKey() + " " + id));
            file.getValue().stream()
                    .filter(id -> run.contains(id) && isNamed(id, reasons))
                    .forEach(both::add);
        }
        System.out.printf("vectors in all: %d published, %d run, %d with a reason%n", sum[0], sum[0] - sum[1], sum[1]);

        assertThat(lost).as("neither run nor in docs/vectors.md").isEmpty();
        assertThat(both).as("run, and yet in the list of those that are not").isEmpty();
    }

    @Test
    void everyReasonHasItsCase() throws Exception {
        List<String> ids = published().values().stream().flatMap(List::stream).toList();

        assertThat(withReason()).allSatisfy(name -> assertThat(ids).anyMatch(id -> isNamed(id, Set.of(name))));
    }

    @Test
    void noFileIsMissing() throws Exception {
        assertThat(published()).containsKey("seed-oracle.json").hasSize(30);
    }
}
