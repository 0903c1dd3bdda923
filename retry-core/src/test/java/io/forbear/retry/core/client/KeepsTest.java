package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeepsTest {

    private final ClientTable table = new ClientTable(1, null, () -> 0);

    @Test
    void aClientInTheTableNeedsNoLookUp() {
        assertThat(table.keeps(table.get("a"))).isTrue();
    }

    @Test
    void anEvictedClientAndOneOfAnotherTableAndOneThatIsSharedDo() {
        Client evicted = table.get("a");
        table.get("b").failed(1);
        assertThat(table.keeps(evicted)).isFalse();

        Client shared = table.get("c");
        assertThat(shared.isOverflow()).isTrue();
        assertThat(table.keeps(shared)).isFalse();

        assertThat(table.keeps(new ClientTable(1, null, () -> 0).get("b"))).isFalse();
    }
}
