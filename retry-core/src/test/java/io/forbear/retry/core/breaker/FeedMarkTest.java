package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedMarkTest {

    private static final int TICKS = 1 << 24;

    /** Remembers which successes it is given. */
    private static final class Given extends Window {
        private final List<String> successes = new ArrayList<>();

        @Override
        int tick(long nowNanos) {
            return 0;
        }

        @Override
        void successes(long count, int span, int tick) {
            successes.add(count + " in " + span + " to " + tick);
        }

        @Override
        void outcome(int tick, boolean failed, boolean slow) {}

        @Override
        boolean isOrdered() {
            return false;
        }

        @Override
        long calls(int tick) {
            return 0;
        }

        @Override
        long failures(int tick) {
            return 0;
        }

        @Override
        long slow(int tick) {
            return 0;
        }
    }

    private final CountedFeed feed = new CountedFeed();
    private final Given window = new Given();

    @Test
    void givesTheWindowWhatGrewSinceTheLastLook() {
        feed.succeeded(100);
        FeedMark mark = new FeedMark(feed, 3);
        feed.succeeded(4);
        mark.look(window, 8);
        feed.succeeded(2);
        mark.look(window, 8);
        mark.look(window, 8);

        assertThat(window.successes).containsExactly("4 in 5 to 8", "2 in 0 to 8");
    }

    @Test
    void aLookThatFindsNothingIsALookAllTheSame() {
        FeedMark mark = new FeedMark(feed, 0);
        mark.look(window, 7);
        assertThat(window.successes).isEmpty();
        assertThat(mark.isOf(7)).isTrue();
        feed.succeeded(1);
        mark.look(window, 9);

        assertThat(window.successes).containsExactly("1 in 2 to 9");
    }

    @Test
    void aThreadWhoseReadingIsOlderDoesNotMoveTheMarkBack() {
        FeedMark mark = new FeedMark(feed, 5000);
        feed.succeeded(1);
        mark.look(window, 4999);
        feed.succeeded(1);
        mark.look(window, 5001);

        assertThat(window.successes).containsExactly("1 in 0 to 4999", "1 in 1 to 5001");
    }

    @Test
    void isOfItsTickAndOfThoseJustBefore() {
        FeedMark mark = new FeedMark(feed, 5000);

        assertThat(mark.isOf(5000)).isTrue();
        assertThat(mark.isOf(5001)).isFalse();
        assertThat(mark.isOf(4999)).isTrue();
        assertThat(mark.isOf(5000 - (1 << 12))).isTrue();
        assertThat(mark.isOf(5000 - (1 << 12) - 1))
                .as("too old to be a reading of now")
                .isFalse();
    }

    @Test
    void ticksBeginAgainAfterTheirLast() {
        FeedMark mark = new FeedMark(feed, TICKS - 1);
        feed.succeeded(1);
        mark.look(window, TICKS);

        assertThat(window.successes).containsExactly("1 in 1 to " + TICKS);
        assertThat(mark.isOf(TICKS)).isTrue();
    }

    @Test
    void totalsBeginAgainAfterTheirLast() {
        feed.succeeded((1L << 40) - 2);
        FeedMark mark = new FeedMark(feed, 0);
        feed.succeeded(5);
        mark.look(window, 0);

        assertThat(window.successes).containsExactly("5 in 0 to 0");
    }
}
