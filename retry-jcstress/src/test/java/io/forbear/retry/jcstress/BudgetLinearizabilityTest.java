package io.forbear.retry.jcstress;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * Budgets compared with a sequential one of two tokens, which starts with 1.5. Time stands still: a thread with an
 * older time than another may be refused without need, which is safe but not linearizable.
 */
class BudgetLinearizabilityTest {

    private static final long CAPACITY = 2000;
    private static final long HALF_A_SECOND = 500_000_000;

    /** The specification: not thread-safe. */
    public static class Cup {
        private long level = 1500;

        public boolean withdraw() {
            if (level < RetryBudget.TOKEN) {
                return false;
            }
            level -= RetryBudget.TOKEN;
            return true;
        }

        public void refund() {
            level = Math.min(CAPACITY, level + RetryBudget.TOKEN);
        }

        public long balance() {
            return level;
        }
    }

    public static class Bucket {
        private long now;
        private final RetryBudget bucket =
                RetryBudgets.tokenBucket(2).refill(1, Duration.ofSeconds(1)).create(() -> now);

        public Bucket() {
            bucket.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
            now = HALF_A_SECOND;
        }

        @Operation
        public boolean withdraw() {
            return bucket.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0) >= 0;
        }

        @Operation
        public void refund() {
            bucket.refund(RetryBudget.TOKEN);
        }

        @Operation
        public long balance() {
            return bucket.balance();
        }
    }

    public static class BucketOfClient {
        private long now;
        private final Client client = new ClientTable(
                        1, new ClientBudget(CAPACITY, RetryBudget.TOKEN, 2 * HALF_A_SECOND), () -> now)
                .get("client");

        public BucketOfClient() {
            client.tryWithdraw(RetryBudget.TOKEN, 0, now);
            now = HALF_A_SECOND;
        }

        @Operation
        public boolean withdraw() {
            return client.tryWithdraw(RetryBudget.TOKEN, 0, now) >= 0;
        }

        @Operation
        public void refund() {
            client.refund(RetryBudget.TOKEN, now);
        }

        @Operation
        public long balance() {
            return client.balanceMilli(now);
        }
    }

    /** A load and a store instead of a CAS. */
    public static class LeakyCup {
        private volatile long level = 1500;

        @Operation
        public boolean withdraw() {
            long seen = level;
            if (seen < RetryBudget.TOKEN) {
                return false;
            }
            level = seen - RetryBudget.TOKEN;
            return true;
        }

        @Operation
        public void refund() {
            long seen = level;
            level = Math.min(CAPACITY, seen + RetryBudget.TOKEN);
        }

        @Operation
        public long balance() {
            return level;
        }
    }

    @Test
    void tokenBucketIsLinearizable() {
        Linearizability.check(Bucket.class, Cup.class);
    }

    @Test
    void bucketOfClientIsLinearizable() {
        Linearizability.check(BucketOfClient.class, Cup.class);
    }

    @Test
    void findsTheMutantWithoutCompareAndSet() {
        Linearizability.refuses(LeakyCup.class, Cup.class);
    }
}
