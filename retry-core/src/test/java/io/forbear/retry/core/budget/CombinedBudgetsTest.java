package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Budgets inside decorators inside all-of, in any order: each call reaches each part once. */
class CombinedBudgetsTest {

    private final ManualClock clock = new ManualClock();

    /** A decorator of a user: it passes all calls on, and may throw in between. */
    private record Decorator(RetryBudget to, boolean[] throwsNow) implements RetryBudget {

        private void fault() {
            if (throwsNow[0]) {
                throw new IllegalStateException("of the test");
            }
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            fault();
            return to.tryWithdraw(category, criticality, alreadyTaken);
        }

        @Override
        public void refund(long milliTokens) {
            to.refund(milliTokens);
            fault();
        }

        @Override
        public void callStarted() {
            to.callStarted();
            fault();
        }

        @Override
        public void callSucceeded(long lastTaken) {
            to.callSucceeded(lastTaken);
            fault();
        }

        @Override
        public void callFailed(long lastTaken) {
            to.callFailed(lastTaken);
            fault();
        }

        @Override
        public void attemptFailed(ErrorCategory category, boolean retryable) {
            to.attemptFailed(category, retryable);
            fault();
        }

        @Override
        public boolean observesCalls() {
            return to.observesCalls();
        }

        @Override
        public long balance() {
            return to.balance();
        }

        @Override
        public long capacity() {
            return to.capacity();
        }
    }

    /** A tree: its leaves are numbered quotas; a node with one branch is a decorator. */
    private record Tree(int leaf, List<Tree> branches) {

        RetryBudget build(List<RetryBudget> quotas, boolean[] faults, ManualClock clock) {
            if (branches.isEmpty()) {
                return quotas.get(leaf);
            }
            if (branches.size() == 1) {
                return new Decorator(branches.get(0).build(quotas, faults, clock), faults);
            }
            return RetryBudgets.allOf(branches.stream()
                            .map(branch -> RetryBudgets.shared(branch.build(quotas, faults, clock)))
                            .toArray(RetryBudget.Spec[]::new))
                    .create(clock);
        }

        /**
         * Tells whether a leaf is there once. A leaf in an all-of and in a decorator beside it gets each call twice.
         */
        List<Integer> leaves() {
            List<Integer> found = new ArrayList<>();
            if (branches.isEmpty()) {
                found.add(leaf);
            }
            branches.forEach(branch -> found.addAll(branch.leaves()));
            return found;
        }
    }

