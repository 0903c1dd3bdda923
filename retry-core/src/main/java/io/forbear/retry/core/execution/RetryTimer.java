package io.forbear.retry.core.execution;

/**
 * Wakes an asynchronous call after its delay. 24 bytes with compressed pointers, since a million may wait: hence a
 * class of its own in place of a lambda, which would hold the same and be wrapped by the scheduler once more.
 */
final class RetryTimer extends Alarm {

    private final AsyncEvents call;
    private final int ticket;

    RetryTimer(AsyncEvents call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    int ticket() {
        return ticket;
    }

    @Override
    void rings() {
        call.timerFired(ticket);
    }
}
