package io.forbear.retry.lab.storm;

import java.io.IOException;

/** Starts processes whose clients call by a policy; each runs {@link ClientSide}. */
public interface ClientLauncher {

    /**
     * Returns how many processes make up a fleet.
     *
     * @return at least one
     */
    int processes();

    /**
     * Starts one.
     *
     * @param policy by which its clients call
     * @param run the number of the run, from 1
     * @param share which part of the clients it has: 0 for the first process
     * @return the process, whose input and output are those of {@link ClientSide}
     * @throws IOException if it cannot be started
     */
    Process start(StormPolicy policy, int run, int share) throws IOException;
}
