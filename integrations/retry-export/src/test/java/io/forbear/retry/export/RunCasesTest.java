package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.testsupport.RunCases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of cases that run here is true, so that the check of all modules can rely on it. */
class RunCasesTest {

    private static final Path LIST = Path.of("src/test/resources/published-cases.txt");

    @Test
    void theListNamesEveryCaseThatRunsHere() throws Exception {
        List<String> run = List.copyOf(RunCases.ids(RunCasesTest.class));

        assertThat(Files.readAllLines(LIST)).as("%s", LIST).isEqualTo(run);
    }
}
