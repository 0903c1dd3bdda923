package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.storm.Phase;
import io.forbear.retry.lab.storm.Policies;
import io.forbear.retry.lab.storm.StormListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter text = new StringWriter();

    private void tell(StormListener listener) {
        listener.began(Policies.standard().get(0), 1, 6);
        listener.progressed(new StormListener.Now(1000, 12_000, Phase.TRANSIENT, 100, 100));
        listener.progressed(new StormListener.Now(2000, 12_000, Phase.TRANSIENT, 100, 100));
        listener.progressed(new StormListener.Now(3000, 12_000, Phase.ERRORS, 100, 100));
        listener.ended(Samples.policy("none", "No retries", null, 1));
    }

    @Test
    void awayFromATerminalThereIsALineForEachPhase() {
        tell(new ProgressLines(new PrintWriter(text)));

        assertThat(text.toString().lines()).hasSize(3);
        assertThat(text.toString())
                .startsWith("[1/6] No retries")
                .contains("3.0 s  errors")
                .contains("not back within the run")
                .doesNotContain("\r");
    }

    @Test
    void onATerminalOneLineIsWrittenOver() {
        tell(new ProgressBar(new PrintWriter(text)));

        assertThat(text.toString().split("\r\u001b\\[K")).hasSize(5);
        assertThat(text.toString().chars().filter(c -> c == '\n')).hasSize(1);
        assertThat(text.toString().split("\r\u001b\\[K"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(100));
    }

    @Test
    void theBarFillsUp() {
        assertThat(ProgressBar.bar(0)).isEqualTo("[                ]");
        assertThat(ProgressBar.bar(0.5)).isEqualTo("[========        ]");
        assertThat(ProgressBar.bar(1)).isEqualTo("[================]");
    }
}
