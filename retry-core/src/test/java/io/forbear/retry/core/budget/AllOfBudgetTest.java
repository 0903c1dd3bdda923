package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The calls that the parts of a whole get. */
class AllOfBudgetTest {

    private final ManualClock clock = new ManualClock();

    /** Charges a cost of its own for each category, and records its calls. */
    private static class Part implements RetryBudget {
        private final long price;
        private final List<String> heard = new ArrayList<>();

        Part(long price) {
            this.price = price;
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            heard.add("asked after " + alreadyTaken);
            return price * category.ordinal();
        }

        @Override
        public void refund(long milliTokens) {
            heard.add("refund " + milliTokens);
        }

        @Override
        public void callStarted() {
            heard.add("started");
        }

        @Override
        public void callSucceeded(long lastTaken) {
            heard.add("succeeded " + lastTaken);
        }

        @Override
        public void callFailed(long lastTaken) {
            heard.add("failed " + lastTaken);
        }

        @Override
        public void attemptFailed(ErrorCategory category, boolean retryable) {
            heard.add(category + " " + retryable);
        }

        @Override
        public boolean observesCalls() {
            return false;
        }

        @Override
        public long balance() {
            return price;
        }

        @Override
        public long capacity() {
            return 10 * price;
        }
    }

    private RetryBudget whole(RetryBudget... parts) {
        return RetryBudgets.allOf(Stream.of(parts).map(RetryBudgets::shared).toArray(RetryBudget.Spec[]::new))
                .create(clock);
    }

    private static long take(RetryBudget budget) {
        return budget.tryWithdraw(TRANSIENT, NORMAL, 0);
    }

    @Test
    void eachPartHearsWhatItGaveAfterEachCategory() {
        Part first = new Part(100);
        Part second = new Part(7);
        Part third = new Part(3000);
        RetryBudget whole = whole(first, second, third);
        List<Long> taken = new ArrayList<>();
        for (ErrorCategory category : ErrorCategory.values()) {
            taken.add(whole.tryWithdraw(category, NORMAL, 0));
        }

        for (ErrorCategory category : ErrorCategory.values()) {
            int times = category.ordinal();
            List.of(first, second, third).forEach(part -> part.heard.clear());
            whole.refund(taken.get(times));
            whole.callFailed(taken.get(times));
            whole.callSucceeded(taken.get(times));

            for (Part part : List.of(first, second, third)) {
                long own = part.price * times;
                assertThat(part.heard).containsExactly("refund " + own, "failed " + own, "succeeded " + own);
            }
        }
    }

    @Test
    void eachPartIsAskedAfterWhatTheCallHasTakenOfItself() {
        Part first = new Part(100);
        Part second = new Part(7);
        RetryBudget whole = whole(first, second);

        long taken = whole.tryWithdraw(SERVER_ERROR, NORMAL, 0);
        taken += whole.tryWithdraw(SERVER_ERROR, NORMAL, taken);
        whole.tryWithdraw(SERVER_ERROR, NORMAL, taken);

        assertThat(first.heard).containsExactly("asked after 0", "asked after 300", "asked after 600");
        assertThat(second.heard).containsExactly("asked after 0", "asked after 21", "asked after 42");
    }

    @Test
    void tellsAllPartsOfCallsAndAttempts() {
        Part first = new Part(1);
        Part second = new Part(2);
        RetryBudget whole = whole(first, second);

        whole.callStarted();
        whole.attemptFailed(RATE_LIMIT, true);
        whole.attemptFailed(SERVER_ERROR, false);
        whole.callFailed(0);

        assertThat(first.heard).containsExactly("started", "RATE_LIMIT true", "SERVER_ERROR false", "failed 0");
        assertThat(second.heard).isEqualTo(first.heard);
    }

    @Test
    void observesCallsWhereAPartDoes() {
        assertThat(whole(new Part(1), new Part(2)).observesCalls()).isFalse();
        assertThat(whole(new Part(1), RetryBudgets.concurrencyShare(1, 1).create(clock))
                        .observesCalls())
                .isTrue();
    }

    @Test
    void hasTheBalanceAndTheCapacityOfTheLeast() {
        RetryBudget whole = whole(new Part(300), new Part(20), new Part(4000));

        assertThat(whole.balance()).isEqualTo(20);
        assertThat(whole.capacity()).isEqualTo(200);
        assertThat(whole(new Part(5000), RetryBudgets.tokenBucket(2).create(clock))
                        .balance())
                .as("cut to the capacity")
                .isEqualTo(2000);
    }

    @Test
    void aPartThatGrantsForFreeGrants() {
        RetryBudget throttle = RetryBudgets.grpcThrottle(10, 1).create(clock);
        RetryBudget whole = whole(throttle, RetryBudgets.tokenBucket(1).create(clock));

        assertThat(take(whole)).isEqualTo(1000);
        assertThat(throttle.balance()).isEqualTo(10_000);
    }

