package io.forbear.retry.core.client;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.Criticality.SHEDDABLE;
import static io.forbear.retry.RetryBudget.REFUSED;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.RetryCosts;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClientCostsTest {

    private static final ClientBudget TEN_TOKENS = new ClientBudget(10_000, 0, 1);

    private static Client client(RetryCosts costs) {
        return new ClientTable(1, TEN_TOKENS, costs, () -> 0).get("c");
    }

    private static RetryCosts costs(long usual, long rateLimit, long reserve, long perCall) {
        long[] costs = new long[ErrorCategory.values().length];
        Arrays.fill(costs, usual);
        costs[RATE_LIMIT.ordinal()] = rateLimit;
        return new RetryCosts(costs, reserve, perCall);
    }

    @Test
    void byDefaultEachRetryTakesATokenForAnyCriticality() {
        Client client = new ClientTable(1, TEN_TOKENS, () -> 0).get("c");

        long taken = 0;
        for (ErrorCategory category : ErrorCategory.values()) {
            long one = client.tryWithdraw(category, SHEDDABLE, taken, 0);
            assertThat(one).isEqualTo(1_000);
            taken += one;
        }
        assertThat(client.balanceMilli(0)).isEqualTo(10_000 - taken);
    }

    @Test
    void eachCategoryTakesItsOwnCost() {
        Client client = client(costs(500, 4_000, 0, Long.MAX_VALUE));

        assertThat(client.tryWithdraw(RATE_LIMIT, NORMAL, 0, 0)).isEqualTo(4_000);
        assertThat(client.tryWithdraw(TIMEOUT, NORMAL, 0, 0)).isEqualTo(500);
        assertThat(client.balanceMilli(0)).isEqualTo(5_500);
    }

    @Test
    void theReserveIsForCriticalCalls() {
        Client client = client(costs(1_000, 1_000, 9_000, Long.MAX_VALUE));

        assertThat(client.tryWithdraw(TIMEOUT, SHEDDABLE, 0, 0)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(TIMEOUT, NORMAL, 0, 0)).isEqualTo(REFUSED);
        assertThat(client.tryWithdraw(TIMEOUT, CRITICAL, 0, 0)).isEqualTo(1_000);
    }

    @Test
    void oneCallTakesItsShareAndItsFirstRetryWhateverThatCosts() {
        Client client = client(costs(1_000, 4_000, 0, 3_000));

        assertThat(client.tryWithdraw(TIMEOUT, NORMAL, 2_000, 0))
                .as("just its share")
                .isEqualTo(1_000);
        assertThat(client.tryWithdraw(TIMEOUT, NORMAL, 2_001, 0)).isEqualTo(REFUSED);
        assertThat(client.tryWithdraw(TIMEOUT, CRITICAL, 3_000, 0)).isEqualTo(REFUSED);
        assertThat(client.tryWithdraw(RATE_LIMIT, NORMAL, 0, 0)).as("the first").isEqualTo(4_000);
        assertThat(client.balanceMilli(0)).isEqualTo(5_000);
    }
}
