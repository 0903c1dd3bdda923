package io.forbear.retry.lab.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Everything that is wrong in a file: {@code file:line: key: value (expected: rule)}, in the order of the lines. */
final class FileProblems {

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    private record Problem(int line, String text) {}

    FileProblems(String file) {
        this.file = file;
    }

    /** As editors count. */
    int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    void add(int line, String key, String value, String rule) {
        found.add(new Problem(line, key + ": " + value + " (expected: " + rule + ")"));
    }

    void check() {
        if (!found.isEmpty()) {
            List<String> lines = found.stream()
                    .sorted(Comparator.comparingInt(Problem::line))
                    .map(problem -> at(problem.line(), problem.text()))
                    .toList();
            throw new IllegalArgumentException(String.join("\n", lines));
        }
    }

    /** What is not YAML at all. */
    IllegalArgumentException notYaml(MarkedYamlEngineException e) {
        int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
        String problem = e.getProblem().replaceAll("\\s+", " ");
        return new IllegalArgumentException(at(line, problem + " (expected: YAML)"), e);
    }

    String at(int line, String text) {
        return file + ":" + line + ": " + text;
    }
}
