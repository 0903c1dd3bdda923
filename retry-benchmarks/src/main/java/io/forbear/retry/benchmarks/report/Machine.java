package io.forbear.retry.benchmarks.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Properties;

/**
 * Where and when results were measured; kept beside them.
 *
 * @param cpu the processor
 * @param cores how many of it the process could use
 * @param os the system
 * @param jdk the JDK's version and its virtual machine
 * @param date the day, UTC
 * @param load how many threads wanted to run when the measurement began, averaged over a minute; negative where the
 *     system does not tell
 */
record Machine(String cpu, int cores, String os, String jdk, String date, double load) {

    /** Describes this machine, now. */
    static Machine here() {
        return new Machine(
                cpuIn(Path.of("/proc/cpuinfo")),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
                LocalDate.now(ZoneOffset.UTC).toString(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    static String cpuIn(Path info) {
        try {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException unknown) {
            // the line below says so
        }
        return "unknown processor";
    }

    /** Tells whether something else was running that the figures must have suffered from. */
    boolean isBusy() {
        return load > 0.5 * cores;
    }

    String asText() {
        String busy = isBusy() ? String.format(Locale.ROOT, "; **not quiet**: load %.1f at the start", load) : "";
        return cpu + ", " + cores + " cores, " + os + "; JDK " + jdk + "; " + date + busy;
    }

    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("cpu", cpu);
        properties.setProperty("cores", Integer.toString(cores));
        properties.setProperty("os", os);
        properties.setProperty("jdk", jdk);
        properties.setProperty("date", date);
        properties.setProperty("load", Double.toString(load));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        // without the line that tells the second
        Files.writeString(file, text.toString().replaceFirst("#.*\\R", ""), StandardCharsets.UTF_8);
    }

    static Machine read(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return new Machine(
                properties.getProperty("cpu", "unknown processor"),
                Integer.parseInt(properties.getProperty("cores", "0")),
                properties.getProperty("os", ""),
                properties.getProperty("jdk", ""),
                properties.getProperty("date", ""),
                Double.parseDouble(properties.getProperty("load", "-1")));
    }
}
