package io.forbear.retry.lab;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** A run of the lab's command line, with what it printed. */
record LabRun(int code, String out, String err) {

    static LabRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = RetryLab.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = line.execute(args);
        return new LabRun(code, out.toString(), err.toString());
    }

    /** All but lines that tell where files are and how long it took. */
    List<String> figures() {
        return out.lines()
                .filter(line ->
                        !line.contains(" attempts simulated in ") && !line.matches("(Report|Figures|Files): .*"))
                .toList();
    }
}
