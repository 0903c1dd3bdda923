package io.forbear.retry.lab.simulate;

/** One request on its way. Its answer is for the call that made it, unless that has given up by then. */
public class Attempt {

    /** An attempt that is over. */
    static final Attempt NONE = new Attempt();

    private boolean over;
    /** Where in the share of all calls the call stands, from 0 to 1: decides by which faults it is hit. */
    final double place;

    private Attempt() {
        this.over = true;
        this.place = 0;
    }

    /**
     * Makes an attempt.
     *
     * @param place where its call stands among all calls, from 0 to 1
     */
    protected Attempt(double place) {
        this.place = place;
    }

    boolean isOver() {
        return over;
    }

    final void timedOut() {
        if (!over) {
            over = true;
            ended(Failure.TIMEOUT);
        }
    }

    /** The answer comes. */
    final void succeeded() {
        if (!over) {
            over = true;
            ended();
        }
    }

    final void failed(Failure failure) {
        if (!over) {
            over = true;
            ended(failure);
        }
    }

    /** The caller hears of a success. */
    protected void ended() {}

    /**
     * The caller hears of a failure.
     *
     * @param failure what it hears
     */
    protected void ended(Failure failure) {}
}
