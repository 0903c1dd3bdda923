package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongIdsTest {

    private final ClientTable table = new ClientTable(100, null, () -> 0);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256})
    void anIdOfUpTo256CharactersIsKeptAsItIs(int length) {
        String id = "x".repeat(length);
        assertThat(table.get(id).id).isSameAs(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {257, 1_000, 100_000})
    void aLongerOneIsKeptInBoundedFormAndFoundAgain(int length) {
        String id = "x".repeat(length);
        Client client = table.get(id);

        assertThat(client.id).hasSizeLessThanOrEqualTo(256).startsWith("xxx");
        assertThat(table.get("x".repeat(length))).isSameAs(client);
        assertThat(table.peek(id)).isSameAs(client);
    }

    @Test
    void longIdsThatDifferInOneCharacterAreDifferentClients() {
        for (int at = 0; at < 300; at += 13) {
            StringBuilder id = new StringBuilder("x".repeat(300));
            id.setCharAt(at, 'y');
            assertThat(table.get(id.toString())).isNotSameAs(table.get("x".repeat(300)));
        }
        assertThat(table.get("x".repeat(300))).isNotSameAs(table.get("x".repeat(301)));
    }
}
