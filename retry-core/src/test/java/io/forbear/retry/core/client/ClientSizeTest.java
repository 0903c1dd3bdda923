package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClientSizeTest {

    private static final int CLIENTS = 100_000;

    @Test
    void aClientHasAtMost64BytesOfState() {
        int bytes = 12;
        for (Field field : Client.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                bytes += field.getType() == long.class ? 8 : 4;
            }
        }
        assertThat(bytes).as("header and fields, with compressed pointers").isLessThanOrEqualTo(64);
    }

    @Tag("bounds")
    @Test
    void aClientTakesAtMost120BytesWithItsEntry() {
        String[] ids = new String[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            ids[i] = "client-" + i;
        }
        long before = usedBytes();
        ClientTable table = new ClientTable(CLIENTS, new ClientBudget(100_000, 10_000, 60_000_000_000L), () -> 0);
        for (String id : ids) {
            table.get(id);
        }
        double each = (double) (usedBytes() - before) / CLIENTS;

        System.out.printf("bytes per client with its entry, keys excluded: %.1f%n", each);
        assertThat(table.tracked()).isEqualTo(CLIENTS);
        assertThat(each).isBetween(40.0, 120.0);
        assertThat(table.get(ids[0]).isOverflow()).isFalse();
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
