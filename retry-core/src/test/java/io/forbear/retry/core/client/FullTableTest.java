package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evictions of a full table, and what each loses. */
class FullTableTest {

    private static final long MINUTE = 60_000_000_000L;
    private static final ClientBudget TEN_A_MINUTE = new ClientBudget(100_000, 10_000, MINUTE);

    private long now = -3;

    private ClientTable table(int maxClients) {
        return new ClientTable(maxClients, TEN_A_MINUTE, () -> now);
    }

    private static Client found(ClientTable table, String id) {
        return Objects.requireNonNull(table.peek(id), id);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 31, 128, 129, 1000, 4096})
    void tracksExactlyItsLimitOfClientsThatMustStay(int limit) {
        ClientTable table = table(limit);
        for (int i = 0; i < limit; i++) {
            Client client = table.get("client-" + i);
            client.failed(1);
            client.tryWithdraw(1_000, 0, now);
            assertThat(client.isOverflow()).isFalse();
        }
        for (int i = 0; i < 3 * limit; i++) {
            assertThat(table.get("one more").isOverflow()).isTrue();
        }
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
    void keepsClientsThatFailedOrWithdrew() {
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
    void evictsOnceTheBucketIsRefilledAndTheFailuresHaveLeftTheWindow() {
        ClientTable table = table(1);
        Client client = table.get("c");
        client.failed(1);
        client.tryWithdraw(1_000, 0, now);
        for (int i = 0; i < 10; i++) {
            assertThat(table.get("other").isOverflow()).isTrue();
        }

        now += 6_000_000_000L;
        for (int i = 0; i < 19; i++) {
            client.succeeded(1);
        }
        assertThat(table.get("other").isOverflow()).isTrue();
        client.succeeded(1);
        assertThat(table.get("other").isOverflow()).isFalse();
        assertThat(table.peek("c")).isNull();
    }

    @Test
    void whoFailedIsPassedOverOnceAndThenGoes() {
        ClientTable table = table(1);
        table.get("c").failed(1);

        assertThat(table.get("other").isOverflow()).isTrue();
        assertThat(found(table, "c").successRate()).isZero();
        assertThat(table.get("other").isOverflow()).isFalse();
        assertThat(table.peek("c")).isNull();
        assertThat(table.get("c").successRate()).as("the failure is forgotten").isEqualTo(1);
    }

    @Test
    void whatIsRecordedGivesAClientThatFailedAnotherChance() {
        ClientTable table = table(1);
        Client client = table.get("c");
        client.failed(1);
        List<Runnable> records = List.of(
                () -> client.succeeded(1),
                () -> client.succeeded(2),
                () -> client.failed(1),
                () -> client.tryWithdraw(1_000, 0, now));
        for (Runnable record : records) {
            assertThat(table.get("other").isOverflow()).isTrue();
            record.run();
        }
        now += 6_000_000_000L;

        assertThat(table.get("other").isOverflow()).isTrue();
        assertThat(table.peek("c")).isSameAs(client);
        assertThat(table.get("other").isOverflow()).isFalse();
    }

    /** Without a second chance, a client with a failure in its window stayed for good if its id never came back. */
    @Test
    void idsThatFailedOnceHoldNoPlaceForGoodRegression() {
        ClientTable table = table(1000);
        for (int i = 0; i < 1000; i++) {
            Client client = table.get("made-up-" + i);
            client.tryWithdraw(1_000, 0, now);
            client.failed(2);
        }
        assertThat(table.get("while the buckets are in use").isOverflow()).isTrue();
        now += 6_000_000_000L;

        int shared = 0;
        for (int i = 0; i < 1000; i++) {
            for (int n = 0; n < Outcomes.WINDOW; n++) {
                Client client = table.get("real-" + i);
                client.succeeded(1);
                shared += client.isOverflow() ? 1 : 0;
            }
        }
        int own = 0;
        for (int i = 0; i < 1000; i++) {
            own += table.peek("real-" + i) == null ? 0 : 1;
        }
        assertThat(shared).as("1,000 clients are looked at, 16 at a time").isLessThanOrEqualTo(1000 / 16 + 1);
        assertThat(own).isGreaterThan(900);
        assertThat(table.tracked()).isEqualTo(1000);
    }

    /** Each id of the flood fails, and half of them withdraw all they can: entries are reused, budgets are not. */
    @Test
    void aFloodOfFailingIdsGainsNoBudgetAndTakesNone() {
        int limit = 50;
        ClientTable table = new ClientTable(limit, new ClientBudget(5_000, 1_000, 1_000_000_000L), () -> now);
        for (int i = 0; i < 10; i++) {
            table.get("victim-" + i).failed(1);
            table.get("victim-" + i).tryWithdraw(5_000, 0, now);
        }
        long granted = 0;
        int drained = 0;
        int rounds = 4000;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < 5; i++) {
                Client client = table.get("made-up-" + round + "-" + i);
                client.failed(1);
                while (i % 2 == 0 && client.tryWithdraw(1_000, 0, now) == 1_000) {
                    granted++;
                }
            }
            now += 10_000_000;
            if (round % 100 == 99) {
                for (int i = 0; i < 10; i++) {
                    Client victim = found(table, "victim-" + i);
                    assertThat(victim.successRate()).isZero();
                    assertThat(victim.balanceMilli(now)).isEqualTo(10L * (round + 1 - drained));
                    victim.tryWithdraw(victim.balanceMilli(now), 0, now);
                }
                drained = round + 1;
            }
        }
        long seconds = rounds / 100;
        assertThat(granted).isLessThanOrEqualTo((limit - 10 + ClientTable.OVERFLOW_STRIPES) * (5 + seconds));
        assertThat(table.evicted()).as("the flood has gone round").isGreaterThan(100);
    }

    @Test
    void aFloodOfFailingIdsEvictsItselfBeforeEstablishedClients() {
        ClientTable table = table(1000);
        for (int i = 0; i < 900; i++) {
            for (int n = 0; n < Outcomes.WINDOW; n++) {
                table.get("regular-" + i).succeeded(1);
            }
        }
        for (int i = 0; i < 10_000; i++) {
            table.get("made-up-" + i).failed(1);
        }
        int left = 0;
        for (int i = 0; i < 900; i++) {
            left += table.peek("regular-" + i) == null ? 0 : 1;
        }
        assertThat(left).isGreaterThan(450);
    }

    /** An established client has a higher rank than one seen once, so a flood of ids evicts itself first. */
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
    void idsOfOneHashCodeHaveStateOfTheirOwn() {
        ClientTable table = table(10_000);
        List<String> ids = ofOneHashCode(12);
        for (String id : ids) {
            assertThat(table.get(id).tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
            assertThat(table.get(id).isOverflow()).as(id).isFalse();
        }
        assertThat(table.tracked()).isEqualTo(ids.size());
    }

    @Test
    void idsInOneSlotDoNotMakeALongSearch() {
        ClientTable table = table(1_000);
        List<String> ids = inOneSlot(256);
        for (String id : ids) {
            table.get(id).tryWithdraw(1_000, 0, now);
        }
        assertThat(table.tracked()).isEqualTo(SlotClients.LIMIT);
        assertThat(table.get(ids.get(0)).isOverflow()).isFalse();
        assertThat(table.get(ids.get(ids.size() - 1)).isOverflow()).isTrue();
    }

    @Test
    void idsInOneSlotEvictOneAnother() {
        ClientTable table = table(1_000);
        for (String id : inOneSlot(256)) {
            assertThat(table.get(id).isOverflow()).isFalse();
        }
        assertThat(table.tracked()).isEqualTo(SlotClients.LIMIT);
        assertThat(table.evicted()).isEqualTo(256 - SlotClients.LIMIT);
    }

    @Test
    void idsInOneSlotThatFailedOnceHoldNoPlaceForGood() {
        ClientTable table = table(1_000);
        List<String> ids = inOneSlot(32);
        for (String id : ids.subList(0, SlotClients.LIMIT)) {
            table.get(id).failed(1);
        }
        String other = ids.get(SlotClients.LIMIT);

        assertThat(table.get(other).isOverflow()).as("all are passed over").isTrue();
        table.get(ids.get(0)).succeeded(1);
        for (String id : ids.subList(SlotClients.LIMIT, ids.size())) {
            Client client = table.get(id);
            assertThat(client.isOverflow()).isFalse();
            client.tryWithdraw(1_000, 0, now);
            if (id.equals(ids.get(ids.size() - 2))) {
                assertThat(found(table, ids.get(0)).successRate())
                        .as("heard of since")
                        .isEqualTo(0.5);
            }
        }
        assertThat(table.tracked()).isEqualTo(SlotClients.LIMIT);
    }

    /** Returns ids in one slot of a table for 1,000 clients; that depends on the secret of this process. */
    private static List<String> inOneSlot(int count) {
        Slots slots = new Slots(1_000);
        List<String> ids = new ArrayList<>();
        for (int i = 0; ids.size() < count; i++) {
            String id = "id-" + i;
            if (slots.slotOf(IdHash.of(id)) == 7) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** "Aa" and "BB" have the same hash, and so has any string of them. */
    private static List<String> ofOneHashCode(int pairs) {
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
    void withoutABudgetOnlyTheWindowDecidesAboutEviction() {
        ClientTable table = new ClientTable(1, null, () -> {
            throw new AssertionError("nothing to ask the time for");
        });
        table.get("a");
        assertThat(table.get("b").isOverflow()).isFalse();
        table.get("b").failed(1);
        assertThat(table.get("c").isOverflow()).isTrue();
        assertThat(table.get("c").isOverflow()).isFalse();
    }
}
