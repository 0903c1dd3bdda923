package io.forbear.retry.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.report.ScatterChart.Mark;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ScatterChartTest {

    private static Mark mark(String label, double x, double y, String style) {
        return new Mark(label, label + " <tip>", x, y, y - 0.5, y + 0.5, style);
    }

    private static String svg(Mark... marks) throws Exception {
        String svg = new ScatterChart("A & B", "load", "success", List.of(marks)).svg();
        Document parsed =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(parsed.getDocumentElement().getAttribute("aria-label")).isEqualTo("A & B");
        return svg;
    }

    @Test
    void eachPointHasItsStyleItsRangeAndALabel() throws Exception {
        String svg = svg(
                mark("no retries", 1, 94, ScatterChart.OTHER),
                mark("10%", 1.1, 95, ScatterChart.FRONT),
                mark("20%", 1.2, 97, ScatterChart.BEATEN));

        assertThat(svg)
                .contains(">no retries</text>", ">10%</text>", ">20%</text>", "<g class=\"front\"><title>10% &lt;tip>")
                .contains("<g class=\"beaten\">", "<g class=\"other\">", "class=\"way\"")
                .doesNotContain("outside", "NaN", "Infinity");
        assertThat(svg.split("class=\"range\"", -1)).hasSize(4);
    }

    @Test
    void pointsThatFallOnEachOtherShareALabel() throws Exception {
        String svg = svg(
                mark("none", 1, 90, ScatterChart.OTHER),
                mark("1", 1.2, 95, ScatterChart.FRONT),
                mark("2", 1.2, 95, ScatterChart.FRONT),
                mark("3", 1.2, 95, ScatterChart.FRONT),
                mark("4", 1.4, 97, ScatterChart.FRONT));

        assertThat(svg).contains(">1 .. 3</text>", ">4</text>").doesNotContain(">2</text>");
    }

    @Test
    void whatIsOnlyComparedWithIsToldInWordsWhereItIsFarAway() throws Exception {
        String svg = svg(
                mark("none", 3, 10, ScatterChart.OTHER),
                mark("1", 1.2, 95, ScatterChart.FRONT),
                mark("2", 1.3, 96, ScatterChart.FRONT));

        assertThat(svg).contains(">none is outside: 3.00, 10.0</text>").doesNotContain("<g class=\"other\">");
    }

    @Test
    void pointsThatAreAllTheSameAreDrawn() throws Exception {
        assertThat(svg(mark("none", 1, 100, ScatterChart.OTHER), mark("1", 1, 100, ScatterChart.FRONT)))
                .contains("none, 1</text>")
                .doesNotContain("NaN", "Infinity");
    }
}
