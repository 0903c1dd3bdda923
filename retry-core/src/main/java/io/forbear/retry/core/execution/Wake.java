package io.forbear.retry.core.execution;

/** Wakes an asynchronous call after its delay. 24 bytes with compressed pointers, for a million may wait. */
final class Wake extends Alarm {

    private final AsyncCall<?> call;
    private final int ticket;

    Wake(AsyncCall<?> call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    int ticket() {
        return ticket;
    }

    @Override
    void rings() {
        call.fires(ticket);
    }
}
