package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Evictions with an operation between their steps: a clock with a hook plays the other thread. */
class ClientEvictionTest {

    private static final long SIX_SECONDS = 6_000_000_000L;
    private static final ClientBudget TEN_A_MINUTE = new ClientBudget(100_000, 10_000, 10 * SIX_SECONDS);

    private long now;
    private int asked;
    private int hookAt;
    private Runnable hook = () -> {};

    private long nanoTime() {
        if (++asked == hookAt) {
            hook.run();
        }
        return now;
    }

    /** Runs the hook at the n-th reading of the clock from now. */
    private void hookAt(int n, Runnable value) {
        asked = 0;
        hookAt = n;
        hook = value;
    }

    private ClientTable table(int maxClients) {
        return new ClientTable(maxClients, TEN_A_MINUTE, this::nanoTime);
    }

    /** Returns a client whose bucket was in use and is full again; only the time shows that. */
    private Client refilled(ClientTable table, String id) {
        Client client = table.get(id);
        client.tryWithdraw(1_000, 0, now);
        now += SIX_SECONDS;
        return client;
    }

    @Test
    void aWithdrawalDuringAnEvictionPreventsIt() {
        ClientTable table = table(1);
        Client client = refilled(table, "c");
        hookAt(1, () -> assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000));

        assertThat(client.tryEvict()).isFalse();

        assertThat(asked).isEqualTo(1);
        assertThat(Objects.requireNonNull(table.peek("c")).balanceMilli(now)).isEqualTo(99_000);
    }

    @Test
    void aNewcomerDoesNotGetTheEntryOfAClientThatWithdrawsMeanwhile() {
        ClientTable table = table(1);
        Client client = refilled(table, "c");
        hookAt(2, () -> client.tryWithdraw(1_000, 0, now)); // the search reads it first, then the eviction

        assertThat(table.get("other").isOverflow()).isTrue();

        assertThat(table.tracked()).isEqualTo(1);
        assertThat(table.evicted()).isZero();
        assertThat(table.get("c")).isSameAs(client);
    }

    /** Returns an id in a slot of a table for two clients; that depends on the secret of this process. */
    private static String idInSlot(int slot) {
        Slots slots = new Slots(2);
        int n = 0;
        while (slots.slotOf(IdHash.of("id-" + n)) != slot) {
            n++;
        }
        return "id-" + n;
    }

    @Test
    void theEntryOfANewcomerThatAnotherThreadHasMadeIsReleased() {
        ClientTable table = table(2);
        refilled(table, idInSlot(1));
        refilled(table, idInSlot(2));
        Client[] first = new Client[1];
        String id = idInSlot(0); // behind the hand when the other thread has made it
        hookAt(1, () -> first[0] = table.get(id));

        assertThat(table.get(id)).isSameAs(first[0]);

        assertThat(first[0].isOverflow()).isFalse();
        assertThat(table.evicted()).isEqualTo(2);
        assertThat(table.tracked()).isEqualTo(1);
    }

    /** Between the two steps of an eviction: flagged, and not yet unlinked. */
    @Test
    void aFailureThatFindsItsClientEvictedReplacesIt() {
        ClientTable table = table(1);
        Client evicted = table.get("c");
        assertThat(evicted.tryEvict()).isTrue();
        assertThat(table.peek("c")).isNull();

        evicted.failed(1);

        Client successor = Objects.requireNonNull(table.peek("c"));
        assertThat(successor).isNotSameAs(evicted);
        assertThat(successor.operations()).isEqualTo(1);
        assertThat(table.get("c")).isSameAs(successor);
        assertThat(table.tracked()).isEqualTo(1);
        assertThat(table.evicted()).isEqualTo(1);
    }

    @Test
    void aSearchPassesOverAClientThatMustStayBesideOneThatMayGo() {
        ClientTable table = table(2);
        table.get("Aa").failed(1);
        table.get("BB").succeeded(1);
        table.get("BB").succeeded(1);

        assertThat(table.get("other").isOverflow()).isFalse();

        assertThat(table.peek("Aa")).isNotNull();
        assertThat(table.peek("BB")).isNull();
    }

    @Test
    void aClientThatNeverWithdrewIsEvictedWithoutReadingTheClock() {
        ClientTable table = table(1);
        table.get("a");
        asked = 0;
        assertThat(table.get("b").isOverflow()).isFalse();
        assertThat(asked).isZero();

        now += SIX_SECONDS;
        table.updateBudget(TEN_A_MINUTE);
        table.get("c");
        asked = 0;
        assertThat(table.get("d").isOverflow()).isFalse();
        assertThat(asked).isZero();
    }

    /** Each look at a client reads the clock: its bucket was in use. */
    private int looksOfANewcomer(int successesOfEach) {
        ClientTable table = new ClientTable(512, TEN_A_MINUTE, this::nanoTime);
        for (int i = 0; i < 512; i++) {
            Client client = table.get("client-" + i);
            client.tryWithdraw(1_000, 0, now);
            for (int success = 0; success < successesOfEach; success++) {
                client.succeeded(1);
            }
        }
        now += SIX_SECONDS;
        asked = 0;
        assertThat(table.get("newcomer").isOverflow()).isFalse();
        assertThat(table.tracked()).isEqualTo(512);
        return asked;
    }

    @Test
    void aSearchLooksAtSixteenClientsAndThoseBesideThem() {
        assertThat(looksOfANewcomer(3)).isBetween(Eviction.LOOKS, 60);
    }

    /** More than eight clients in the first slot that has any: that is once in ten million processes. */
    @Test
    void aSearchEndsAtAClientOfWhichHardlyAnythingIsKnown() {
        assertThat(looksOfANewcomer(0)).isLessThan(10);
        assertThat(looksOfANewcomer(1)).isLessThan(10);
    }

    @Test
    void theEntryOfANewcomerIsReleasedWhereTheSearchThrows() {
        ClientTable table = table(64);
        Slots slots = new Slots(64);
        List<String> ids = IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> "id-" + n)
                .filter(id -> slots.slotOf(IdHash.of(id)) == 0)
                .limit(SlotClients.LIMIT + 1)
                .toList();
        String newcomer = ids.get(SlotClients.LIMIT);
        ids.subList(0, SlotClients.LIMIT).forEach(id -> assertThat(table.get(id).tryWithdraw(1_000, 0, now))
                .isPositive());
        now += SIX_SECONDS;
        StackOverflowError error = new StackOverflowError("of the test");
        hookAt(1, () -> {
            throw error;
        });

        assertThatThrownBy(() -> table.get(newcomer)).isSameAs(error);

        assertThat(table.tracked()).isEqualTo(SlotClients.LIMIT);
        assertThat(table.get(newcomer).isOverflow()).isFalse();
        assertThat(table.tracked()).as("one of the slot was evicted").isEqualTo(SlotClients.LIMIT);
        assertThat(table.evicted()).isEqualTo(1);
    }
}