    @Provide
    Arbitrary<Tree> trees() {
        Arbitrary<Tree> leaf = Arbitraries.integers().between(0, 4).map(number -> new Tree(number, List.of()));
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Combinators.combine(
                                Arbitraries.integers().between(0, 4),
                                inner.list().ofMinSize(1).ofMaxSize(3))
                        .as(Tree::new),
                0,
                3);
    }

    /** The part of an engine in a call: the feed of the service counts, and what the feed counts is not reported. */
    private static void call(
            RetryBudget budget, ManualFeed feed, boolean retried, boolean succeeds, List<Long> grants) {
        FedBudget fed = budget instanceof FedBudget known ? known : null;
        boolean tells = fed == null ? budget.observesCalls() : fed.needsTelling();
        if (tells && fed != null) {
            fed.startedFed();
        } else if (tells) {
            budget.callStarted();
        }
        long taken = 0;
        if (retried) {
            budget.attemptFailed(TRANSIENT, true);
            taken = Math.max(
                    0,
                    fed == null ? budget.tryWithdraw(TRANSIENT, NORMAL, 0) : fed.tryWithdraw(TRANSIENT, NORMAL, 0, 0));
            grants.add(taken);
        }
        if (!succeeds) {
            if (fed == null) {
                budget.callFailed(taken);
            } else {
                fed.callFailed(taken);
            }
        } else if (!retried) {
            feed.succeedAtOnce(1);
            if (tells && fed != null) {
                fed.succeededFed();
            } else if (tells) {
                budget.callSucceeded(0);
            }
        } else if (fed == null) {
            budget.callSucceeded(taken);
        } else {
            fed.recovered(taken);
        }
    }

    private record Call(boolean retried, boolean succeeds) {}

    @Provide
    Arbitrary<List<Call>> calls() {
        return Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(true, false, false))
                .as((succeeds, retried) -> new Call(retried, retried ? succeeds : true))
                .list()
                .ofMaxSize(40);
    }

    /**
     * A quota takes five tokens for a retry, gets them back for a success after it, and gets one for a success at once.
     * So the plain sum is the model of each quota, whatever decorators stand between it and the engine.
     */
    @Property(tries = 2000)
    void everyPartHearsOfEveryCallOnce(@ForAll("trees") Tree tree, @ForAll("calls") List<Call> calls) {
        List<RetryBudget> quotas = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            quotas.add(RetryBudgets.awsQuotaClassic().initial(250).create(clock));
        }
        RetryBudget whole = tree.build(quotas, new boolean[1], clock);
        ManualFeed feed = new ManualFeed();
        if (whole instanceof FedBudget fed) {
            fed.feed(feed, this);
        }
        long each = 250_000;
        for (Call call : calls) {
            call(whole, feed, call.retried, call.succeeds, new ArrayList<>());
            each += call.retried ? call.succeeds ? 0 : -5000 : 1000;
        }

        List<Integer> leaves = tree.leaves();
        for (int i = 0; i < quotas.size(); i++) {
            int leaf = i;
            long times = leaves.stream().filter(known -> known == leaf).count();
            if (times == 1) {
                assertThat(quotas.get(i).balance()).isEqualTo(each);
            } else if (times == 0) {
                assertThat(quotas.get(i).balance()).isEqualTo(250_000);
            }
        }
    }

    /** A part that throws counts as refusing; the other parts get all their calls. */
    @Property(tries = 1000)
    void aPartThatThrowsTakesNothingFromTheOthers(@ForAll("trees") Tree tree, @ForAll boolean refund) {
        List<RetryBudget> buckets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            buckets.add(RetryBudgets.tokenBucket(100).create(clock));
        }
        boolean[] faults = new boolean[1];
        RetryBudget whole = RetryBudgets.allOf(
                        RetryBudgets.shared(tree.build(buckets, faults, clock)),
                        RetryBudgets.shared(new Decorator(buckets.get(4), faults)))
                .create(clock);
        if (refund) {
            long taken = ((FedBudget) whole).tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime());
            faults[0] = true;
            ((FedBudget) whole).refund(taken, clock.nanoTime(), 0, clock.nanoTime());
        } else {
            faults[0] = true;
            assertThat(whole.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(RetryBudget.REFUSED);
        }

        for (RetryBudget bucket : buckets) {
            assertThat(bucket.balance()).isEqualTo(100_000);
        }
    }

    @Test
    void aBudgetThatIsGivenTwiceIsOnePart() {
        RetryBudget bucket = RetryBudgets.tokenBucket(10).create(clock);
        RetryBudget inner = RetryBudgets.allOf(RetryBudgets.shared(bucket), RetryBudgets.tokenBucket(20))
                .create(clock);
        RetryBudget whole = RetryBudgets.allOf(
                        RetryBudgets.shared(bucket), RetryBudgets.shared(inner), RetryBudgets.shared(bucket))
                .create(clock);

        whole.tryWithdraw(TRANSIENT, NORMAL, 0);

        assertThat(bucket.balance()).isEqualTo(9000);
    }

    @Test
    void aBudgetIsFedByOneServiceWhileAnotherReportsToIt() {
        FedBudget ratio = (FedBudget) RetryBudgets.ratio(0.1).minPerSecond(0).create(clock);
        ManualFeed feed = new ManualFeed();
        ratio.feed(feed, this);
        RetryBudget decorator = new Decorator(ratio, new boolean[1]);

        feed.succeedAtOnce(100);
        for (int i = 0; i < 100; i++) {
            assertThat(decorator.observesCalls()).isTrue();
            decorator.callStarted();
            decorator.callSucceeded(0);
        }

        assertThat(ratio.balance()).isEqualTo(20_000);
    }

    @Test
    void aMixWhoseOtherPartsDoNotObserveGetsNoReportOfSuccessesAtOnce() {
        RetryBudget bucket = RetryBudgets.tokenBucket(10).create(clock);
        FedBudget mix = (FedBudget)
                RetryBudgets.allOf(RetryBudgets.ratio(0.1), RetryBudgets.shared(new Decorator(bucket, new boolean[1])))
                        .create(clock);

        assertThat(mix.needsTelling()).isFalse();
    }

    @Test
    void aMixTellsPartsThatObserveBesideTheFeed() {
        RetryBudget share = RetryBudgets.concurrencyShare(1, 0).create(clock);
        RetryBudget ratio = RetryBudgets.ratio(0.1).minPerSecond(0).create(clock);
        FedBudget mix = (FedBudget) RetryBudgets.allOf(RetryBudgets.shared(ratio), RetryBudgets.shared(share))
                .create(clock);
        ManualFeed feed = new ManualFeed();
        mix.feed(feed, this);
        mix.startedFed();
        assertThat(share.balance()).isEqualTo(1000);

        feed.succeedAtOnce(1);
        mix.succeededFed();

        assertThat(share.balance()).isZero();
        assertThat(ratio.balance()).isEqualTo(100);
    }
}
