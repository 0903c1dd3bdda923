package io.forbear.retry.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What others have published of fleets, clients and collapses comes out again where the engine of the library takes the
 * place of theirs: every figure within what chance allows. {@link PublishedExperimentsPageTest} runs all of it.
 */
class PublishedExperimentsTest {

    private static final Set<Double> FEW_RATES = Set.of(0.01, 0.1, 0.5, 1.0);

    @Test
    void jitterSparesAContendedRow() {
        Experiment found = Experiments.contention(Experiments.FEW::contains, 20);

        assertThat(found.rows()).hasSize(2 * 5 * Experiments.FEW.size());
        // the published rule draws first and is cut at the cap then: many clients wait for exactly 2 s. Ours keep
        // apart.
        assertThat(found.differing())
                .allMatch(row -> row.published() > row.ours())
                .extracting(Experiment.Row::what)
                .containsExactly("200 clients, decorrelated, ms until all are done");
    }

    @Test
    void errorsByChanceAddTheLoadThatWasPublished() {
        Experiment found = Experiments.retryStrategies(FEW_RATES::contains, 10);

        assertThat(found.rows()).hasSize(2 * 4 * (4 + 4));
        assertThat(found.differing()).isEmpty();
    }

    @Test
    void manyClientsWithBucketsOfTheirOwnRetryMore() {
        Experiment found = Experiments.clientCount(FEW_RATES::contains, 10);

        assertThat(found.rows()).hasSize(2 * 4 * 6);
        assertThat(found.differing()).isEmpty();
    }

    @Test
    void clientsWithOneCallAtATimeCallLessWhereCallsTakeLong() {
        Experiment found = Experiments.serialClients(FEW_RATES::contains, 10);

        assertThat(found.rows()).hasSize(3 * 4);
        assertThat(found.differing()).isEmpty();
    }

    @Test
    void aServiceThatSlowsWithConcurrencyStaysDownAsOftenAsPublished() {
        Experiment found = Experiments.collapse(60);

        assertThat(found.rows()).hasSize(14);
        assertThat(found.differing()).isEmpty();
    }

    @Test
    void singleFiguresOfBooksAndPapersComeOutAgain() {
        Experiment found = Experiments.figures();

        assertThat(found.rows()).hasSize(8);
        assertThat(found.differing()).isEmpty();
    }
}
