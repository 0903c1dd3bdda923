package io.forbear.retry.benchmarks.contender;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Makes sure that a library does what is measured: a benchmark of a retry that does not happen is worth nothing. */
public final class Checks {

    private Checks() {}

    /**
     * Checks that a library answers at once, answers after two retries, and gives up after three attempts.
     *
     * @param name the contender
     * @param library the library
     * @throws IllegalStateException if it does anything else
     */
    public static void retriesTwice(String name, Library library) {
        succeeds(name, library, 0);
        succeeds(name, library, 1);
        succeeds(name, library, 2);
        givesUp(name, library);
    }

    private static void succeeds(String name, Library library, int failures) {
        Script script = new Script(failures);
        Object found;
        try {
            found = library.around(script).call();
        } catch (Exception failure) {
            throw new IllegalStateException(name + ": gave up before attempt " + (failures + 1), failure);
        }
        require(found == script.answer(), name + ": answered " + found);
        require(script.failed() == 0, name + ": made other than " + (failures + 1) + " attempts");
    }

    private static void givesUp(String name, Library library) {
        Script script = new Script(Script.ALWAYS);
        stopsAfterThree(name, library.around(script), script);
    }

    /**
     * Checks that a retried operation that always fails is attempted three times and ends with its failure.
     *
     * @param name the contender
     * @param retried the operation with the library around it
     * @param script the operation
     */
    public static void stopsAfterThree(String name, Callable<Object> retried, Script script) {
        int before = script.failed();
        Throwable thrown = thrownBy(retried);
        int attempts = script.failed() - before;
        require(attempts == 3, name + ": made " + attempts + " attempts (expected: 3)");
        require(isOrWraps(thrown, script.failure()), name + ": ended with " + thrown);
    }

    private static @Nullable Throwable thrownBy(Callable<Object> retried) {
        try {
            retried.call();
            return null;
        } catch (Exception failure) {
            return failure;
        }
    }

    private static boolean isOrWraps(@Nullable Throwable thrown, Throwable failure) {
        return thrown == failure || (thrown != null && thrown.getCause() == failure);
    }

    /**
     * Requires.
     *
     * @param holds what must hold
     * @param otherwise what to say where it does not
     */
    public static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
