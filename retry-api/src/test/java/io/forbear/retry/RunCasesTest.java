package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of cases that run here is true, so that the check of all modules can rely on it. */
class RunCasesTest {

    private static final Path LIST = Path.of("src/test/resources/vectors/run.txt");

    @Test
    void theListNamesEveryCaseThatRunsHere() throws Exception {
        List<String> run = List.copyOf(RunCases.ids());
        Files.write(Path.of("target/run.txt"), run);

        assertThat(Files.readAllLines(LIST))
                .as("%s; what it should be is in target/run.txt", LIST)
                .isEqualTo(run);
    }
}
