package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CostChartTest {

    private static final Machine MACHINE = new Machine("A <fast> & quiet CPU", 2, "Linux", "17", "2026-11-24", 0);

    private static Document chart() throws Exception {
        Results results = new Written("17.0.17")
                .path("SuccessPathBenchmark", "direct", 0.4, 0)
                .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                .path("SuccessPathBenchmark", "failsafeRetry", 130, 0)
                .path("SuccessPathBenchmark", "forbearBudget", 3, 0)
                .path("RetryPathBenchmark", "forbearFull", 60, 0)
                .path("RetryPathBenchmark", "smallrye", 1000, 0)
                .results();
        String svg = new CostChart(results, MACHINE).svg();
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> bars(Document chart) {
        List<Element> bars = new ArrayList<>();
        NodeList rectangles = chart.getElementsByTagName("rect");
        for (int i = 0; i < rectangles.getLength(); i++) {
            Element rectangle = (Element) rectangles.item(i);
            if (!rectangle.getAttribute("class").equals("ground")) {
                bars.add(rectangle);
            }
        }
        return bars;
    }

    @Test
    void hasABarForEachContenderOfOneThreadShortestFirst() throws Exception {
        List<Element> bars = bars(chart());

        assertThat(bars)
                .extracting(bar -> bar.getAttribute("class"))
                .containsExactly("base", "ours", "peer", "ours", "peer");
        assertThat(bars.subList(0, 3))
                .extracting(bar -> Double.parseDouble(bar.getAttribute("width")))
                .isSorted();
    }

    @Test
    void isLogarithmic() throws Exception {
        List<Element> bars = bars(chart());
        double sixty = Double.parseDouble(bars.get(3).getAttribute("width"));
        double thousand = Double.parseDouble(bars.get(4).getAttribute("width"));

        assertThat(sixty / thousand)
                .isCloseTo(Math.log(60) / Math.log(1000), org.assertj.core.api.Assertions.within(0.01));
    }

    @Test
    void tellsThoseWhoDoNotSeeIt() throws Exception {
        assertThat(chart().getElementsByTagName("desc").item(0).getTextContent())
                .contains("Forbear, budget and breaker 3.00 ns.")
                .contains("Failsafe 130 ns.")
                .contains("SmallRye Fault Tolerance 1,000 ns.");
    }
}
