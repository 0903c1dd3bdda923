package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Machine here = Machine.here();

        here.write(folder.resolve("full.properties"));

        assertThat(Machine.read(folder.resolve("full.properties"))).isEqualTo(here);
        assertThat(Files.readString(folder.resolve("full.properties"))).doesNotContain("#");
    }

    @Test
    void findsTheNameOfTheProcessor() throws IOException {
        Path info = folder.resolve("cpuinfo");
        Files.writeString(info, "processor\t: 0\nmodel name\t: Some CPU @ 2.4GHz\n");

        assertThat(Machine.cpuIn(info)).isEqualTo("Some CPU @ 2.4GHz");
        assertThat(Machine.cpuIn(folder.resolve("absent"))).isEqualTo("unknown processor");
    }
}
