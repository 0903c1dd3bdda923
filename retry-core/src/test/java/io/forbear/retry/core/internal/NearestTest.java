package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "orders, orders, 0",
        "ordres, orders, 1",
        "oders, orders, 1",
        "orderss, orders, 1",
        "0rders, orders, 1",
        "rodres, orders, 2",
        "ca, abc, 3",
        "kitten, sitting, 3"
    })
    void countsInsertionsDeletionsReplacementsAndSwaps(String a, String b, int edits) {
        assertThat(Nearest.distance(a, b)).isEqualTo(edits);
        assertThat(Nearest.distance(b, a)).isEqualTo(edits);
    }

    @Test
    void givesAllAtTheLeastDistance() {
        assertThat(Nearest.to("order-c", List.of("order-a", "order-b", "orders", "users")))
                .containsExactly("order-a", "order-b");
    }

    @Test
    void aShortWordIsNearOnlyToOneEdit() {
        assertThat(Nearest.to("a", List.of("b", "cd"))).containsExactly("b");
        assertThat(Nearest.to("ab", List.of("cd"))).isEmpty();
    }

    @Test
    void aVeryLongWordIsNearToNothing() {
        String word = "x".repeat(101);

        assertThat(Nearest.to(word, List.of(word))).isEmpty();
    }
}
