package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The terms of a client's budget are a value: a reload that changes none of them changes nothing. */
class ClientBudgetValuesTest {

    private static final ClientBudget TERMS = new ClientBudget(10_000, 1_000, 60_000_000_000L);

    @Test
    void termsOfTheSameFiguresAreEqual() {
        assertThat(TERMS).isEqualTo(new ClientBudget(10_000, 1_000, 60_000_000_000L));
        assertThat(TERMS).hasSameHashCodeAs(new ClientBudget(10_000, 1_000, 60_000_000_000L));
    }

    @Test
    void aDifferentFigureMakesDifferentTerms() {
        assertThat(TERMS)
                .isNotEqualTo(new ClientBudget(10_001, 1_000, 60_000_000_000L))
                .isNotEqualTo(new ClientBudget(10_000, 1_001, 60_000_000_000L))
                .isNotEqualTo(new ClientBudget(10_000, 1_000, 60_000_000_001L))
                .isNotEqualTo("terms");
    }
}
