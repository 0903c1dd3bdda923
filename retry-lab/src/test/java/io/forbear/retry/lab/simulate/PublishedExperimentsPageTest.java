package io.forbear.retry.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The table of {@code docs/internals/published-experiments.md} is that of a run of all experiments: {@code
 * -Dtest=PublishedExperimentsPageTest -Dforbear.writePages=true}, some minutes.
 */
class PublishedExperimentsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "internals", "published-experiments.md");
    private static final String FROM = "<!-- tables: begin -->\n";
    private static final String TO = "<!-- tables: end -->";

    @Test
    @EnabledIfSystemProperty(named = "forbear.writePages", matches = "true")
    void writesTheTables() throws IOException {
        List<Experiment> all = List.of(
                Experiments.contention(clients -> true, 100),
                Experiments.retryStrategies(rate -> true, 10),
                Experiments.clientCount(rate -> true, 10),
                Experiments.serialClients(rate -> true, 10),
                Experiments.collapse(200),
                Experiments.figures());
        String page = Files.readString(PAGE);
        String tables = tables(all);
        Files.writeString(
                PAGE,
                page.substring(0, page.indexOf(FROM) + FROM.length()) + tables + page.substring(page.indexOf(TO)));
        assertThat(tables).contains("|");
    }

    private static String tables(List<Experiment> all) {
        StringBuilder text = new StringBuilder("\n| experiment | figures | agree |\n|---|--:|--:|\n");
        for (Experiment experiment : all) {
            int figures = experiment.rows().size();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d |%n",
                    experiment.name(),
                    figures,
                    figures - experiment.differing().size()));
        }
        for (Experiment experiment : all) {
            text.append("\n## ").append(experiment.name()).append("\n\n");
            text.append("| case | published | ours | may differ by |\n|---|--:|--:|--:|\n");
            for (Experiment.Row row : experiment.rows()) {
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s%s | %s |%n",
                        row.what(),
                        shown(row.published()),
                        shown(row.ours()),
                        row.agrees() ? "" : " **differs**",
                        shown(row.most())));
            }
        }
        return text.append('\n').toString().replace("\r\n", "\n");
    }

    private static String shown(double value) {
        return String.format(
                Locale.ROOT, Math.abs(value) >= 1000 ? "%.0f" : Math.abs(value) >= 100 ? "%.1f" : "%.3f", value);
    }
}
