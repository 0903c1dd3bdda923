package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.RetryBudget;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientTableTest {

    private static final long MINUTE = 60_000_000_000L;
    private static final ClientBudget TEN_A_MINUTE = new ClientBudget(100_000, 10_000, MINUTE);

    private long now = -3;

    private ClientTable table(int maxClients) {
        return new ClientTable(maxClients, TEN_A_MINUTE, () -> now);
    }

    private static Client found(ClientTable table, String id) {
        return Objects.requireNonNull(table.peek(id), id);
    }

    @Test
    void findsTheSameClientForEqualIds() {
        ClientTable table = table(10);
        Client client = table.get("tenant-42");

        assertThat(table.get(String.join("-", "tenant", "42"))).isSameAs(client);
        assertThat(table.peek("tenant-42")).isSameAs(client);
        assertThat(table.get("tenant-43")).isNotSameAs(client);
        assertThat(table.tracked()).isEqualTo(2);
    }

    @Test
    void looksWithoutMaking() {
        ClientTable table = table(10);

        assertThat(table.peek("nobody")).isNull();
        assertThat(table.tracked()).isZero();
    }

    @Test
    void idsWithoutAnEntryShareStripesAndTheirBudgets() {
        ClientTable table = table(1);
        table.get("resident").tryWithdraw(1_000, 0, now);
        Set<Client> stripes = Collections.newSetFromMap(new IdentityHashMap<>());
        long granted = 0;
        for (int i = 0; i < 10_000; i++) {
            Client client = table.get("made-up-" + i);
            stripes.add(client);
            while (client.tryWithdraw(1_000, 0, now) == 1_000) {
                granted++;
            }
        }
        assertThat(stripes).hasSize(ClientTable.OVERFLOW_STRIPES).allMatch(Client::isOverflow);
        assertThat(granted).isEqualTo(100L * ClientTable.OVERFLOW_STRIPES);
        assertThat(table.tracked()).isEqualTo(1);
        assertThat(found(table, "resident").balanceMilli(now)).isEqualTo(99_000);
    }

    @Test
    void theSameIdSharesTheSameStripe() {
        ClientTable table = table(1);
        table.get("resident").tryWithdraw(1_000, 0, now);

        assertThat(table.get("made-up")).isSameAs(table.get("made-up"));
        assertThat(table.peek("made-up")).isNull();
    }

    @Test
    void aNewBudgetCutsBalancesToItsCapacityAndKeepsTheRest() {
        ClientTable table = table(10);
        Client poor = table.get("poor");
        Client rich = table.get("rich");
        poor.tryWithdraw(80_000, 0, now);
        rich.tryWithdraw(10_000, 0, now);

        table.updateBudget(new ClientBudget(50_000, 0, 1));

        assertThat(poor.balanceMilli(now)).isEqualTo(20_000);
        assertThat(rich.balanceMilli(now)).isEqualTo(50_000);
        assertThat(rich.capacityMilli()).isEqualTo(50_000);
        assertThat(table.get("new").balanceMilli(now)).isEqualTo(50_000);

        table.updateBudget(new ClientBudget(200_000, 1_000, 1_000_000_000L));

        assertThat(poor.balanceMilli(now)).isEqualTo(20_000);
        assertThat(rich.balanceMilli(now))
                .as("what only the cut had taken is back")
                .isEqualTo(90_000);
        assertThat(table.get("newer").balanceMilli(now)).isEqualTo(200_000);
        now += 1_500_000_000L;
        assertThat(poor.balanceMilli(now)).isEqualTo(21_500);
        now += 1000L * MINUTE;
        assertThat(poor.balanceMilli(now)).isEqualTo(200_000);
    }

    @Test
    void aBudgetTakenAwayAndGivenBackIsFull() {
        ClientTable table = table(10);
        Client client = table.get("c");
        client.tryWithdraw(80_000, 0, now);
        now += 1;

        table.updateBudget(null);
        assertThat(client.hasBudget()).isFalse();
        assertThat(client.tryWithdraw(1_000_000, 0, now)).isZero();
        Client meanwhile = table.get("meanwhile");

        table.updateBudget(TEN_A_MINUTE);
        assertThat(client.balanceMilli(now)).isEqualTo(100_000);
        assertThat(meanwhile.balanceMilli(now)).isEqualTo(100_000);
        assertThat(client.tryWithdraw(100_000, 0, now)).isEqualTo(100_000);
        assertThat(client.tryWithdraw(1, 0, now)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void aBudgetThatComesLaterBeginsFull() {
        ClientTable table = new ClientTable(10, null, () -> now);
        Client client = table.get("c");

        table.updateBudget(TEN_A_MINUTE);

        assertThat(client.balanceMilli(now)).isEqualTo(100_000);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
    }

    @Test
    void sharesABudgetAcrossServicesAndNothingElse() {
        ClientTable budgets = table(10);
        Client users = ClientTable.sharingBudgetsOf(budgets).get("c");
        Client orders = ClientTable.sharingBudgetsOf(ClientTable.sharingBudgetsOf(budgets))
                .get("c");

        assertThat(users.balanceMilli(now)).isEqualTo(100_000);
        assertThat(budgets.tracked()).isZero();
        assertThat(users.tryWithdraw(60_000, 0, now)).isEqualTo(60_000);
        assertThat(orders.tryWithdraw(60_000, 0, now)).isEqualTo(RetryBudget.REFUSED);
        orders.refund(10_000, now);
        users.failed(1);

        assertThat(users.balanceMilli(now)).isEqualTo(50_000);
        assertThat(orders.balanceMilli(now)).isEqualTo(50_000);
        assertThat(orders.capacityMilli()).isEqualTo(100_000);
        assertThat(orders.successRate()).isEqualTo(1);
        assertThat(orders.operations()).isZero();
    }

    @Test
    void aClientOfAServiceMayGoWhileItsSharedBudgetStays() {
        ClientTable budgets = table(10);
        ClientTable service = ClientTable.sharingBudgetsOf(budgets);
        Client client = service.get("c");
        client.tryWithdraw(60_000, 0, now);

        for (int i = 0; i < 1000; i++) {
            service.get("flood-" + i);
        }

        assertThat(service.get("c").balanceMilli(now)).isEqualTo(40_000);
        assertThat(client.balanceMilli(now)).isEqualTo(40_000);
    }

    @Test
    void overflowClientsShareTheOverflowBudgetsOfTheOtherTable() {
        ClientTable budgets = table(1);
        ClientTable users = ClientTable.sharingBudgetsOf(budgets);
        ClientTable orders = ClientTable.sharingBudgetsOf(budgets);
        users.get("resident").failed(1);
        orders.get("resident").failed(1);
        Client ofUsers = users.get("made-up");
        Client ofOrders = orders.get("made-up");

        assertThat(ofUsers.isOverflow()).isTrue();
        assertThat(ofUsers.tryWithdraw(60_000, 0, now)).isEqualTo(60_000);

        assertThat(ofOrders.isOverflow()).isTrue();
        assertThat(ofOrders.balanceMilli(now)).isEqualTo(40_000);
        ofOrders.refund(1_000, now);
        assertThat(ofUsers.balanceMilli(now)).isEqualTo(41_000);
    }

    @Test
    void aPurseIsWhereTheRefundGoesWhateverBecomesOfTheClient() {
        ClientTable budgets = table(1);
        Client client = ClientTable.sharingBudgetsOf(budgets).get("c");
        budgets.get("resident").tryWithdraw(1_000, 0, now);

        Client shared = client.purse();
        assertThat(shared).isSameAs(budgets.get("c")).matches(Client::isOverflow);
        assertThat(shared.tryWithdraw(60_000, 0, now)).isEqualTo(60_000);
        now += 6_000_000_000L;
        Client own = budgets.get("c");
        assertThat(client.purse()).isSameAs(own).isNotSameAs(shared);
        assertThat(own.tryWithdraw(10_000, 0, now)).isEqualTo(10_000);

        assertThat(client.overflowPurse()).isSameAs(shared);
        assertThat(shared.overflowPurse()).isSameAs(shared);

        shared.refund(9_000, now);

        assertThat(shared.balanceMilli(now)).isEqualTo(50_000);
        assertThat(own.balanceMilli(now)).isEqualTo(90_000);
    }

    @Test
    void thePurseOfAnEvictedClientIsThatOfItsIdNow() {
        ClientTable table = table(1);
        Client evicted = table.get("c");
        assertThat(evicted.purse()).isSameAs(evicted);
        table.get("other").tryWithdraw(1_000, 0, now);

        assertThat(evicted.purse()).isSameAs(table.get("c")).matches(Client::isOverflow);
        now += 6_000_000_000L;
        assertThat(evicted.purse()).isSameAs(table.peek("c")).isNotSameAs(evicted);
    }

    @Test
    void aNewBudgetReachesThoseThatShareIt() {
        ClientTable budgets = table(10);
        ClientTable service = ClientTable.sharingBudgetsOf(budgets);
        Client client = service.get("c");

        service.updateBudget(new ClientBudget(5_000, 0, 1));
        assertThat(client.capacityMilli()).isEqualTo(5_000);
        assertThat(client.balanceMilli(now)).isEqualTo(5_000);
        budgets.updateBudget(null);
        assertThat(client.hasBudget()).isFalse();
    }

    @Test
    void refusesALimitBelowOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> table(0)).withMessage("maxClients: 0 (expected: >= 1)");
        assertThat(table(7).maxClients()).isEqualTo(7);
        assertThat(table(Integer.MAX_VALUE).get("c").isOverflow()).isFalse();
    }

    @Test
    void hashesThatDifferInHighBitsAloneSpreadOverAllOverflowClients() {
        ClientTable table = table(1);
        Set<Client> low = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Client> high = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < ClientTable.OVERFLOW_STRIPES; i++) {
            low.add(table.overflow(i));
            high.add(table.overflow(i << 16));
        }

        assertThat(low).hasSize(ClientTable.OVERFLOW_STRIPES);
        assertThat(high).hasSize(ClientTable.OVERFLOW_STRIPES);
    }
}
