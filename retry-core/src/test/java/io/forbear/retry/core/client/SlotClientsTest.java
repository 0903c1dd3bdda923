package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.RetryCosts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotClientsTest {

    private final ClientBudgets budgets =
            new ClientBudgets(new ClientTable(1, null, () -> 0), RetryCosts.ONE_TOKEN, () -> 0);
    private final Client a = client("a");
    private final Client b = client("b");
    private final Client c = client("c");

    private Client client(String id) {
        return new Client(budgets, id, id.hashCode(), 0);
    }

    private static @Nullable Client find(@Nullable Object clients, String id) {
        return SlotClients.find(clients, id, id.hashCode());
    }

    @Test
    void anEmptySlotHoldsNoClient() {
        assertThat(SlotClients.size(null)).isZero();
        assertThat(find(null, "a")).isNull();
        assertThat(SlotClients.contains(null, a)).isFalse();
        assertThat(SlotClients.without(null, a)).isNull();
    }

    @Test
    void oneClientNeedsNoArray() {
        Object one = SlotClients.with(null, a);

        assertThat(one).isSameAs(a);
        assertThat(SlotClients.size(one)).isEqualTo(1);
        assertThat(SlotClients.at(one, 0)).isSameAs(a);
        assertThat(find(one, "a")).isSameAs(a);
        assertThat(find(one, "b")).isNull();
        assertThat(SlotClients.contains(one, a)).isTrue();
        assertThat(SlotClients.contains(one, b)).isFalse();
        assertThat(SlotClients.without(one, a)).isNull();
        assertThat(SlotClients.without(one, b)).isSameAs(a);
    }

    @Test
    void severalKeepTheirOrder() {
        Object two = SlotClients.with(a, b);
        Object three = SlotClients.with(two, c);

        assertThat(two).isEqualTo(new Client[] {a, b});
        assertThat(three).isEqualTo(new Client[] {a, b, c});
        assertThat(SlotClients.size(three)).isEqualTo(3);
        assertThat(SlotClients.at(three, 2)).isSameAs(c);
        assertThat(find(three, "b")).isSameAs(b);
        assertThat(find(three, "d")).isNull();
        assertThat(SlotClients.contains(three, a)).isTrue();
        assertThat(SlotClients.contains(two, c)).isFalse();
    }

    @Test
    void removingAClientKeepsTheOrderOfTheOthers() {
        Object three = SlotClients.with(SlotClients.with(a, b), c);

        Object rest = SlotClients.without(three, b);

        assertThat(rest).isEqualTo(new Client[] {a, c});
        assertThat(three).as("an array is not written after it is published").isEqualTo(new Client[] {a, b, c});
        assertThat(SlotClients.without(rest, a)).isSameAs(c);
    }

    /** "Aa" and "BB" have the same hash. */
    @Test
    void equalHashesAreToldApartByTheirIds() {
        Client first = client("Aa");
        Object both = SlotClients.with(first, client("BB"));

        assertThat(find(first, "BB")).isNull();
        assertThat(find(both, new String("Aa"))).isSameAs(first);
        assertThat(Objects.requireNonNull(find(both, "BB")).id).isEqualTo("BB");
        assertThat(SlotClients.find(both, "Aa", 0)).as("another hash").isNull();
    }
}
