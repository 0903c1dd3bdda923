package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CopiesTest {

    private final String[] abc = {"a", "b", "c"};

    @Test
    void oneMoreStandsAtTheEnd() {
        assertThat(Copies.with(abc, "d")).containsExactly("a", "b", "c", "d");
        assertThat(Copies.with(new String[0], "a")).containsExactly("a");
        assertThat(abc).as("the original").containsExactly("a", "b", "c");
    }

    @Test
    void theOthersCloseTheGap() {
        assertThat(Copies.without(abc, 0)).containsExactly("b", "c");
        assertThat(Copies.without(abc, 1)).containsExactly("a", "c");
        assertThat(Copies.without(abc, 2)).containsExactly("a", "b");
        assertThat(abc).as("the original").containsExactly("a", "b", "c");
    }

    @Test
    @SuppressWarnings("StringOperationCanBeSimplified")
    void elementsAreToldApartByIdentity() {
        for (int i = 0; i < abc.length; i++) {
            assertThat(Copies.indexOf(abc, abc[i])).isEqualTo(i);
        }
        assertThat(Copies.indexOf(abc, new String("a"))).isEqualTo(-1);
    }
}
