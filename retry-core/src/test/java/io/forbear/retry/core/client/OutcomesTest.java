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
    void agreesWithANaiveWindow(@ForAll @Size(max = 100) List<Boolean> outcomes, @ForAll boolean withWithdrawals) {
        NaiveWindow naive = new NaiveWindow();
        long word = Outcomes.EMPTY;
        for (boolean success : outcomes) {
            naive.record(success);
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            word = withWithdrawals ? Outcomes.withWithdrawal(word) : word;

            assertThat(Outcomes.successRate(word)).isEqualTo(naive.successRate());
            assertThat(Outcomes.filled(word)).isEqualTo(naive.last.size());
            assertThat(Outcomes.failures(word)).isEqualTo(naive.failed);
            assertThat(Outcomes.hasNoFailure(word)).isEqualTo(!naive.last.contains(false));
            assertThat(Outcomes.isSaturated(word)).isEqualTo(naive.last.size() == 20 && !naive.last.contains(false));
            assertThat(Outcomes.isEvicted(word)).isFalse();
        }
    }

    @Test
    void oneMoreSuccessChangesNothingInAWindowFullOfSuccesses() {
        long word = Outcomes.EMPTY;
        for (int i = 0; i < 20; i++) {
            assertThat(Outcomes.isSaturated(word)).isFalse();
            word = Outcomes.withSuccess(word);
        }

        assertThat(Outcomes.isSaturated(word)).isTrue();
        assertThat(Outcomes.withSuccess(word)).isEqualTo(word);
    }

    @Test
    void eachWithdrawalChangesTheWordAndNothingThatIsReadFromIt() {
        long word = Outcomes.withFailure(Outcomes.withSuccess(Outcomes.EMPTY));
        long withdrawn = word;
        for (int i = 0; i < 63; i++) {
            withdrawn = Outcomes.withWithdrawal(withdrawn);

            assertThat(withdrawn).isNotEqualTo(word);
            assertThat(Outcomes.failures(withdrawn)).isEqualTo(1);
            assertThat(Outcomes.successRate(withdrawn)).isEqualTo(0.5);
            assertThat(Outcomes.isEvicted(withdrawn)).isFalse();
        }
        assertThat(Outcomes.withWithdrawal(withdrawn)).isEqualTo(word);
    }

    /** Passing over changes nothing that is read from a word but whether it is evictable; each record takes it back. */
    @Property(tries = 2000)
    void passingOverLastsUntilSomethingIsRecorded(@ForAll @Size(max = 60) List<Boolean> outcomes) {
        long word = Outcomes.withFailure(Outcomes.EMPTY);
        for (boolean success : outcomes) {
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            if (Outcomes.hasNoFailure(word)) {
                assertThat(Outcomes.isEvictable(word)).isTrue();
                continue;
            }
            long passedOver = Outcomes.withPassOver(word);

            assertThat(Outcomes.isEvictable(word)).isFalse();
            assertThat(Outcomes.isEvictable(passedOver)).isTrue();
            assertThat(Outcomes.failures(passedOver)).isEqualTo(Outcomes.failures(word));
            assertThat(Outcomes.successRate(passedOver)).isEqualTo(Outcomes.successRate(word));
            assertThat(Outcomes.isSaturated(passedOver)).isFalse();
            assertThat(Outcomes.isEvicted(passedOver)).isFalse();
            assertThat(Outcomes.withPassOver(passedOver)).isEqualTo(passedOver);
            assertThat(Outcomes.withFailure(passedOver)).isEqualTo(Outcomes.withFailure(word));
            assertThat(Outcomes.withSuccess(passedOver)).isEqualTo(Outcomes.withSuccess(word));
            assertThat(Outcomes.withWithdrawal(passedOver)).isEqualTo(Outcomes.withWithdrawal(word));
        }
    }

    /** The reason why a withdrawal may leave a word as it is; withdrawals are left out here. */
    @Property(tries = 2000)
    void aWordThatWasEvictableDoesNotComeBack(@ForAll @Size(max = 100) List<Boolean> outcomes) {
        Set<Long> ceased = new HashSet<>();
        long word = Outcomes.EMPTY;
        for (boolean success : outcomes) {
            long before = Outcomes.hasNoFailure(word) ? word : Outcomes.withPassOver(word);
            word = success ? Outcomes.withSuccess(word) : Outcomes.withFailure(word);
            if (!Outcomes.isEvictable(word)) {
                ceased.add(before);
            }
            assertThat(ceased).doesNotContain(word, Outcomes.withPassOver(word));
        }
    }

    @Test
    void ordersEvictableWords() {
        long once = Outcomes.withSuccess(Outcomes.EMPTY);
        long failed = Outcomes.withPassOver(Outcomes.withFailure(Outcomes.EMPTY));
        long almost = Outcomes.EMPTY;
        for (int i = 1; i < Outcomes.WINDOW; i++) {
            almost = Outcomes.withSuccess(almost);
        }
        long longFailed = Outcomes.withPassOver(Outcomes.withFailure(almost));
        long twice = Outcomes.withSuccess(once);

        assertThat(LongStream.of(Outcomes.EMPTY, once, failed, twice, almost, longFailed, Outcomes.withSuccess(almost))
                        .map(Outcomes::evictionRank))
                .containsExactly(0L, 2L, 3L, 4L, 38L, 41L, 42L);
    }

    @Test
    void anEvictionKeepsTheRestOfTheWord() {
        long word = Outcomes.withWithdrawal(Outcomes.withFailure(Outcomes.EMPTY));

        long evicted = Outcomes.withEviction(word);

        assertThat(Outcomes.isEvicted(evicted)).isTrue();
        assertThat(Outcomes.failures(evicted)).isEqualTo(1);
        assertThat(Outcomes.successRate(evicted)).isZero();
    }

    @Test
    void failuresAreCountedBeyondThirtyTwoBits() {
        long word = Outcomes.withFailure(Outcomes.EMPTY | (((1L << 33) - 1) << 29));

        assertThat(Outcomes.failures(word)).isEqualTo(1L << 33);
        assertThat(Outcomes.filled(word)).isEqualTo(1);
    }
}
