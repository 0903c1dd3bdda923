package io.forbear.retry.lab.storm;

import java.util.List;

/**
 * What was measured in a storm.
 *
 * @param command the command that made it
 * @param version of the lab
 * @param startedAt when, in ISO 8601
 * @param machine where
 * @param partial whether it was stopped before its end
 * @param runs how many runs of each policy were asked for
 * @param scenario what happened, for every policy; in the second run and later ones its {@link Scenario#run variants}
 * @param policies the figures, in the order run
 */
public record StormResult(
        String command,
        String version,
        String startedAt,
        Machine machine,
        boolean partial,
        int runs,
        Scenario scenario,
        List<PolicyResult> policies) {

    /**
     * Where a storm was run.
     *
     * @param java the version of the runtime
     * @param os name and architecture of the operating system
     * @param processors that the runtime may use
     */
    public record Machine(String java, String os, int processors) {

        /**
         * Returns this machine.
         *
         * @return what the runtime says of itself
         */
        public static Machine here() {
            return new Machine(
                    Runtime.version().toString(),
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    Runtime.getRuntime().availableProcessors());
        }
    }
}
