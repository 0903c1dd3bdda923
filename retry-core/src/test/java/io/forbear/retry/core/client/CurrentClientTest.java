package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurrentClientTest {

    private final ClientTable table = new ClientTable(1, null, () -> 0);

    @Test
    void aClientInTheTableNeedsNoLookUp() {
        assertThat(table.isCurrent(table.get("a"))).isTrue();
    }

    @Test
    void anEvictedClientAndOneOfAnotherTableAndOneThatIsSharedDo() {
        Client evicted = table.get("a");
        table.get("b").failed(1);
        assertThat(table.isCurrent(evicted)).isFalse();

        Client shared = table.get("c");
        assertThat(shared.isOverflow()).isTrue();
        assertThat(table.isCurrent(shared)).isFalse();

        assertThat(table.isCurrent(new ClientTable(1, null, () -> 0).get("b"))).isFalse();
    }
}
