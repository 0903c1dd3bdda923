package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.RetryBudget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 31, 128, 129, 1000, 4096})
    void tracksExactlyItsLimitOfClientsThatMustStay(int limit) {
        ClientTable table = table(limit);
        for (int i = 0; i < limit; i++) {
            Client client = table.get("client-" + i);
            client.failed(1);
            assertThat(client.isOverflow()).isFalse();
        }
        assertThat(table.get("one more").isOverflow()).isTrue();
        assertThat(table.tracked()).isEqualTo(limit);
        assertThat(table.evicted()).isZero();
        for (int i = 0; i < limit; i++) {
            assertThat(found(table, "client-" + i).operations()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 16})
    void aNewcomerTakesThePlaceOfAClientLikeANewOne(int limit) {
        ClientTable table = table(limit);
        for (int i = 0; i < 1000; i++) {
            assertThat(table.get("client-" + i).isOverflow()).isFalse();
        }
        assertThat(table.tracked()).isEqualTo(limit);
        assertThat(table.evicted()).isEqualTo(1000 - limit);
    }

    @Test
    void keepsWhoFailedAndWhoDrew() {
        ClientTable table = table(3);
        table.get("failed").failed(1);
        table.get("drew").tryWithdraw(1_000, 0, now);

        for (int i = 0; i < 1000; i++) {
            table.get("flood-" + i).succeeded(1);
        }

        assertThat(found(table, "failed").successRate()).isZero();
        assertThat(found(table, "drew").balanceMilli(now)).isEqualTo(99_000);
    }

    @Test
    void letsGoOnceTheBucketIsRefilledAndTheFailuresHaveLeftTheWindow() {
        ClientTable table = table(1);
        Client client = table.get("c");
        client.failed(1);
        client.tryWithdraw(1_000, 0, now);
        assertThat(table.get("other").isOverflow()).isTrue();

        now += 6_000_000_000L;
        assertThat(table.get("other").isOverflow()).isTrue();
        for (int i = 0; i < 20; i++) {
            client.succeeded(1);
        }
        assertThat(table.get("other").isOverflow()).isFalse();
        assertThat(table.peek("c")).isNull();
    }

    /** An established client is worth more than one seen once, so a flood of ids evicts itself first. */
    @Test
    void aFloodEvictsItselfBeforeEstablishedClients() {
        ClientTable table = table(1000);
        for (int i = 0; i < 900; i++) {
            for (int n = 0; n < 20; n++) {
                table.get("regular-" + i).succeeded(1);
            }
        }
        for (int i = 0; i < 100_000; i++) {
            table.get("made-up-" + i).succeeded(1);
        }
        int left = 0;
        for (int i = 0; i < 900; i++) {
            left += table.peek("regular-" + i) == null ? 0 : 1;
        }
        assertThat(left).isGreaterThan(450);
    }

    @Test
    void thoseWithoutARoomShareStripesAndTheirBudgets() {
        ClientTable table = table(1);
        table.get("resident").failed(1);
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
        assertThat(found(table, "resident").balanceMilli(now)).isEqualTo(100_000);
    }

    @Test
    void theSameIdSharesTheSameStripe() {
        ClientTable table = table(1);
        table.get("resident").failed(1);

        assertThat(table.get("made-up")).isSameAs(table.get("made-up"));
        assertThat(table.peek("made-up")).isNull();
    }

    @Test
    void idsMadeToCollideDoNotMakeALongSearch() {
        ClientTable table = table(100_000);
        List<String> ids = colliding(12);
        for (String id : ids) {
            table.get(id).failed(1);
        }
        assertThat(table.tracked()).isEqualTo(Bucket.LIMIT);
        assertThat(table.get(ids.get(0)).isOverflow()).isFalse();
        assertThat(table.get(ids.get(ids.size() - 1)).isOverflow()).isTrue();
    }

    @Test
    void idsMadeToCollideEvictOneAnother() {
        ClientTable table = table(100_000);
        for (String id : colliding(12)) {
            assertThat(table.get(id).isOverflow()).isFalse();
        }
        assertThat(table.tracked()).isEqualTo(Bucket.LIMIT);
        assertThat(table.evicted()).isEqualTo(4096 - Bucket.LIMIT);
    }

    /** "Aa" and "BB" have the same hash, and so has any string of them. */
    private static List<String> colliding(int pairs) {
        List<String> ids = List.of("");
        for (int i = 0; i < pairs; i++) {
            List<String> longer = new ArrayList<>();
            for (String id : ids) {
                longer.add(id + "Aa");
                longer.add(id + "BB");
            }
            ids = longer;
        }
        assertThat(new HashSet<>(ids).stream().map(String::hashCode).distinct()).hasSize(1);
        return ids;
    }

    @Test
    void anEvictedClientPassesOnWhatMustNotBeLost() {
        ClientTable table = table(1);
        Client evicted = table.get("c");
        table.get("other");
        assertThat(table.peek("c")).isNull();

        assertThat(evicted.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
        assertThat(evicted.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
        evicted.failed(2);
        evicted.succeeded(1);

        Client successor = found(table, "c");
        assertThat(successor).isNotSameAs(evicted);
        assertThat(successor.balanceMilli(now)).isEqualTo(98_000);
        assertThat(successor.successRate()).isZero();
        assertThat(successor.operations()).isEqualTo(1);
        assertThat(evicted.balanceMilli(now)).isEqualTo(98_000);
        evicted.refund(1_000, now);
        assertThat(successor.balanceMilli(now)).isEqualTo(99_000);
        assertThat(evicted.tryWithdraw(100_000, 0, now)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void anEvictedClientWithoutASuccessorIsFull() {
        ClientTable table = table(1);
        Client evicted = table.get("c");
        table.get("other");

        evicted.refund(1_000, now);
        assertThat(evicted.balanceMilli(now)).isEqualTo(100_000);
        assertThat(table.peek("c")).isNull();
    }

    @Test
    void withoutABudgetOnlyTheWindowDecidesWhoMayGo() {
        ClientTable table = new ClientTable(1, null, () -> {
            throw new AssertionError("nothing to ask the time for");
        });
        table.get("a");
        assertThat(table.get("b").isOverflow()).isFalse();
        table.get("b").failed(1);
        assertThat(table.get("c").isOverflow()).isTrue();
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

        assertThat(users.get("made-up").tryWithdraw(60_000, 0, now)).isEqualTo(60_000);

        assertThat(orders.get("made-up").isOverflow()).isTrue();
        assertThat(orders.get("made-up").balanceMilli(now)).isEqualTo(40_000);
        orders.get("made-up").refund(1_000, now);
        assertThat(users.get("made-up").balanceMilli(now)).isEqualTo(41_000);
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
}
