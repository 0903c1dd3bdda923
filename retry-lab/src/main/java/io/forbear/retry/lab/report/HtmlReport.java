package io.forbear.retry.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts page, style, script, chart library and figures into one file. */
final class HtmlReport {

    private static final Pattern HOLE = Pattern.compile("/\\*\\{\\{(\\w+)}}\\*/");

    private HtmlReport() {}

    static String of(String json) throws IOException {
        String uplot = "/META-INF/resources/webjars/uplot/" + built().getProperty("uplot") + "/";
        return filled(
                "report.html",
                Map.of(
                        "uplotCss", resource(uplot + "dist/uPlot.min.css"),
                        "uplotJs", script(resource(uplot + "dist/uPlot.iife.min.js")),
                        "uplotLicense", resource(uplot + "LICENSE").replace("*/", "* /"),
                        "css", resource("report.css"),
                        "js", script(resource("report.js")),
                        "json", json.replace("<", "\\u003c")));
    }

    /** Puts parts into the holes of a page, which has one for each. */
    static String filled(String page, Map<String, String> parts) throws IOException {
        Matcher holes = HOLE.matcher(resource(page));
        return holes.replaceAll(hole -> {
            String part = parts.get(hole.group(1));
            if (part == null) {
                throw new IllegalStateException(
                        "part: " + hole.group(1) + " (expected: one of " + parts.keySet() + ")");
            }
            return Matcher.quoteReplacement(part);
        });
    }

    /** Inside a script element, the text must not end it. */
    static String script(String text) {
        return text.replace("</script", "<\\/script");
    }

    private static Properties built() throws IOException {
        Properties built = new Properties();
        try (InputStream in = open("/io/forbear/retry/lab/lab.properties")) {
            built.load(in);
        }
        return built;
    }

    static String resource(String name) throws IOException {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String name) {
        InputStream in = HtmlReport.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("resource: " + name + " (expected: on the class path)");
        }
        return in;
    }
}
