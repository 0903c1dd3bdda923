package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.lab.RetryLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The report of a short real storm, opened as a reader opens it. */
class ReportBrowserIT {

    /** For each chart, how many of its pixels are not transparent. */
    private static final String INKED = """
            [...document.querySelectorAll("#charts canvas")].map(c => {
              const copy = Object.assign(document.createElement("canvas"), { width: c.width, height: c.height });
              const context = copy.getContext("2d", { willReadFrequently: true });
              context.drawImage(c, 0, 0);
              const bytes = context.getImageData(0, 0, c.width, c.height).data;
              let inked = 0;
              for (let i = 3; i < bytes.length; i += 4) inked += bytes[i] > 0;
              return inked;
            })""";

    private static final String DRAWN =
            "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path folder;

    @Test
    void showsItsChartsWithoutAComplaintAndReactsToTheReader() throws Exception {
        Optional<Path> program = Chromium.find();
        assumeTrue(
                program.isPresent(),
                "no chromium on the PATH: the report was not opened (install chromium to run this)");
        Path report = storm();

        try (Chromium browser = new Chromium(program.get(), folder)) {
            browser.open(report);
            browser.evaluate(DRAWN);

            JsonNode inked = browser.evaluate(INKED);
            assertThat(inked).as("charts").hasSizeGreaterThanOrEqualTo(4);
            assertThat(inked).allSatisfy(pixels -> assertThat(pixels.asInt()).isGreaterThan(1_000));

            hoverShowsAValueOfEachPolicy(browser);
            pressingAPolicyHidesItsLines(browser, inked);
            assertThat(browser.evaluate("document.querySelectorAll('#figures tbody tr').length")
                            .asInt())
                    .isGreaterThan(1);
            screenshot(browser);
            assertThat(browser.complaints).isEmpty();
        }
    }

    /** The mouse moves until the browser has noticed: how many frames that takes is its own affair. */
    private static void hoverShowsAValueOfEachPolicy(Chromium browser) throws Exception {
        String values = "";
        for (int move = 0; move < 100 && values.length() < 3; move++) {
            JsonNode middle = browser.evaluate("""
                    (() => { const over = document.querySelector("#charts .u-over"); over.scrollIntoView({block: \
                    "center", behavior: "instant"});
                      const r = over.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; \
                    })()""");
            browser.moveMouse(middle.get(0).asDouble() + move % 7, middle.get(1).asDouble());
            browser.evaluate(DRAWN);
            values = browser.evaluate("[...document.querySelectorAll('.tip')].filter(tip => !tip.hidden)"
                            + ".map(tip => tip.querySelectorAll('b').length)")
                    .toString();
        }

        assertThat(values).isEqualTo("[2]");
    }

    private static void pressingAPolicyHidesItsLines(Chromium browser, JsonNode before) throws Exception {
        browser.evaluate("document.querySelector('#policies button').click()");
        browser.evaluate(DRAWN);

        assertThat(browser.evaluate("document.querySelector('#policies button').getAttribute('aria-pressed')")
                        .asText())
                .isEqualTo("false");
        assertThat(browser.evaluate(INKED)).isNotEqualTo(before);
        browser.evaluate("document.querySelector('#policies button').click()");
        browser.evaluate(DRAWN);
    }

    /** Leaves a picture of the report beside the results of the tests, for a person to look at. */
    private static void screenshot(Chromium browser) throws Exception {
        JsonNode picture = browser.send(
                "Page.captureScreenshot", new ObjectMapper().createObjectNode().put("captureBeyondViewport", true));
        Files.write(
                Path.of("target", "report.png"),
                Base64.getDecoder().decode(picture.path("data").asText()));
    }

    private Path storm() throws Exception {
        Path log = folder.resolve("storm.log");
        Process storm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RetryLab.class.getName(),
                        "storm",
                        "--duration",
                        "6s",
                        "--load",
                        "100",
                        "--policies",
                        "naive,default",
                        "--out",
                        folder.resolve("out").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(storm.waitFor(3, TimeUnit.MINUTES)).as("the storm ends").isTrue();
            assertThat(storm.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            storm.destroyForcibly();
        }
        return folder.resolve("out/storm.html");
    }
}
