package io.forbear.retry.core.execution;

/** Wakes an asynchronous call after its delay. 24 bytes with compressed pointers, for a million may wait. */
final class RetryTimer extends Alarm {

    private final AsyncCall<?> call;
    private final int ticket;

    RetryTimer(AsyncCall<?> call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    int ticket() {
        return ticket;
    }

    @Override
    void rings() {
        AsyncWait.timerFired(call, ticket);
    }
}
