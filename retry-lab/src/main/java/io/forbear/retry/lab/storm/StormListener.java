package io.forbear.retry.lab.storm;

/** Is told how a storm goes, on the thread that runs it. */
public interface StormListener {

    /** Listens to nothing. */
    StormListener NOBODY = new StormListener() {
        @Override
        public void began(StormPolicy policy, int number, int of) {}

        @Override
        public void progressed(Now now) {}

        @Override
        public void ended(PolicyResult result) {}
    };

    /**
     * A policy's turn begins.
     *
     * @param policy the policy
     * @param number of the turn, from 1; of several runs the turns of all policies are counted
     * @param of how many turns there are
     */
    void began(StormPolicy policy, int number, int of);

    /**
     * Time has passed.
     *
     * @param now how it is
     */
    void progressed(Now now);

    /**
     * A policy's turn is over.
     *
     * @param result its figures
     */
    void ended(PolicyResult result);

    /**
     * How it is.
     *
     * @param millis since the policy's turn began
     * @param ofMillis how long it takes
     * @param phase of the run
     * @param goodput calls per second that ended well, over the last half second
     * @param load requests per second at the service, over the last half second
     */
    record Now(long millis, long ofMillis, Phase phase, double goodput, double load) {}
}
