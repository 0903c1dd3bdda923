package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The figures of a table; reading them makes no client. */
class ClientTableFiguresTest {

    private static final ClientBudget TEN_TOKENS = new ClientBudget(10_000, 1_000, 1_000_000_000L);

    @Test
    void anIdThatIsNotKnownHasAFullBudget() {
        ClientTable table = new ClientTable(10, TEN_TOKENS, () -> 0);

        assertThat(table.hasBudget()).isTrue();
        assertThat(table.capacityMilli()).isEqualTo(10_000);
        assertThat(table.balanceMilli("c", 0)).isEqualTo(10_000);
        assertThat(table.tracked()).isZero();
    }

    @Test
    void anIdThatIsKnownHasWhatIsLeftAtThatTime() {
        ClientTable table = new ClientTable(10, TEN_TOKENS, () -> 0);
        table.get("c").tryWithdraw(4_000, 0, 0);

        assertThat(table.balanceMilli("c", 0)).isEqualTo(6_000);
        assertThat(table.balanceMilli("c", 1_000_000_000L)).isEqualTo(7_000);
        assertThat(table.balanceMilli("d", 0)).isEqualTo(10_000);
    }

    @Test
    void withoutBudgetsNothingLimitsAnybody() {
        ClientTable table = new ClientTable(10, null, () -> 0);
        table.get("c");

        assertThat(table.hasBudget()).isFalse();
        assertThat(table.capacityMilli()).isEqualTo(Long.MAX_VALUE);
        assertThat(table.balanceMilli("c", 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(table.balanceMilli("d", 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTableThatSharesBudgetsSpeaksOfThose() {
        ClientTable budgets = new ClientTable(10, TEN_TOKENS, () -> 0);
        ClientTable service = ClientTable.sharingBudgetsOf(budgets);
        budgets.get("c").tryWithdraw(4_000, 0, 0);

        assertThat(service.hasBudget()).isTrue();
        assertThat(service.capacityMilli()).isEqualTo(10_000);
        assertThat(service.balanceMilli("c", 0)).isEqualTo(6_000);
        budgets.updateBudget(null);

        assertThat(service.hasBudget()).isFalse();
        assertThat(service.balanceMilli("c", 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aClientNamesItselfAndItsOperations() {
        Client client = new ClientTable(10, null, () -> 0).get("tenant");
        client.succeeded(1);
        client.failed(2);

        assertThat(client).hasToString("Client[tenant, successRate=0.5, operations=2]");
    }
}
