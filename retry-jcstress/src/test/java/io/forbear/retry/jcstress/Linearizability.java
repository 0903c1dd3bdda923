package io.forbear.retry.jcstress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * Runs Lincheck: random scenarios of two threads, each under as many of their interleavings as the bound allows, whose
 * results must be those of some order of the same operations on a sequential specification.
 */
final class Linearizability {

    private static final int SCENARIOS = 12;
    private static final int INTERLEAVINGS = 600;

    private Linearizability() {}

    static void check(Class<?> structure, Class<?> specification) {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(2)
                .sequentialSpecification(specification)
                .check(structure);
    }

    static void refuses(Class<?> mutant, Class<?> specification) {
        assertThatThrownBy(() -> check(mutant, specification))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }
}