    @Test
    void whatIsNoTakingOfItsOwnGivesNothingBack() {
        Part part = new Part(100);
        RetryBudget whole = whole(part);
        whole.tryWithdraw(RATE_LIMIT, NORMAL, 0);
        part.heard.clear();

        for (long strange : new long[] {Long.MIN_VALUE, -1, 0, 999, 1006, 1000 + (1L << 32), Long.MAX_VALUE}) {
            whole.refund(strange);
        }

        assertThat(part.heard).containsOnly("refund 0");
    }

    @Test
    void theFirstCategoryIsGivenBackAsTheOthersAre() {
        RetryBudget bucket = RetryBudgets.tokenBucket(3).create(clock);
        RetryBudget whole = whole(bucket);

        long taken = take(whole);
        assertThat(bucket.balance()).isEqualTo(2000);
        whole.refund(taken);

        assertThat(bucket.balance()).isEqualTo(3000);
    }

    /** Grants for free, until it is broken. */
    private static final class Breakable extends Part {
        private boolean broken;

        Breakable() {
            super(0);
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            if (broken) {
                throw new IllegalStateException("of the test");
            }
            return 0;
        }
    }

    @Test
    void aCallThatIsRetryingKeepsItsPlaceWhereAPartThrows() {
        RetryBudget share = RetryBudgets.concurrencyShare(0, 1).create(clock);
        Breakable last = new Breakable();
        RetryBudget whole = whole(share, last);
        whole.callStarted();
        long first = take(whole);
        assertThat(share.balance()).isZero();
        last.broken = true;

        assertThat(whole.tryWithdraw(TRANSIENT, NORMAL, first)).isEqualTo(RetryBudget.REFUSED);
        assertThat(share.balance()).as("the call is still retrying").isZero();
        whole.callFailed(first);
        assertThat(share.balance()).isEqualTo(1000);

        whole.callStarted();
        assertThat(take(whole)).isEqualTo(RetryBudget.REFUSED);
        assertThat(share.balance()).as("the call never retried").isEqualTo(1000);
    }

