package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    /** The obvious window: a queue. */
    private static final class NaiveWindow {
        private final Deque<Boolean> last = new ArrayDeque<>();
        private long failed;

        void record(boolean success) {
            last.addLast(success);
            failed += success ? 0 : 1;
            if (last.size() > 20) {
                last.removeFirst();
            }
        }

        double successRate() {
            return last.isEmpty()
                    ? 1
                    : (double) last.stream().filter(success -> success).count() / last.size();
        }
    }

    @Property(tries = 2000)
    void agreesWithANaiveWindow(@ForAll @Size(max = 100) List<Boolean> outcomes, @ForAll boolean withDraws) {
        NaiveWindow naive = new NaiveWindow();
        long word = Outcomes.EMPTY;
        for (boolean success : outcomes) {
            naive.record(success);
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            word = withDraws ? Outcomes.withDraw(word) : word;

            assertThat(Outcomes.successRate(word)).isEqualTo(naive.successRate());
            assertThat(Outcomes.filled(word)).isEqualTo(naive.last.size());
            assertThat(Outcomes.failed(word)).isEqualTo(naive.failed);
            assertThat(Outcomes.spotless(word)).isEqualTo(!naive.last.contains(false));
            assertThat(Outcomes.saturated(word)).isEqualTo(naive.last.size() == 20 && !naive.last.contains(false));
            assertThat(Outcomes.retired(word)).isFalse();
        }
    }

    @Test
    void oneMoreSuccessChangesNothingInAWindowFullOfSuccesses() {
        long word = Outcomes.EMPTY;
        for (int i = 0; i < 20; i++) {
            assertThat(Outcomes.saturated(word)).isFalse();
            word = Outcomes.withSuccess(word);
        }

        assertThat(Outcomes.saturated(word)).isTrue();
        assertThat(Outcomes.withSuccess(word)).isEqualTo(word);
    }

    @Test
    void eachDrawChangesTheWordAndNothingThatIsReadFromIt() {
        long word = Outcomes.withFailure(Outcomes.withSuccess(Outcomes.EMPTY));
        long drawn = word;
        for (int i = 0; i < 63; i++) {
            drawn = Outcomes.withDraw(drawn);

            assertThat(drawn).isNotEqualTo(word);
            assertThat(Outcomes.failed(drawn)).isEqualTo(1);
            assertThat(Outcomes.successRate(drawn)).isEqualTo(0.5);
            assertThat(Outcomes.retired(drawn)).isFalse();
        }
        assertThat(Outcomes.withDraw(drawn)).isEqualTo(word);
    }

    @Test
    void retirementKeepsTheRest() {
        long word = Outcomes.withDraw(Outcomes.withFailure(Outcomes.EMPTY));

        long retired = Outcomes.withRetirement(word);

        assertThat(Outcomes.retired(retired)).isTrue();
        assertThat(Outcomes.failed(retired)).isEqualTo(1);
        assertThat(Outcomes.successRate(retired)).isZero();
    }

    @Test
    void failuresAreCountedBeyondThirtyTwoBits() {
        long word = Outcomes.withFailure(Outcomes.EMPTY | (((1L << 33) - 1) << 28));

        assertThat(Outcomes.failed(word)).isEqualTo(1L << 33);
        assertThat(Outcomes.filled(word)).isEqualTo(1);
    }
}
