package io.forbear.retry.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.report.DashboardChart.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

class DashboardChartTest {

    private static Series series(String label, double... values) {
        double[] seconds = new double[values.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = i;
        }
        return new Series(label, seconds, values);
    }

    @Test
    void drawsALineForEachSeriesAndInterruptsItWhereThereIsNoValue() {
        String svg = new DashboardChart("A & B", "from a test", 3)
                .panel("one", List.of(series("users", 0, Double.NaN, 1, 1)))
                .svg();

        assertThat(svg).contains("<title>A &amp; B</title>").contains(">users</text>");
        assertThat(svg.lines().filter(line -> line.matches("<path class=\"c0\" d=\"M[0-9. ]+M[0-9. ]+L[0-9. ]+\"/>")))
                .hasSize(1);
    }

    @Test
    void aLabelHasTheSameColourInAllPanels() {
        String svg = new DashboardChart("t", "c", 1)
                .panel("one", List.of(series("a", 1, 2), series("b", 1, 2)))
                .panel("two", List.of(series("b", 1, 2)))
                .svg();

        // one in the legend and one in each panel that has it
        assertThat(svg.lines().filter(line -> line.startsWith("<path class=\"c0\"")))
                .hasSize(2);
        assertThat(svg.lines().filter(line -> line.startsWith("<path class=\"c1\"")))
                .hasSize(3);
    }

    @Test
    void aPanelWithoutValuesIsAnEmptyOne() {
        assertThat(new DashboardChart("t", "c", 1).panel("none", List.of()).svg())
                .contains(">none</text>")
                .doesNotContain("NaN")
                .endsWith("</svg>\n");
    }
}
