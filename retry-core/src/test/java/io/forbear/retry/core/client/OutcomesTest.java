package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
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

    /** A pass changes nothing that is read from a word but whether it yields; whatever is recorded ends it. */
    @Property(tries = 2000)
    void aPassLastsUntilSomethingIsRecorded(@ForAll @Size(max = 60) List<Boolean> outcomes) {
        long word = Outcomes.withFailure(Outcomes.EMPTY);
        for (boolean success : outcomes) {
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            if (Outcomes.spotless(word)) {
                assertThat(Outcomes.yields(word)).isTrue();
                continue;
            }
            long passed = Outcomes.withPass(word);

            assertThat(Outcomes.yields(word)).isFalse();
            assertThat(Outcomes.yields(passed)).isTrue();
            assertThat(Outcomes.failed(passed)).isEqualTo(Outcomes.failed(word));
            assertThat(Outcomes.successRate(passed)).isEqualTo(Outcomes.successRate(word));
            assertThat(Outcomes.saturated(passed)).isFalse();
            assertThat(Outcomes.retired(passed)).isFalse();
            assertThat(Outcomes.withPass(passed)).isEqualTo(passed);
            assertThat(Outcomes.withFailure(passed)).isEqualTo(Outcomes.withFailure(word));
            assertThat(Outcomes.withSuccess(passed)).isEqualTo(Outcomes.withSuccess(word));
            assertThat(Outcomes.withDraw(passed)).isEqualTo(Outcomes.withDraw(word));
        }
    }

    /** What spares a withdrawal its write: once a word has ceased to yield, it is not seen again, draws left out. */
    @Property(tries = 2000)
    void aWordThatHasCeasedToYieldDoesNotComeBack(@ForAll @Size(max = 100) List<Boolean> outcomes) {
        Set<Long> ceased = new HashSet<>();
        long word = Outcomes.EMPTY;
        for (boolean success : outcomes) {
            long before = Outcomes.spotless(word) ? word : Outcomes.withPass(word);
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            if (!Outcomes.yields(word)) {
                ceased.add(before);
            }
            assertThat(ceased).doesNotContain(word, Outcomes.withPass(word));
        }
    }

    @Test
    void ordersThoseThatYield() {
        long once = Outcomes.withSuccess(Outcomes.EMPTY);
        long failed = Outcomes.withPass(Outcomes.withFailure(Outcomes.EMPTY));
        long almost = Outcomes.EMPTY;
        for (int i = 1; i < Outcomes.WINDOW; i++) {
            almost = Outcomes.withSuccess(almost);
        }
        long longFailed = Outcomes.withPass(Outcomes.withFailure(almost));
        long twice = Outcomes.withSuccess(once);

        assertThat(LongStream.of(Outcomes.EMPTY, once, failed, twice, almost, longFailed, Outcomes.withSuccess(almost))
                        .map(Outcomes::claim))
                .containsExactly(0L, 2L, 3L, 4L, 38L, 41L, 42L);
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
        long word = Outcomes.withFailure(Outcomes.EMPTY | (((1L << 33) - 1) << 29));

        assertThat(Outcomes.failed(word)).isEqualTo(1L << 33);
        assertThat(Outcomes.filled(word)).isEqualTo(1);
    }
}
