package io.forbear.retry.core.breaker;

import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.ErrorCategory;
import org.junit.jupiter.api.Test;

/** A window of ten buckets of ten nanoseconds: its looks, its categories and its rows of failures. */
class TimeWindowTest {

    private static final long BUCKET = 10;
    private static final long WINDOW = TimeWindow.BUCKETS * BUCKET;

    /** Three failures in a row open; the rate alone needs a hundred calls. */
    private static final OpeningLimits ROW_OF_THREE =
            OpeningLimits.ofFailureRate(1).withMinimumCalls(100).withInARow(3);

    private final CountedFeed feed = new CountedFeed();
    private final Feeds feeds = new Feeds();
    private final TimeWindow window;

    TimeWindowTest() {
        feeds.add(feed, this);
        window = new TimeWindow(WINDOW, new Successes(feeds), 0);
    }

    private void fail(long nowNanos, ErrorCategory category, int times) {
        for (int i = 0; i < times; i++) {
            window.outcome(nowNanos, category, false);
        }
    }

    private boolean areErrors(long nowNanos) {
        return window.areErrors(ROW_OF_THREE, window.counts(nowNanos));
    }

    @Test
    void slowFailuresAreAmongTheFailuresOfTheirCategory() {
        window.outcome(0, TRANSIENT, true);
        window.outcome(0, TRANSIENT, false);
        window.outcome(0, TIMEOUT, true);
        window.outcome(0, (ErrorCategory) null, true);

        long[] failures = window.failuresByCategory(0);

        assertThat(failures[TRANSIENT.ordinal()]).isEqualTo(2);
        assertThat(failures[TIMEOUT.ordinal()]).isEqualTo(1);
        assertThat(failures[SERVER_ERROR.ordinal()]).isZero();
    }

    @Test
    void failuresLeaveTheirCategoryWithTheirBucket() {
        fail(0, TRANSIENT, 2);
        fail(BUCKET, TRANSIENT, 3);

        assertThat(window.failuresByCategory(WINDOW - 1)[TRANSIENT.ordinal()]).isEqualTo(5);
        assertThat(window.failuresByCategory(WINDOW)[TRANSIENT.ordinal()]).isEqualTo(3);
        assertThat(window.failuresByCategory(WINDOW + BUCKET)[TRANSIENT.ordinal()])
                .isZero();
    }

    @Test
    void successesThatTheFiguresHaveShownBelongToTheBucketOfThatTime() {
        feed.succeeded(5);
        assertThat(window.counts(0).calls()).isEqualTo(5);

        assertThat(window.counts(BUCKET).calls()).isEqualTo(5);
        assertThat(window.counts(WINDOW).calls()).isZero();
    }

    @Test
    void successesThatAComparisonHasReadBelongToTheBucketOfThatTime() {
        OpeningLimits limits = OpeningLimits.ofFailureRate(0.5).withMinimumCalls(1);
        feed.succeeded(5);
        fail(0, SERVER_ERROR, 1);
        assertThat(window.exceeds(limits, 0)).isFalse();

        assertThat(window.counts(BUCKET).calls()).isEqualTo(6);
        assertThat(window.counts(WINDOW).calls()).isZero();
    }

    @Test
    void aRowOpensOnceTheWindowHasPassedItsLength() {
        fail(WINDOW - BUCKET, SERVER_ERROR, 3);
        assertThat(window.exceeds(ROW_OF_THREE, WINDOW - 1)).isFalse();
        assertThat(window.exceeds(ROW_OF_THREE, WINDOW)).isTrue();
    }

    @Test
    void aSuccessThatWasToldEndsARow() {
        fail(0, SERVER_ERROR, 2);
        window.outcome(0, (ErrorCategory) null, false);
        fail(2 * WINDOW, SERVER_ERROR, 2);
        assertThat(window.exceeds(ROW_OF_THREE, 2 * WINDOW)).isFalse();

        fail(2 * WINDOW, SERVER_ERROR, 1);
        assertThat(window.exceeds(ROW_OF_THREE, 2 * WINDOW)).isTrue();
    }

    @Test
    void aSuccessThatALookHasFoundEndsARow() {
        fail(0, SERVER_ERROR, 2);
        feed.succeeded(1);
        window.look(0);
        fail(2 * WINDOW, SERVER_ERROR, 2);
        assertThat(window.exceeds(ROW_OF_THREE, 2 * WINDOW)).isFalse();

        fail(2 * WINDOW, SERVER_ERROR, 1);
        assertThat(window.exceeds(ROW_OF_THREE, 2 * WINDOW)).isTrue();
    }

    @Test
    void aRowOfErrorsIsOfErrorsUntilATimeOutJoinsIt() {
        fail(WINDOW, SERVER_ERROR, 3);
        assertThat(areErrors(WINDOW)).isTrue();

        fail(WINDOW, TIMEOUT, 1);
        assertThat(areErrors(WINDOW)).isFalse();
        fail(WINDOW, SERVER_ERROR, 10);
        assertThat(areErrors(WINDOW)).as("one of its failures was a time-out").isFalse();
    }

    @Test
    void aTimeOutBeforeTheLastSuccessIsNotOfTheRow() {
        fail(WINDOW, TIMEOUT, 1);
        feed.succeeded(1);
        window.look(WINDOW);
        fail(WINDOW, SERVER_ERROR, 3);

        assertThat(areErrors(WINDOW)).isTrue();
    }

    @Test
    void aSlowCallInTheWindowKeepsARowFromBeingOfErrors() {
        window.outcome(WINDOW, SERVER_ERROR, true);
        fail(WINDOW, SERVER_ERROR, 2);

        assertThat(areErrors(WINDOW)).isFalse();
    }
}