    /** Stack or memory may run out at any point, also while tokens are given back. */
    @Test
    void anErrorInOnePartKeepsNoOtherFromGettingBackItsOwn() {
        for (Error error : new Error[] {new StackOverflowError(), new OutOfMemoryError(), new AssertionError()}) {
            RetryBudget first = RetryBudgets.tokenBucket(3).create(clock);
            RetryBudget second = RetryBudgets.tokenBucket(3).create(clock);
            RetryBudget broken = new Part(100) {
                @Override
                public void refund(long milliTokens) {
                    throw error;
                }
            };
            RetryBudget refusing = new Part(0) {
                @Override
                public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
                    throw error;
                }
            };
            RetryBudget whole = whole(first, broken, second, refusing);

            assertThat(take(whole)).isEqualTo(RetryBudget.REFUSED);

            assertThat(first.balance()).isEqualTo(3000);
            assertThat(second.balance()).isEqualTo(3000);
        }
    }

    // ---- fed by an engine

    @Test
    void aFedWholeReadsTheTimeIfItIsNotGiven() {
        FedBudget whole = (FedBudget)
                whole(RetryBudgets.tokenBucket(1).refill(1, ofSeconds(1)).create(clock));
        long start = clock.nanoTime();
        assertThat(take(whole)).isEqualTo(1000);
        assertThat(whole.tryWithdraw(TRANSIENT, NORMAL, 0, start + 999_999_999)).isEqualTo(RetryBudget.REFUSED);
        assertThat(whole.tryWithdraw(RATE_LIMIT, NORMAL, 0, start + 1_000_000_000))
                .isEqualTo(1001);

        clock.advance(ofSeconds(2));
        assertThat(take(whole)).isEqualTo(1000);
    }

    @Test
    void aCallThatRecoveredGivesEachPartWhatItsLastRetryTook() {
        RetryBudget quota = RetryBudgets.awsQuota().create(clock);
        RetryBudget classic = RetryBudgets.awsQuotaClassic().create(clock);
        FedBudget whole = (FedBudget) whole(quota, classic);
        long taken = take(whole);
        assertThat(quota.balance()).isEqualTo(486_000);
        assertThat(classic.balance()).isEqualTo(495_000);

        whole.recovered(taken);

        assertThat(quota.balance()).isEqualTo(500_000);
        assertThat(classic.balance()).isEqualTo(500_000);
    }

    @Test
    void theBudgetsWithoutStateSayTheSameAtAnyTime() {
        FedBudget unlimited = (FedBudget) RetryBudgets.unlimited().create(clock);
        FedBudget none = (FedBudget) RetryBudgets.none().create(clock);

        assertThat(unlimited.tryWithdraw(TRANSIENT, NORMAL, 0, 17)).isEqualTo(1000);
        assertThat(none.tryWithdraw(TRANSIENT, NORMAL, 0, 17)).isEqualTo(RetryBudget.REFUSED);
    }

    /** Grants at a cost of its own and records what an engine tells it. */
    private static final class FedPart extends Part implements FedBudget {
        private final List<String> heard = new ArrayList<>();
        private final boolean readsCalls;
        private final long tickNanos;
        private @Nullable Error error;

        FedPart(long price, boolean readsCalls, long tickNanos) {
            super(price);
            this.readsCalls = readsCalls;
            this.tickNanos = tickNanos;
        }

        @Override
        public void feed(CallFeed feed, Object owner) {
            heard.add("fed");
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
            throwError();
            return super.tryWithdraw(category, criticality, alreadyTaken);
        }

        @Override
        public void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
            heard.add("refund " + milliTokens + " of " + takenNanos + "+" + precisionNanos + " at " + nowNanos);
            throwError();
        }

        private void throwError() {
            if (error != null) {
                throw error;
            }
        }

        @Override
        public boolean readsCalls() {
            return readsCalls;
        }

        @Override
        public long tickNanos() {
            return tickNanos;
        }

        @Override
        public void ticked() {
            heard.add("ticked");
        }

        @Override
        public void look(long nowNanos) {
            heard.add("look " + nowNanos);
        }
    }

    private FedBudget fedWhole(RetryBudget... parts) {
        return (FedBudget) whole(parts);
    }

    @Test
    void theFedPartsHearTheTicksAndTheLooks() {
        FedPart first = new FedPart(100, false, 5);
        FedPart second = new FedPart(100, false, 0);
        FedBudget whole = fedWhole(first, new Part(1), second);

        whole.feed(new ManualFeed(), this);
        whole.ticked();
        whole.look(17);

        assertThat(first.heard).containsExactly("fed", "ticked", "look 17");
        assertThat(second.heard).isEqualTo(first.heard);
    }

    @Test
    void readsCallsWhereAFedPartDoes() {
        assertThat(fedWhole(new Part(1), new FedPart(1, false, 0)).readsCalls()).isFalse();
        assertThat(fedWhole(new FedPart(1, false, 0), new FedPart(2, true, 0)).readsCalls())
                .isTrue();
        assertThat(fedWhole(new Part(1), new Part(2)).readsCalls()).isFalse();
    }

    @Test
    void ticksAsOftenAsThePartWithTheShortestSlot() {
        RetryBudget slow = new FedPart(1, false, 12);
        RetryBudget fast = new FedPart(1, false, 5);
        RetryBudget never = new FedPart(1, false, 0);

        assertThat(fedWhole(slow, never).tickNanos()).isEqualTo(12);
        assertThat(fedWhole(never, slow, fast).tickNanos()).isEqualTo(5);
        assertThat(fedWhole(fast, slow, never, new Part(1)).tickNanos()).isEqualTo(5);
        assertThat(fedWhole(never, new Part(1)).tickNanos()).isZero();
    }

    @Test
    void aRefundReachesEachPartWithTheTimeOfItsTaking() {
        FedPart first = new FedPart(100, false, 0);
        Part told = new Part(7);
        FedPart last = new FedPart(3000, false, 0);
        FedBudget whole = fedWhole(first, told, last);
        long taken = whole.tryWithdraw(SERVER_ERROR, NORMAL, 0, 50);
        told.heard.clear();

        whole.refund(taken, 50, 2, 60);

        assertThat(first.heard).containsExactly("refund 300 of 50+2 at 60");
        assertThat(told.heard).containsExactly("refund 21");
        assertThat(last.heard).containsExactly("refund 9000 of 50+2 at 60");
    }

    @Test
    void aFedPartThatThrowsInARefundKeepsNoOtherFromItsOwn() {
        FedPart broken = new FedPart(100, false, 0);
        FedPart other = new FedPart(100, false, 0);
        FedBudget whole = fedWhole(broken, other);
        long taken = whole.tryWithdraw(SERVER_ERROR, NORMAL, 0, 50);
        broken.error = new AssertionError("of the test");

        whole.refund(taken, 50, 0, 60);

        assertThat(broken.heard).hasSize(1);
        assertThat(other.heard).containsExactly("refund 300 of 50+0 at 60");
    }

    /** An error that stack or memory has run out reaches the engine, which then knows that nothing was taken. */
    @Test
    void anErrorOfAFedPartLeavesNothingTaken() {
        RetryBudget bucket = RetryBudgets.tokenBucket(3).create(clock);
        RetryBudget share = RetryBudgets.concurrencyShare(0, 1).create(clock);
        FedPart broken = new FedPart(100, false, 0);
        broken.error = new OutOfMemoryError("of the test");
        RetryBudget whole = whole(bucket, share, broken);
        whole.callStarted();

        assertThatThrownBy(() -> take(whole)).isSameAs(broken.error);

        assertThat(bucket.balance()).isEqualTo(3000);
        assertThat(share.balance()).as("the call is not retrying").isEqualTo(1000);
        assertThat(broken.heard).as("it took nothing").isEmpty();
    }

    @Test
    void aCallThatIsRetryingKeepsItsPlaceWhereAFedPartThrows() {
        RetryBudget share = RetryBudgets.concurrencyShare(0, 1).create(clock);
        FedPart last = new FedPart(0, false, 0);
        RetryBudget whole = whole(share, last);
        whole.callStarted();
        long first = take(whole);
        last.error = new StackOverflowError("of the test");

        assertThatThrownBy(() -> whole.tryWithdraw(TRANSIENT, NORMAL, first)).isSameAs(last.error);

        assertThat(share.balance()).as("the call is still retrying").isZero();
    }
}
