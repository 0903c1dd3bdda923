package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotsTest {

    @ParameterizedTest
    @CsvSource({
        "1, 8",
        "4, 8",
        "5, 16",
        "8, 16",
        "9, 32",
        "1000, 2048",
        "1024, 2048",
        "1025, 4096",
        "100000, 262144",
        "536870912, 1073741824",
        "2147483647, 1073741824"
    })
    void thereAreTwoSlotsForEachClientUpToAnArraysBound(int maxClients, int slots) {
        assertThat(new Slots(maxClients).count()).isEqualTo(slots);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4096})
    void noMoreThanTwoOfAsManyNeighbouringHashesAsSlotsShareOne(int maxClients) {
        Slots slots = new Slots(maxClients);
        for (int start : new int[] {0, -5, Integer.MAX_VALUE - slots.count() / 2}) {
            int[] taken = new int[slots.count()];
            for (int i = 0; i < slots.count(); i++) {
                taken[slots.slotOf(start + i)]++;
            }
            assertThat(Arrays.stream(taken).max()).as("from %d", start).hasValue(2);
        }
    }

    @Test
    void eachSlotHoldsItsOwn() {
        Slots slots = new Slots(1000);
        for (int slot = 0; slot < slots.count(); slot++) {
            assertThat(slots.get(slot)).isNull();
            assertThat(slots.replace(slot, null, "bucket " + slot)).isTrue();
        }
        for (int slot = 0; slot < slots.count(); slot++) {
            assertThat(slots.get(slot)).isEqualTo("bucket " + slot);
        }
    }

    @Test
    void onlyWhatWasSeenIsReplaced() {
        Slots slots = new Slots(1);
        String first = "first";
        slots.replace(7, null, first);

        assertThat(slots.replace(7, null, "second")).isFalse();
        assertThat(slots.get(7)).isSameAs(first);
        assertThat(slots.replace(7, first, null)).isTrue();
        assertThat(slots.get(7)).isNull();
    }
}
